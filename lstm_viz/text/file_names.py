"""What is a downloaded file called? It is named after the text and the word."""

import unicodedata
from collections.abc import Sequence

from lstm_viz.text import gallery

_TEXT, _WORD = 36, 16  # letters of each in a name, which fits into 255 bytes in any script
_WORDS = 5  # of a text in a name


def file_stem(text: str, words: Sequence[str], *, forced: bool = False) -> str:
    """Return the beginning of the names of all files of a text.

    It has only lower-case letters and digits of any script, and hyphens: no dot, no slash, no sign
    that changes the direction of writing. An example has its name in links, another text its first
    words. The name of an experiment begins with what-if.
    """
    review = next((one.name for one in gallery.reviews().values() if one.text == text), "")
    named = [slug(word) for word in words]
    first = "-".join([name for name in named if name][:_WORDS])
    what = "what-if-" if forced else ""
    return f"lstm-viz-{what}{(review or first)[:_TEXT].strip('-') or 'text'}"


def file_name(text: str, words: Sequence[str], step: int, *, forced: bool = False) -> str:
    """Return the name of a file about one word of a text, without a suffix."""
    name = slug(words[step])[:_WORD]
    return f"{file_stem(text, words, forced=forced)}-word-{step + 1}-{name}".strip("-")


def slug(text: str) -> str:
    """Return the letters and digits of a text in lower case, with hyphens between them."""
    plain = unicodedata.normalize("NFKC", text).lower()
    kinds = [(sign, unicodedata.category(sign)) for sign in plain]
    signs = (sign if kind[0] in "LN" else " " for sign, kind in kinds if kind[0] not in "MC")
    return "-".join("".join(signs).split())
