"""How was a sentence of the treebank written, before it was cut into tokens?

The sentences follow one another in the snippets, so each is looked for behind the one before it, by
its letters and digits alone. It is cut with the signs that touch it; one that touches a word of
another sentence is put together from its tokens instead.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from lstm_viz.data.splits import key_of

_NEAR = 2000  # letters to look ahead before looking anywhere
# Tokens that stick to the word before them, and those that the next word sticks to.
_TO_LEFT = re.compile(r" (?=(?:[.,:;?!%)]|n't\b|'(?:s|re|ve|ll|d|m)?(?: |$)|''))")
_TO_RIGHT = re.compile(r"(?<=[($`]) ")


class Snippets:
    """Snippets of reviews, in which sentences are looked for one after the other."""

    def __init__(self, snippets: str) -> None:
        self.text = snippets
        letters = [(letter, at) for at, sign in enumerate(snippets) for letter in key_of(sign)]
        self.key = "".join(letter for letter, _ in letters)
        self.places = [at for _, at in letters]
        self.at = 0  # in ``key``, behind the last sentence that was found

    def wording(self, tokens: str) -> tuple[str, str]:
        """Return a sentence as it was written and ``original``; or as rebuilt, and ``rebuilt``."""
        key = key_of(tokens)
        for start in self._starts(key):
            first = self._edge(self.places[start], -1)
            last = self._edge(self.places[start + len(key) - 1], +1)
            if first is not None and last is not None:
                self.at = bisect_left(self.places, last + 1)
                return self.text[first : last + 1], "original"
        return rebuilt(tokens), "rebuilt"

    def _starts(self, key: str) -> Iterator[int]:
        if not key:
            return
        near = self.key.find(key, self.at, self.at + _NEAR + len(key))
        start = near if near >= 0 else self.key.find(key)
        while start >= 0:
            yield start
            start = self.key.find(key, start + 1)

    def _edge(self, at: int, step: int) -> int | None:
        """Return the place of the last sign that touches this one; None where a word does."""
        while 0 <= at + step < len(self.text) and not self.text[at + step].isspace():
            at += step
            if key_of(self.text[at]):
                return None
        return at


def rebuilt(tokens: str) -> str:
    """Return tokens as a sentence: signs at their words, and straight quotation marks."""
    joined = _TO_RIGHT.sub("", _TO_LEFT.sub("", tokens))
    return joined.replace("``", '"').replace("''", '"').replace("`", "'")
