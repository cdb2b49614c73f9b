"""The parse trees of the Stanford Sentiment Treebank: every phrase of a sentence with its rating.

``(3 (2 It) (4 works))`` is a sentence rated 3 on a scale of 0 to 4, made of two rated words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lstm_viz.data.archives import REMEDY
from lstm_viz.errors import DataFileError

# A no-break space belongs to its word, as in 8 1/2: words end at plain spaces only.
_PART = re.compile(r"\(([0-4]) |([^() ]+)\)|\)")
_ESCAPED = re.compile(r"\\(.)")  # the treebank writes / as \/ and * as \*


@dataclass(frozen=True, slots=True)
class Phrase:
    """A node of a tree.

    Attributes:
        rating: by people: 0 very negative to 4 very positive.
        start: index of its first word in the sentence.
        words: from left to right, unescaped.
    """

    rating: int
    start: int
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words joined by spaces."""
        return " ".join(self.words)


def phrases(tree: str) -> list[Phrase]:
    """Return every phrase of a tree, parts before the phrase they make, the sentence last.

    Raises:
        DataFileError: this is not one tree.
    """
    found = list(_phrases(tree))
    if not found:
        raise _not_a_tree(tree)
    return found


def prefixes(tree: str) -> list[Phrase]:
    """Return the phrases that a sentence begins with, the longest first, without the sentence.

    Raises:
        DataFileError: this is not one tree.
    """
    return [phrase for phrase in phrases(tree) if phrase.start == 0][-2::-1]


def _phrases(tree: str) -> Iterator[Phrase]:
    if _PART.sub("", tree).strip() or tree.count("(") != tree.count(")"):
        raise _not_a_tree(tree)
    words: list[str] = []
    nodes: list[tuple[int, int]] = []  # rating and start of each phrase that is still open
    for found in _PART.finditer(tree):
        if found[1]:
            nodes.append((int(found[1]), len(words)))
            continue
        if not nodes:
            raise _not_a_tree(tree)
        rating, start = nodes.pop()
        words += [unescape(found[2])] if found[2] else []
        yield Phrase(rating, start, tuple(words[start:]))
        if not nodes and found.end() < len(tree):
            raise _not_a_tree(tree)


def unescape(word: str) -> str:
    """Return a word of a tree as people write it."""
    return _ESCAPED.sub(r"\1", word.replace("-LRB-", "(").replace("-RRB-", ")"))


def fix_mojibake(line: str) -> str:
    """Undo a double encoding of a line; any other line stays as it is."""
    for encoding in ("latin-1", "cp1252"):
        try:
            return line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return line


def _not_a_tree(tree: str) -> DataFileError:
    return DataFileError("The treebank", "one tree on each line", f"one is {tree[:60]!r}", REMEDY)
