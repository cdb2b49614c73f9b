"""What does the Stanford Sentiment Treebank hold? Sentences, and every phrase in them, rated.

The ratings are in one archive, ``trees/train.txt`` and so on, a tree on each line; the numbers of
the sentences and the snippets that they were cut from are in the other.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import REMEDY, decoded, only
from lstm_viz.data.detokenize import Snippets
from lstm_viz.data.tables import Table, table
from lstm_viz.data.trees import mended, phrases
from lstm_viz.errors import DataFileError

TREES, TREEBANK = "trainDevTestTrees_PTB.zip", "stanfordSentimentTreebank.zip"
SPLITS = {"1": "train", "3": "dev", "2": "test"}  # as the distribution numbers them
BINARY = (0, 0, -1, 1, 1)  # by rating; SST-2 leaves the neutral ones out
_FOLDER = "stanfordSentimentTreebank"
_COLUMNS = (
    "text", "label", "split", "label5", "id", "tokens", "tree", "text_source", "in_train"
)  # fmt: skip
_PHRASES = ("text", "label", "split", "label5", "n_tokens", "count", "sentence_id")


def convert(files: Mapping[str, Path]) -> dict[str, Table]:
    """Return the tables ``sst`` and ``sst_phrases``.

    Raises:
        DataFileError: an archive is damaged or unsafe, or the two do not fit together.
    """
    trees = read_trees(files[TREES])
    splits, snippets = only(
        files[TREEBANK], [f"{_FOLDER}/datasetSplit.txt", f"{_FOLDER}/original_rt_snippets.txt"]
    )
    ids = _ids(decoded("datasetSplit.txt", splits))
    for split, lines in trees.items():
        if len(lines) != len(ids[split]):
            came = f"there are {len(lines):,} trees and {len(ids[split]):,} numbers"
            raise DataFileError(TREES, f"a tree for every number in {split}", came, REMEDY)
    sentences = [
        (split, number, tree)
        for split, lines in trees.items()
        for number, tree in zip(ids[split], lines, strict=True)
    ]
    written = "\n".join(map(mended, decoded("original_rt_snippets.txt", snippets).split("\n")))
    rows = _sentences(sentences, Snippets(written))
    return {"sst": table(_COLUMNS, rows), "sst_phrases": table(_PHRASES, _phrases(sentences))}


def read_trees(path: Path) -> dict[str, list[str]]:
    """Return the trees of every split, in their order."""
    names = [f"trees/{split}.txt" for split in SPLITS.values()]
    texts = [decoded(name, content) for name, content in zip(names, only(path, names), strict=True)]
    return {
        split: [mended(line.strip()) for line in text.split("\n") if line.strip()]
        for split, text in zip(SPLITS.values(), texts, strict=True)
    }


def tokens_of(tree: str) -> str:
    """Return the words of a tree with spaces between them."""
    *_, (_, words) = phrases(tree)
    return " ".join(words)


def _ids(listing: str) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {split: [] for split in SPLITS.values()}
    for line in listing.split()[1:]:
        number, comma, split = line.partition(",")
        if not number.isdecimal() or not comma or split not in SPLITS:
            expected = "lines of a sentence's number and 1, 2 or 3"
            raise DataFileError("datasetSplit.txt", expected, f"one is {line[:60]!r}", REMEDY)
        ids[SPLITS[split]].append(int(number))
    return ids


def _sentences(sentences: list[tuple[str, int, str]], snippets: Snippets) -> list[tuple[Any, ...]]:
    tokens = {number: tokens_of(tree) for _, number, tree in sentences}
    wording = {number: snippets.wording(tokens[number]) for number in sorted(tokens)}
    train = {tokens[number].lower() for split, number, _ in sentences if split == "train"}
    return [
        (
            wording[number][0], BINARY[int(tree[1])], split, int(tree[1]), number, tokens[number],
            tree, wording[number][1], split != "train" and tokens[number].lower() in train,
        )
        for split, number, tree in sentences
    ]  # fmt: skip


def _phrases(sentences: list[tuple[str, int, str]]) -> list[tuple[Any, ...]]:
    first: dict[tuple[str, str], tuple[int, int, int]] = {}
    counts: dict[tuple[str, str], int] = {}
    for split, text, rating, words, number in _nodes(sentences):
        first.setdefault((split, text), (rating, words, number))
        counts[split, text] = counts.get((split, text), 0) + 1
    return [
        (text, BINARY[rating], split, rating, words, counts[split, text], number)
        for (split, text), (rating, words, number) in first.items()
    ]


def _nodes(sentences: list[tuple[str, int, str]]) -> Iterator[tuple[str, str, int, int, int]]:
    for split, number, tree in sentences:
        for rating, words in phrases(tree):
            yield split, " ".join(words), rating, len(words), number
