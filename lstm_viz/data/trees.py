"""What does a sentence of the treebank say, and how was each part of it rated?

``(3 (2 It) (4 works))`` is a sentence that was rated 3 of 0 to 4, made of two rated words.
"""

import re
from collections.abc import Iterator

from lstm_viz.data.archives import REMEDY
from lstm_viz.errors import DataFileError

_PART = re.compile(r"\(([0-4]) |([^() ]+)\)|\)")
_SIGN = re.compile(r"\\(.)")  # the treebank writes / as \/ and * as \*


def phrases(tree: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every phrase with its rating: words before what they make, the sentence last.

    Raises:
        DataFileError: this is not one tree.
    """
    if _PART.sub("", tree).strip() or tree.count("(") != tree.count(")"):
        raise _no_tree(tree)
    open_: list[tuple[int, list[str]]] = []
    for found in _PART.finditer(tree):
        if found[1]:
            open_.append((int(found[1]), []))
            continue
        if not open_:
            raise _no_tree(tree)
        rating, words = open_.pop()
        words += [plain(found[2])] if found[2] else []
        yield rating, words
        if open_:
            open_[-1][1].extend(words)
        elif found.end() < len(tree):
            raise _no_tree(tree)


def plain(word: str) -> str:
    """Return a word as people write it."""
    return _SIGN.sub(r"\1", word.replace("-LRB-", "(").replace("-RRB-", ")"))


def mended(line: str) -> str:
    """Return a line that was encoded twice as it was before; any other as it is."""
    for encoding in ("latin-1", "cp1252"):
        try:
            return line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return line


def _no_tree(tree: str) -> DataFileError:
    return DataFileError("The treebank", "one tree on each line", f"one is {tree[:60]!r}", REMEDY)
