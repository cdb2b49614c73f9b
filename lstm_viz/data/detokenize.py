"""The sentences of the treebank as they were written, before they were split into tokens.

The sentences follow one another in the snippets, so each is searched behind the one before it, by
its letters and digits alone. It is cut out together with the signs that touch it. A sentence that
touches a word of another one is rebuilt from its tokens.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from lstm_viz.data.splits import alphanumeric_key

_NEAR = 2000  # letters searched ahead before searching everywhere
# Tokens that stick to the word before them, and those that the next word sticks to.
_TO_LEFT = re.compile(r" (?=(?:[.,:;?!%)]|n't\b|'(?:s|re|ve|ll|d|m)?(?: |$)|''))")
_TO_RIGHT = re.compile(r"(?<=[($`]) ")


class Snippets:
    """Snippets of reviews, in which sentences are searched one after the other."""

    def __init__(self, snippets: str) -> None:
        self.text = snippets
        letters = [
            (letter, index)
            for index, sign in enumerate(snippets)
            for letter in alphanumeric_key(sign)
        ]
        self.key = "".join(letter for letter, _ in letters)
        self.indices = [index for _, index in letters]  # of each letter of ``key`` in ``text``
        self.position = 0  # in ``key``, behind the last sentence found

    def sentence(self, tokens: str) -> tuple[str, str]:
        """Return a sentence as written and ``original``, or from its tokens and ``rebuilt``."""
        key = alphanumeric_key(tokens)
        for start in self._starts(key):
            first = self._edge(self.indices[start], -1)
            last = self._edge(self.indices[start + len(key) - 1], +1)
            if first is not None and last is not None:
                self.position = bisect_left(self.indices, last + 1)
                return self.text[first : last + 1], "original"
        return detokenize(tokens), "rebuilt"

    def _starts(self, key: str) -> Iterator[int]:
        if not key:
            return
        near = self.key.find(key, self.position, self.position + _NEAR + len(key))
        start = near if near >= 0 else self.key.find(key)
        while start >= 0:
            yield start
            start = self.key.find(key, start + 1)

    def _edge(self, index: int, step: int) -> int | None:
        """Return the index of the last sign that touches this one; None if a letter does."""
        while 0 <= index + step < len(self.text) and not self.text[index + step].isspace():
            index += step
            if alphanumeric_key(self.text[index]):
                return None
        return index


def detokenize(tokens: str) -> str:
    """Return tokens as a sentence: signs next to their words, and straight quotation marks."""
    joined = _TO_RIGHT.sub("", _TO_LEFT.sub("", tokens))
    return joined.replace("``", '"').replace("''", '"').replace("`", "'")
