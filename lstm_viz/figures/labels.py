"""How are words written on an axis? The one place where tokens become labels.

Plotly interprets some markup in its labels, so markup is escaped here and nowhere else.
"""

import html
import unicodedata
from collections.abc import Sequence

from lstm_viz import scales
from lstm_viz.text import Token, replace_surrogates

_LONGEST = 18  # characters of a word on an axis
UPRIGHT = 14  # up to this many words stand upright
EVERY = 70  # up to this many, every word is written


def shortened(text: str, longest: int) -> str:
    """Return a text of at most so many characters, with … for what is left out."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def label(token: Token) -> str:
    """Return a token for Plotly to write: literally, with invisible characters made visible."""
    text = shortened(replace_surrogates(token.text), _LONGEST)
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
        strongest: words that matter here, the most important first; they are bold, and the only
            ones that are written where not all fit.
    """
    count = len(tokens)
    chosen = range(count) if count <= EVERY else sorted(_apart(strongest, count))
    bold = set(strongest)

    def text(step: int) -> str:
        word = label(tokens[step]) + ("" if count <= EVERY else f" {step + 1}")
        return f"<b>{word}</b>" if step in bold else word

    return {
        "tickmode": "array",
        "tickvals": list(chosen),
        "ticktext": [text(step) for step in chosen],
        "tickangle": 0 if count <= UPRIGHT else -58,
        "tickfont": {"size": scales.NAME if count <= UPRIGHT else scales.LABEL},
        "range": [-0.5, count - 0.5],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
    }


def _apart(strongest: Sequence[int], count: int) -> list[int]:
    """Return words that do not touch on an axis of about a thousand pixels."""
    gap = count * 19 / 1000
    chosen: list[int] = []
    for step in strongest:
        if all(abs(step - other) >= gap for other in chosen):
            chosen.append(step)
    return chosen
