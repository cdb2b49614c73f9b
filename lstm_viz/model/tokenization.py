"""What is read of a text? Cut once, however often a page asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lstm_viz.errors import TextError
from lstm_viz.text import Reader, Token, Vocabulary

_KEPT = 8  # texts: those on a few pages at once
_LONGEST = 100_000  # characters of a text that is kept; longer ones would take much memory


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as a model reads it.

    Attributes:
        text: as given.
        tokens: that it was cut into; none for a blank text.
        numbers: what the model reads of each token: a number, or a row of features.
    """

    text: str
    tokens: tuple[Token, ...]
    numbers: Sequence[Any]

    def __len__(self) -> int:
        """Return how many tokens there are."""
        return len(self.tokens)


def tokenizer_of(reader: Reader) -> Callable[[str], EncodedText]:
    """Return what encodes a text; that of a ``Vocabulary`` keeps the last few, in any thread.

    What another reader returns may hang on more than the text.

    Args:
        reader: cuts texts.

    Returns:
        A function that raises TextError for what is no text, and whatever the reader raises.
    """

    def encode(text: str) -> EncodedText:
        if not isinstance(text, str):
            raise TextError("a text", text)
        tokens, numbers = reader.read(text)
        # A list could be changed by whoever is given it.
        return EncodedText(text, tokens, tuple(numbers) if isinstance(numbers, list) else numbers)

    def encode_kept(text: str) -> EncodedText:
        short = isinstance(text, str) and len(text) <= _LONGEST
        return kept(text) if short else encode(text)

    kept = lru_cache(maxsize=_KEPT)(encode)
    return encode_kept if type(reader) is Vocabulary else encode
