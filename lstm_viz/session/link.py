"""How is the selection written in a link, and read from one?

An example is written by its name, a typed text as it is, a long one compressed; everything else by
the fields of ``Selection``. A link with impossible values gives the nearest view and a notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lstm_viz.model import TextTrace
from lstm_viz.session.link_fields import LONGEST_FIELD, LinkError
from lstm_viz.session.packed_text import pack, unpack
from lstm_viz.session.selection import DEFAULTS, FIELDS, Selection
from lstm_viz.text import gallery, is_blank

LONGEST_PLAIN = 600  # characters of a typed text that is written as it is
LONGEST = 8_000  # characters of a packed text, as browsers and chat programs pass a link on
LONGEST_TEXT = 100_000  # characters of a text that is typed, or unfolded from a link
# Every parameter that is ours; all others belong to somebody else and are left alone.
NAMES = ("model", "review", "text", "packed", *(one.name for one in FIELDS.values()))


@dataclass(frozen=True, slots=True)
class ParsedLink:
    """A selection as read from a link, and notices of what could not be kept of it."""

    selection: Selection
    notices: tuple[str, ...] = field(default=())


def write(selection: Selection, page: str = "") -> tuple[dict[str, str], bool]:
    """Write a selection as query parameters.

    Args:
        selection: to write.
        page: that the link leads to; fields of other pages are left out. "" for all pages.

    Returns:
        The parameters, and whether everything fits into a link; what does not is left out.

    Law:
        ``parse(write(selection)) == selection``, where everything fits.
    """
    text = _write_text(selection)
    found, fits = {"model": selection.model, **text}, bool(text)
    for attribute, row in FIELDS.items():
        value = getattr(selection, attribute)
        if value != DEFAULTS[attribute] and row.page in ("", page or row.page):
            written = row.write(value)
            if len(written) <= LONGEST_FIELD and row.fits_link(value):
                found[row.name] = written
            else:
                fits = False
    return found, fits


def _write_text(selection: Selection) -> dict[str, str]:
    """Return the parameter that holds the text; none if the text is too long."""
    if selection.review:
        return {"review": selection.review.name}
    if len(selection.text) <= LONGEST_PLAIN and selection.text.isprintable():
        return {"text": selection.text}
    packed = pack(selection.text) if len(selection.text) <= LONGEST_TEXT else ""
    return {"packed": packed} if 0 < len(packed) <= LONGEST else {}


def parse(parameters: Mapping[str, str], models: tuple[str, ...], default: Selection) -> ParsedLink:
    """Read a selection from query parameters; whatever is missing comes from ``default``."""
    notices = []
    model = parameters.get("model", default.model)
    if model not in models:
        notices.append(f"There is no model “{model[:60]}”; {default.model} is used instead.")
        model = default.model
    text, notice = _parse_text(parameters)
    notices += [notice] if notice else []
    found: dict[str, Any] = {}
    for attribute, row in FIELDS.items():
        if row.name in parameters:
            try:
                found[attribute] = row.parse(parameters[row.name])
            except LinkError as error:
                notices.append(str(error))
    # Another text forgets the word of the default one.
    start = default if text is None else replace(default, text=text, step=None)
    return ParsedLink(replace(start, model=model, **found), tuple(notices))


def _parse_text(parameters: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the text, if the link has one, and a notice of what is wrong with it."""
    typed = parameters.get("text", "")[:LONGEST_TEXT]
    if not is_blank(typed):
        return typed, ""
    if "packed" in parameters:
        unpacked = unpack(parameters["packed"], LONGEST_TEXT)
        damaged = "The text in the link is damaged; an example is shown instead."
        return unpacked, damaged if unpacked is None else ""
    if "review" in parameters:
        review = gallery.reviews().get(parameters["review"])
        if review is None:
            return None, "There is no such example; another one is shown instead."
        return review.text, ""
    return None, ""


def fit(selection: Selection, trace: TextTrace) -> ParsedLink:
    """Bring a selection into the range of the text and the model."""
    found: dict[str, Any] = {}
    notices = []
    for attribute, row in FIELDS.items():
        value = getattr(selection, attribute)
        found[attribute], notice = row.fit(value, found, trace)
        notices += [notice] if notice else []
    return ParsedLink(replace(selection, **found), tuple(notices))
