"""Which tokens does a text have? Cut once, however often a page asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lstm_viz.errors import TextError
from lstm_viz.text import TextEncoder, Token, Vocabulary

_CACHED = 8  # texts that are cached
_LONGEST = 100_000  # characters of a text that is cached


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as a model reads it.

    Attributes:
        text: as given.
        tokens: of the text; none for a blank one.
        numbers: what the model reads for each token: a number, or a row of features.
    """

    text: str
    tokens: tuple[Token, ...]
    numbers: Sequence[Any]

    def __len__(self) -> int:
        """Return how many tokens there are."""
        return len(self.tokens)


def tokenizer_of(text_encoder: TextEncoder) -> Callable[[str], EncodedText]:
    """Return a function that encodes a text; for a ``Vocabulary`` it caches the last few texts.

    The results of another encoder are not cached: they may depend on more than the text.

    Args:
        text_encoder: cuts texts.

    Returns:
        A function for any thread. It raises TextError if it is not given a text, and whatever the
        encoder raises.
    """

    def encode(text: str) -> EncodedText:
        if not isinstance(text, str):
            raise TextError("a text", text)
        tokens, numbers = text_encoder.encode(text)
        # A list could be changed by the caller.
        return EncodedText(text, tokens, tuple(numbers) if isinstance(numbers, list) else numbers)

    def encode_cached(text: str) -> EncodedText:
        short = isinstance(text, str) and len(text) <= _LONGEST
        return cached(text) if short else encode(text)

    cached = lru_cache(maxsize=_CACHED)(encode)
    return encode_cached if type(text_encoder) is Vocabulary else encode
