"""What is looked at, and how does it travel in a link?

A review of the gallery travels by name, a typed one as text, a long one compressed. A link that
asks for what there is not gives the nearest view and a notice.
"""

import base64
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lstm_viz.model import TextTrace
from lstm_viz.notation import BY_NAME
from lstm_viz.text import gallery, shown, spans
from lstm_viz.trace import LayerTrace

LONGEST_PLAIN = 600  # characters of a typed review that travels as it is
LONGEST = 8_000  # characters of a link, as browsers and chat programs pass it on
LONGEST_TEXT = 100_000  # characters of a review that is typed, or that a link unfolds to
# What the player can be asked to show, by name in a link.
VIEW: dict[str, tuple[str, ...]] = {
    "order": ("similarity", "weight", "index"),
    "map": tuple(BY_NAME),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at, on every page.

    Attributes:
        model: name of a packaged model.
        text: what is read.
        step: the current word; None where nothing was chosen yet.
        unit: the unit that is looked at; None for all together.
        layer: number and direction of the layer that is looked into; None for the last one.
        order: in which the units stand in the player; "" for the usual one.
        map: the quantity in the player's map; "" for the usual one.
    """

    model: str
    text: str
    step: int | None = None
    unit: int | None = None
    layer: tuple[int, str] | None = None
    order: str = ""
    map: str = ""

    @property
    def review(self) -> gallery.Review | None:
        """The review of the gallery that the text is, if it is one."""
        return next((r for r in gallery.reviews().values() if r.text == self.text), None)


@dataclass(frozen=True, slots=True)
class Opened:
    """A selection as read from a link, and what of the link could not be kept."""

    selection: Selection
    notices: tuple[str, ...] = field(default=())


def parameters(selection: Selection) -> tuple[dict[str, str], bool]:
    """Write a selection as query parameters.

    Returns:
        The parameters, and whether the text fits into a link; if not, it is left out.
    """
    found = {"model": selection.model}
    fits = True
    if selection.review:
        found["review"] = selection.review.name
    elif len(selection.text) <= LONGEST_PLAIN and selection.text.isprintable():
        found["text"] = selection.text
    else:
        packed = _packed(selection.text)
        fits = len(packed) <= LONGEST
        if fits:
            found["packed"] = packed
    if selection.step is not None:
        found["word"] = str(selection.step + 1)
    if selection.unit is not None:
        found["unit"] = str(selection.unit)
    if selection.layer is not None:
        number, direction = selection.layer
        found["layer"] = f"{number + 1}-{direction}"
    found |= {name: getattr(selection, name) for name in VIEW if getattr(selection, name)}
    return found, fits


def opened(parameters: Mapping[str, str], models: tuple[str, ...], default: Selection) -> Opened:
    """Read a selection from query parameters; whatever is missing comes from ``default``."""
    notices = []
    model = parameters.get("model", default.model)
    if model not in models:
        notices.append(f"There is no model “{model[:60]}”; this is {default.model}.")
        model = default.model
    text, step = default.text, default.step
    if "text" in parameters and spans(parameters["text"][:LONGEST_TEXT]):
        text, step = parameters["text"][:LONGEST_TEXT], None
    elif "packed" in parameters:
        unpacked = _unpacked(parameters["packed"])
        if unpacked is None:
            notices.append("The text in the link is damaged; this is an example instead.")
        else:
            text, step = unpacked, None
    elif "review" in parameters:
        review = gallery.reviews().get(parameters["review"])
        if review is None:
            notices.append("There is no such review in the gallery; this is an example instead.")
        else:
            text, step = review.text, None
    word = _number(parameters, "word", notices)
    unit = _number(parameters, "unit", notices)
    place: dict[str, Any] = {"layer": _layer(parameters, notices), **_view(parameters, notices)}
    step = step if word is None else word - 1
    return Opened(Selection(model, text, step, unit, **place), tuple(notices))


def fitted(selection: Selection, trace: TextTrace) -> Opened:
    """Bring word, layer and unit of a selection into the range of what was read."""
    notices = []
    step, unit, layer = selection.step, selection.unit, selection.layer
    if step is not None and not 0 <= step < len(trace):
        step = min(max(step, 0), len(trace) - 1)
        words = "word" if len(trace) == 1 else "words"
        notices.append(f"The text has {len(trace)} {words}; this is word {step + 1}.")
    if layer is not None and layer not in [(one.layer, one.direction) for one in trace.layers]:
        notices.append(f"The model has no layer {layer[0] + 1}, {layer[1]}; this is its last one.")
        layer = None
    units = units_of(layer_of(trace, layer))
    if unit is not None and not 0 <= unit < units:
        unit = min(max(unit, 0), units - 1)
        notices.append(f"The model has units 0 to {units - 1}; this is unit {unit}.")
    return Opened(replace(selection, step=step, unit=unit, layer=layer), tuple(notices))


def layer_of(trace: TextTrace, place: tuple[int, str] | None) -> LayerTrace[np.ndarray]:
    """Return the layer of a trace that a selection means: the last one if it names none."""
    found = [one for one in trace.layers if (one.layer, one.direction) == place]
    return found[0] if found else trace.top


def units_of(layer: LayerTrace[np.ndarray]) -> int:
    """Return how many units a layer has: those that remember, of which a projection shows fewer."""
    units: int = layer.quantities.get("cell_state", layer.hidden_state).shape[1]
    return units


def _layer(parameters: Mapping[str, str], notices: list[str]) -> tuple[int, str] | None:
    raw = parameters.get("layer")
    if raw is None:
        return None
    asked = re.fullmatch(r"([1-9][0-9]?)-(forward|backward)", raw)
    if asked:
        return int(asked[1]) - 1, asked[2]
    notices.append(f"The link asks for layer “{raw[:20]}”, which is none.")
    return None


def _view(parameters: Mapping[str, str], notices: list[str]) -> dict[str, str]:
    """Return what the player is asked to show; what it does not know is told."""
    found = {}
    for name, known in VIEW.items():
        asked = parameters.get(name, "")
        found[name] = asked if asked in known else ""
        if asked not in known and asked:
            notices.append(f"The link asks for the {name} “{asked[:20]}”, which is none.")
    return found


def _number(parameters: Mapping[str, str], key: str, notices: list[str]) -> int | None:
    raw = parameters.get(key)
    if raw is None:
        return None
    if raw.isascii() and raw.isdigit() and len(raw) < 10:
        return int(raw)
    notices.append(f"The link asks for {key} “{raw[:20]}”, which is no number.")
    return None


def _packed(text: str) -> str:
    raw = shown(text).encode("utf-8")
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode("ascii").rstrip("=")


def _unpacked(packed: str) -> str | None:
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unfolding = zlib.decompressobj()
        text = unfolding.decompress(raw, 4 * LONGEST_TEXT).decode("utf-8")
    except (ValueError, zlib.error):
        return None
    return text if unfolding.eof and len(text) <= LONGEST_TEXT and spans(text) else None
