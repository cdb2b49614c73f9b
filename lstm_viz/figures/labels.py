"""How are words written on an axis? The one place where tokens become labels.

Plotly takes some markup in its labels for markup, so it is escaped here and nowhere else.
"""

import html
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar

from lstm_viz import scales
from lstm_viz.text import Token, shown

Key = TypeVar("Key")

_LONGEST = 18  # characters of a word on an axis
UPRIGHT = 14  # up to this many words stand upright
EVERY = 70  # up to this many, every word is written


def label(token: Token) -> str:
    """Return a token as Plotly shall write it: literally, invisible signs made visible."""
    text = shown(token.text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    visible = (
        sign
        if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        else f"U+{ord(sign):04X}"
        for sign in text
    )
    return html.escape("".join(visible), quote=False)


def word_axis(tokens: Sequence[Token], strongest: Sequence[int]) -> dict[str, object]:
    """Return an x axis with one column per word.

    Args:
        tokens: of the text.
        strongest: words that matter here, in order of strength; they are bold, and the only ones
            written where not all fit.
    """
    count = len(tokens)
    chosen = range(count) if count <= EVERY else sorted(_untouched(strongest, count))
    bold = set(strongest)

    def written(step: int) -> str:
        word = label(tokens[step]) + ("" if count <= EVERY else f" {step + 1}")
        return f"<b>{word}</b>" if step in bold else word

    return {
        "tickmode": "array",
        "tickvals": list(chosen),
        "ticktext": [written(step) for step in chosen],
        "tickangle": 0 if count <= UPRIGHT else -58,
        "tickfont": {"size": scales.NAME if count <= UPRIGHT else scales.LABEL},
        "range": [-0.5, count - 0.5],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
    }


def _untouched(strongest: Sequence[int], count: int) -> list[int]:
    """Keep words that do not touch on an axis of about a thousand pixels."""
    gap = count * 19 / 1000
    kept: list[int] = []
    for step in strongest:
        if all(abs(step - other) >= gap for other in kept):
            kept.append(step)
    return kept


def apart(places: Mapping[Key, float], line: float) -> dict[Key, float]:
    """Push places apart, upwards from the lowest, until no two are closer than a line."""
    found: dict[Key, float] = {}
    free = -float("inf")
    for key in sorted(places, key=places.__getitem__):
        found[key] = max(places[key], free)
        free = found[key] + line
    return found
