"""How does a text become what a model reads, if the model has an encode function of its own?"""

import re
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, Protocol, runtime_checkable

import numpy as np

from lstm_viz.errors import BlankTextError, EncodingError, LstmVizError
from lstm_viz.text.tokenizer import spans
from lstm_viz.text.vocabulary import Token

Place = tuple[int, int]

_EACH = "one whole number, or one row of features, per token"
_SHORT = 300  # characters of the message of an error in the function


@runtime_checkable
class TextEncoder(Protocol):
    """Cuts a text into tokens and gives what a model reads for each."""

    def encode(self, text: str) -> tuple[tuple[Token, ...], Sequence[Any]]:
        """Return the tokens, and the number (or the features) of each, equally long."""


class Encoding:
    """A text encoder made from a function that gives one number per token of a text."""

    def __init__(self, encode: Callable[[str], Any], unknown: int | None = None) -> None:
        """Keep the function.

        Args:
            encode: see ``lstm_viz.wrap``.
            unknown: the number of unknown words; None if there is none.
        """
        self._encode = encode
        self._unknown = unknown

    def encode(self, text: str) -> tuple[tuple[Token, ...], Sequence[Any]]:
        """Return the tokens of a text, and what the model reads for each.

        Raises:
            EncodingError: the function raised an error, or did not return one number per token.
            BlankTextError: it raised an error for a blank text.
        """
        try:
            encoded = self._encode(text)
        except LstmVizError:
            raise
        except Exception as error:  # of the user's own code
            if not text.strip():
                raise BlankTextError from error
            came = f"it raised {type(error).__name__}: {' '.join(str(error).split())[:_SHORT]}"
            raise EncodingError(_EACH, came) from error
        places, numbers = _places_and_numbers(text, encoded)
        tokens = tuple(
            Token(text[start:end], start, end, not self._is_unknown(number))
            for (start, end), number in zip(places, numbers, strict=True)
        )
        return tokens, numbers

    def _is_unknown(self, number: Any) -> bool:  # noqa: ANN401  (an int, or a row of features)
        return self._unknown is not None and np.ndim(number) == 0 and number == self._unknown


def _places_and_numbers(text: str, encoded: Any) -> tuple[list[Place], Sequence[Any]]:  # noqa: ANN401
    """Find where the tokens are, from what an encoding function returned."""
    numbers: Sequence[Any]
    if hasattr(encoded, "ids") and hasattr(encoded, "offsets"):  # of the library "tokenizers"
        try:
            places, numbers = _with_special(encoded.offsets), list(encoded.ids)
        except (TypeError, ValueError) as error:
            came = f"{type(encoded).__name__} came, with other contents"
            raise EncodingError("ids, and a (start, end) for each", came) from error
        if len(places) != len(numbers):
            came = f"{len(numbers)} ids and {len(places)} offsets came"
            raise EncodingError("as many ids as offsets", came)
    elif _is_triples(encoded):
        places = [(int(start), int(end)) for start, end, _ in encoded]
        numbers = [number for *_, number in encoded]
    else:
        numbers = _plain(encoded)
        places = _cut_into(text, len(numbers))
    before = 0
    for start, end in places:
        if not before <= start <= end <= len(text):
            came = f"a token from {start} to {end} after one that ends at {before}"
            raise EncodingError(f"tokens in reading order inside the {len(text)} characters", came)
        before = end
    return places, numbers


def _with_special(offsets: Sequence[Place]) -> list[Place]:
    """Give tokens without characters in the text the position after the token before them."""
    places: list[Place] = []
    for start, end in offsets:
        behind = places[-1][1] if places else 0
        places.append((start, end) if end > start else (behind, behind))
    return places


def _is_triples(encoded: Any) -> bool:  # noqa: ANN401
    return (
        isinstance(encoded, list | tuple)
        and len(encoded) > 0
        and all(
            isinstance(token, tuple)
            and len(token) == 3
            and all(isinstance(place, Integral) for place in token[:2])
            for token in encoded
        )
    )


def _plain(encoded: Any) -> Sequence[Any]:  # noqa: ANN401
    """Return one whole number, or one row of features, per token."""
    if hasattr(encoded, "detach"):  # a tensor, perhaps one that learns
        encoded = encoded.detach().cpu()
    try:
        numbers = np.asarray(encoded)
    except (TypeError, ValueError, RuntimeError) as error:
        raise EncodingError(_EACH, f"{type(encoded).__name__} came") from error
    if numbers.ndim == 0:
        raise EncodingError(_EACH, f"{type(encoded).__name__} came")
    if numbers.ndim == 2 and len(numbers) == 1 and numbers.dtype.kind in "iu":
        numbers = numbers[0]  # a batch of one
    whole = numbers.ndim == 1 and numbers.dtype.kind in "iu"
    features = numbers.ndim == 2 and numbers.dtype.kind == "f"
    if numbers.size and not whole and not features:
        came = f"an array of {numbers.dtype} of shape {numbers.shape}"
        raise EncodingError(_EACH, came)
    rows: list[Any] = numbers.tolist()
    return rows


def _cut_into(text: str, count: int) -> list[Place]:
    """Cut a text into a number of tokens, in the first of three ways that gives this number.

    Each way cuts finer than the one before, so two ways with the same number give the same tokens.
    """
    ways: tuple[Callable[[str], list[Place]], ...] = (_words, spans, _characters)
    found = [way(text) for way in ways]
    for places in found:
        if len(places) == count:
            return places
    words, cut, characters = (len(places) for places in found)
    raise EncodingError(
        f"one number per word ({words}), per token as lstm_viz cuts ({cut}) or per character "
        f"({characters}), or else a (start, end, number) for each token",
        f"{count} numbers came",
    )


def _words(text: str) -> list[Place]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def _characters(text: str) -> list[Place]:
    return [(at, at + 1) for at in range(len(text))]
