"""How is a Chinese text cut into words?

By jieba: with its dictionary, and a hidden Markov model for names and new words.
"""

import unicodedata
from functools import cache
from typing import Any

from lstm_viz.extras import need


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each token of a text is.

    Args:
        text: any string.

    Returns:
        ``(start, end)`` per token in reading order; ``text[start:end]`` is the token as typed.

    Raises:
        MissingPackageError: the package jieba is not installed.

    Law:
        Spans never overlap, and between them is only white space.

    Source:
        jieba 0.42, precise mode with new words, https://github.com/fxsjy/jieba.
    """
    return [
        (start, end) for word, start, end in _jieba().tokenize(_plain(text)) if not word.isspace()
    ]


def _plain(text: str) -> str:
    # One character for one, so that positions stay: full-width letters and digits become plain.
    return "".join(
        sign if len(sign) == 1 else typed
        for typed, sign in ((s, unicodedata.normalize("NFKC", s)) for s in text)
    )


@cache
def _jieba() -> Any:  # noqa: ANN401  (jieba has no types)
    jieba = need("jieba", "Cutting a Chinese text", "app")
    # Not jieba's own way of opening the dictionary, which writes a file into the folder for
    # temporary files, trusts it the next time whoever wrote it, and prints to standard error.
    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter
