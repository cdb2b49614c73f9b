"""What is chosen? The selection has one row for each thing that a reader can choose."""

from dataclasses import dataclass, fields
from typing import Any

from lstm_viz.analyses.units import ORDERS
from lstm_viz.notation import BY_NAME
from lstm_viz.session.link_fields import (
    Choice,
    Choices,
    Digest,
    Field,
    Forces,
    LayerSlot,
    Number,
    Place,
    linked,
)
from lstm_viz.text import gallery
from lstm_viz.trace import Force

_EARLIER = {"likeness": "similarity", "stored": "index"}  # names in links of older versions


@dataclass(frozen=True, slots=True)
class Selection:
    """What is chosen. Each row below is also a field of the link; see ``Field``.

    Attributes:
        model: name of a model.
        text: to read.
        step: the current word, from 0; None where none was chosen yet.
        layer: number, from 0, and direction; None for the last layer.
        unit: from 0; None for all units together.
        forces: what is forced while the text is read; empty for nothing.
        order: of the units; "" for the default.
        map: the quantity in the player's map; "" for the default.
        maps: the quantities in the maps of the Gates page; empty for all.
        drawn: what that page draws of gates; "" for their openness.
        reference: digest of the texts of the reader's own on which usual values were measured; ""
            for held-out texts.
    """

    model: str
    text: str
    step: int | None = linked(Number("word", first=1), None)
    layer: Place | None = linked(LayerSlot("layer"), None)
    unit: int | None = linked(Number("unit"), None)
    forces: tuple[Force, ...] = linked(Forces("force"), ())
    order: str = linked(Choice("order", ORDERS, _EARLIER), "")
    map: str = linked(Choice("map", tuple(BY_NAME), page="read"), "")
    maps: tuple[str, ...] = linked(Choices("maps", tuple(BY_NAME), page="gates"), ())
    drawn: str = linked(Choice("drawn", ("departure",), page="gates"), "")
    reference: str = linked(Digest("usual", page="gates"), "")

    @property
    def review(self) -> gallery.Review | None:
        """The review of the gallery that the text is, if it is one."""
        return next((r for r in gallery.reviews().values() if r.text == self.text), None)


# The rows of the link, by the attribute that each is about, in the order in which they are fitted.
FIELDS: dict[str, Field[Any]] = {
    row.name: row.metadata["link"] for row in fields(Selection) if "link" in row.metadata
}
DEFAULTS: dict[str, Any] = {row.name: row.default for row in fields(Selection)}
