"""Which words does a model know?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lstm_viz import plain_file
from lstm_viz.errors import ModelFileError
from lstm_viz.text import chinese, tokenizer
from lstm_viz.text.tokenizer import is_key, key_of

Cutting = Literal["words", "jieba"]
CUTTINGS: dict[Cutting, Callable[[str], list[tuple[int, int]]]] = {
    "words": tokenizer.spans,
    "jieba": chinese.spans,
}

PADDING = 0  # fills a batch after the end of a text; never a token
UNKNOWN = 1  # stands for every word that is not in the vocabulary
_SPECIAL = 2
_LARGEST = 2**26  # bytes of a file: a million words, of which no model knows more


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a text.

    Attributes:
        text: the token as typed.
        start: index of its first character in the text.
        end: index after its last character.
        known: whether the vocabulary has it; the model reads all others as "unknown".
    """

    text: str
    start: int
    end: int
    known: bool


class Vocabulary:
    """The words that a model knows, most frequent first.

    Number 0 is padding, 1 is "unknown", and word k of the list has number k + 2.
    """

    def __init__(self, words: Sequence[str], cutting: Cutting = "words") -> None:
        """Take the words in order; each must be its own key and occur once.

        Args:
            words: the most frequent first.
            cutting: how texts are cut: ``words`` (between spaces and signs) or ``jieba``.

        Raises:
            ValueError: a word occurs twice, or is not its own key, so that no text can contain it.
        """
        self.words = tuple(words)
        self.cutting: Cutting = cutting
        self._number = {word: number for number, word in enumerate(self.words, start=_SPECIAL)}
        if len(self._number) != len(self.words):
            raise ValueError("Expected every word once, but some word occurs twice.")
        for word in self.words:
            if not is_key(word):
                came = f"{word[:60]!r} is looked up as {key_of(word)[:60]!r}."
                raise ValueError(f"Expected every word as it is looked up, but {came}")

    def __len__(self) -> int:
        """Return how many numbers there are, padding and "unknown" included."""
        return len(self.words) + _SPECIAL

    def __contains__(self, word: str) -> bool:
        """Whether a word, as typed, is known."""
        return key_of(word) in self._number

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Return the number of each word as typed; 1 for unknown words."""
        number = self._number
        return [number.get(key_of(word), UNKNOWN) for word in words]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where each token of a text is."""
        return CUTTINGS[self.cutting](text)

    def encode(self, text: str) -> tuple[tuple[Token, ...], list[int]]:
        """Cut a text into tokens.

        Args:
            text: any string.

        Returns:
            The tokens, and the number of each, equally long. Both are empty for blank text.
        """
        places = self.spans(text)
        numbers = self.numbers(text[start:end] for start, end in places)
        tokens = tuple(
            Token(text[start:end], start, end, number != UNKNOWN)
            for (start, end), number in zip(places, numbers, strict=True)
        )
        return tokens, numbers

    def _check_tokens(self) -> None:
        """Raise ValueError for a word that is not a single token, which no text can contain."""
        for word in self.words:
            if self.cutting == "words":
                fits = tokenizer.is_token(word)
            else:
                fits = word != "" and word == word.strip()
            if not fits:
                raise ValueError(f"Expected one word a line, but {word[:60]!r} is not one token.")

    def save(self, path: Path) -> None:
        """Write one word a line."""
        path.write_text("\n".join(self.words) + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def open(cls, path: Path, cutting: Cutting = "words") -> "Vocabulary":
        """Read a file with one word a line; how texts are cut is not in it.

        Raises:
            ModelFileError: the file is missing, too large, not UTF-8, has a word twice, or has a
                word that no text can contain.
        """

        def refusal(expected: str, came: str) -> ModelFileError:
            remedy = "Restore the file from where the model came from."
            return ModelFileError(path.name, expected, came, remedy)

        expected = "UTF-8 text with one word a line"
        content = plain_file.content(path, _LARGEST, expected, refusal)
        try:
            words = cls(_lines(content.decode("utf-8")), cutting)
            words._check_tokens()
            return words
        except ValueError as error:
            raise refusal(expected, str(error)) from error


def _lines(text: str) -> list[str]:
    """Return the lines of a text with any line ends, without a byte-order mark."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    if len(lines[0]) > 1:  # else it is a word: the sign alone is a token
        lines[0] = lines[0].removeprefix("\ufeff")
    return lines
