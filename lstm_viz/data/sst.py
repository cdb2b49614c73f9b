"""The Stanford Sentiment Treebank: sentences, and every phrase in them, rated by people.

One archive holds the ratings, ``trees/train.txt`` and so on, a tree on each line; the other one the
numbers of the sentences and the snippets that they were taken from.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import REMEDY, decode, read_members
from lstm_viz.data.detokenize import Snippets
from lstm_viz.data.tables import Table, table
from lstm_viz.data.trees import Phrase, fix_mojibake, phrases
from lstm_viz.errors import DataFileError

TREES, TREEBANK = "trainDevTestTrees_PTB.zip", "stanfordSentimentTreebank.zip"
SPLITS = {"1": "train", "3": "dev", "2": "test"}  # as the distribution numbers them
BINARY = (0, 0, -1, 1, 1)  # by rating; SST-2 leaves the neutral ones out
_FOLDER = "stanfordSentimentTreebank"
_COLUMNS = (
    "text", "label", "split", "label5", "id", "tokens", "tree", "text_source", "in_train"
)  # fmt: skip
_PHRASES = ("text", "label", "split", "label5", "n_tokens", "count", "sentence_id")


@dataclass(frozen=True, slots=True)
class _Sentence:
    split: str
    number: int
    tree: str
    phrases: list[Phrase]

    @property
    def rating(self) -> int:
        return self.phrases[-1].rating

    @property
    def tokens(self) -> str:
        return self.phrases[-1].text


def convert(files: Mapping[str, Path]) -> dict[str, Table]:
    """Return the tables ``sst`` and ``sst_phrases``.

    Raises:
        DataFileError: an archive is damaged or unsafe, or the two do not fit together.
    """
    trees = read_trees(files[TREES])
    splits, snippets = read_members(
        files[TREEBANK], [f"{_FOLDER}/datasetSplit.txt", f"{_FOLDER}/original_rt_snippets.txt"]
    )
    ids = _ids(decode("datasetSplit.txt", splits))
    for split, lines in trees.items():
        if len(lines) != len(ids[split]):
            came = f"there are {len(lines):,} trees and {len(ids[split]):,} numbers"
            raise DataFileError(TREES, f"a tree for every number in {split}", came, REMEDY)
    sentences = [
        _Sentence(split, number, tree, phrases(tree))
        for split, lines in trees.items()
        for number, tree in zip(ids[split], lines, strict=True)
    ]
    lines = decode("original_rt_snippets.txt", snippets).split("\n")
    rows = _sentences(sentences, Snippets("\n".join(map(fix_mojibake, lines))))
    return {"sst": table(_COLUMNS, rows), "sst_phrases": table(_PHRASES, _phrases(sentences))}


def read_trees(path: Path) -> dict[str, list[str]]:
    """Return the trees of every split, in their order."""
    names = [f"trees/{split}.txt" for split in SPLITS.values()]
    texts = [
        decode(name, content)
        for name, content in zip(names, read_members(path, names), strict=True)
    ]
    return {
        split: [fix_mojibake(line.strip()) for line in text.split("\n") if line.strip()]
        for split, text in zip(SPLITS.values(), texts, strict=True)
    }


def _ids(listing: str) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {split: [] for split in SPLITS.values()}
    for line in listing.split()[1:]:
        number, comma, split = line.partition(",")
        if not number.isdecimal() or not comma or split not in SPLITS:
            expected = "lines of a sentence's number and 1, 2 or 3"
            raise DataFileError("datasetSplit.txt", expected, f"one is {line[:60]!r}", REMEDY)
        ids[SPLITS[split]].append(int(number))
    return ids


def _sentences(sentences: list[_Sentence], snippets: Snippets) -> list[tuple[Any, ...]]:
    by_number = sorted(sentences, key=lambda sentence: sentence.number)  # as in the snippets
    written = {one.number: snippets.sentence(one.tokens) for one in by_number}
    train = {one.tokens.lower() for one in sentences if one.split == "train"}
    return [
        (
            written[one.number][0], BINARY[one.rating], one.split, one.rating, one.number,
            one.tokens, one.tree, written[one.number][1],
            one.split != "train" and one.tokens.lower() in train,
        )
        for one in sentences
    ]  # fmt: skip


def _phrases(sentences: list[_Sentence]) -> list[tuple[Any, ...]]:
    first: dict[tuple[str, str], tuple[Phrase, int]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        for phrase in sentence.phrases:
            key = sentence.split, phrase.text
            first.setdefault(key, (phrase, sentence.number))
            counts[key] += 1
    return [
        (
            text, BINARY[phrase.rating], split, phrase.rating, len(phrase.words),
            counts[split, text], number,
        )
        for (split, text), (phrase, number) in first.items()
    ]  # fmt: skip
