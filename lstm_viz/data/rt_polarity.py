"""The sentence polarity dataset: snippets of reviews, each positive or negative.

The treebank was made from these snippets. A snippet gets the split of the treebank sentence in it,
so that nothing here is trained on that is a test sentence there.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import decode, read_members
from lstm_viz.data.splits import alphanumeric_key, split_of
from lstm_viz.data.sst import TREES, read_trees
from lstm_viz.data.tables import Table, table
from lstm_viz.data.trees import phrases

ARCHIVE = "rt-polaritydata.tar.gz"
SHORTEST = 15  # letters; a shorter sentence such as "I survived." could be in any snippet
_COLUMNS = ("text", "label", "split", "id", "sst_split")
_FILES = ("rt-polaritydata/rt-polarity.neg", "rt-polaritydata/rt-polarity.pos")


def convert(files: Mapping[str, Path]) -> dict[str, Table]:
    """Return the table ``rt_polarity``.

    Raises:
        DataFileError: an archive is damaged or unsafe.
    """
    trees = read_trees(files[TREES])
    treebank = _Treebank(
        {split: [phrases(tree)[-1].text for tree in lines] for split, lines in trees.items()}
    )
    rows: list[tuple[Any, ...]] = []
    for label, content in enumerate(read_members(files[ARCHIVE], _FILES)):
        lines = decode(_FILES[label], content, "cp1252").rstrip("\n").split("\n")
        for number, line in enumerate(lines):
            text = line.strip()
            found = treebank.split_of(text)
            rows.append((text, label, found or split_of(text), number, found))
    return {"rt_polarity": table(_COLUMNS, rows)}


class _Treebank:
    """The sentences of the treebank by their first letters, to find them in longer texts."""

    def __init__(self, sentences: Mapping[str, list[str]]) -> None:
        self.known: dict[str, list[tuple[str, str]]] = {}
        for split, texts in sentences.items():
            for key in map(alphanumeric_key, texts):
                if len(key) >= SHORTEST:
                    self.known.setdefault(key[:SHORTEST], []).append((key, split))

    def split_of(self, text: str) -> str:
        """Return the split of a sentence in the text: test before dev before train, or empty."""
        key = alphanumeric_key(text)
        found = {
            split
            for at in range(len(key) - SHORTEST + 1)
            for sentence, split in self.known.get(key[at : at + SHORTEST], ())
            if key.startswith(sentence, at)
        }
        return next((split for split in ("test", "dev", "train") if split in found), "")
