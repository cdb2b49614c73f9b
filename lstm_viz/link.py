"""What is looked at, and how does it travel in a link?

A review of the gallery travels by name, a typed one as text, a long one compressed. A link that
asks for what there is not gives the nearest view and a notice.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from lstm_viz.text import gallery, shown, spans

LONGEST_PLAIN = 600  # characters of a typed review that travels as it is
LONGEST = 8_000  # characters of a link, as browsers and chat programs pass it on
LONGEST_TEXT = 100_000  # characters of a review that is typed, or that a link unfolds to


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at, on every page.

    Attributes:
        model: name of a packaged model.
        text: what is read.
        step: the current word; None where nothing was chosen yet.
        unit: the unit that is looked at; None for all together.
    """

    model: str
    text: str
    step: int | None = None
    unit: int | None = None

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
    return Opened(Selection(model, text, step if word is None else word - 1, unit), tuple(notices))


def fitted(selection: Selection, steps: int, units: int) -> Opened:
    """Bring word and unit of a selection into the range of what was read."""
    notices = []
    step, unit = selection.step, selection.unit
    if step is not None and not 0 <= step < steps:
        step = min(max(step, 0), steps - 1)
        notices.append(f"The text has {steps} words; this is word {step + 1}.")
    if unit is not None and not 0 <= unit < units:
        unit = min(max(unit, 0), units - 1)
        notices.append(f"The model has units 0 to {units - 1}; this is unit {unit}.")
    return Opened(Selection(selection.model, selection.text, step, unit), tuple(notices))


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
