"""How is a word of a text named in a sentence?"""

from collections.abc import Sequence

from lstm_viz.text import Token, replace_surrogates

_LONGEST = 30  # characters of a word


def quoted_word(tokens: Sequence[Token], step: int) -> str:
    """Return a word with its number, which counts from 1: “but” (word 5)."""
    return f"“{replace_surrogates(tokens[step].text)[:_LONGEST]}” (word {step + 1})"
