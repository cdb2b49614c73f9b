"""What does the sentence polarity dataset hold? Snippets of reviews, rated as a whole.

The treebank was made from these snippets. A snippet belongs to the part of the treebank whose
sentence it holds, so that nothing here is trained on that is tested on there.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import decoded, only
from lstm_viz.data.splits import key_of, split_of
from lstm_viz.data.sst import TREES, read_trees, tokens_of
from lstm_viz.data.tables import Table, table

ARCHIVE = "rt-polaritydata.tar.gz"
SHORTEST = 15  # letters; a shorter sentence, "I survived.", could be in any snippet
_COLUMNS = ("text", "label", "split", "id", "sst_split")
_FILES = ("rt-polaritydata/rt-polarity.neg", "rt-polaritydata/rt-polarity.pos")


def convert(files: Mapping[str, Path]) -> dict[str, Table]:
    """Return the table ``rt_polarity``.

    Raises:
        DataFileError: an archive is damaged or unsafe.
    """
    trees = read_trees(files[TREES])
    treebank = _Treebank({split: list(map(tokens_of, lines)) for split, lines in trees.items()})
    rows: list[tuple[Any, ...]] = []
    for label, content in enumerate(only(files[ARCHIVE], _FILES)):
        lines = decoded(_FILES[label], content, "cp1252").rstrip("\n").split("\n")
        for number, line in enumerate(lines):
            text = line.strip()
            found = treebank.split_of(text)
            rows.append((text, label, found or split_of(text), number, found))
    return {"rt_polarity": table(_COLUMNS, rows)}


class _Treebank:
    """The sentences of the treebank by their first letters, to be found inside longer texts."""

    def __init__(self, sentences: Mapping[str, list[str]]) -> None:
        self.known: dict[str, list[tuple[str, str]]] = {}
        for split, texts in sentences.items():
            for key in map(key_of, texts):
                if len(key) >= SHORTEST:
                    self.known.setdefault(key[:SHORTEST], []).append((key, split))

    def split_of(self, text: str) -> str:
        """Return the split of a sentence that the text holds, test before dev before train."""
        key = key_of(text)
        found = {
            split
            for at in range(len(key) - SHORTEST + 1)
            for sentence, split in self.known.get(key[at : at + SHORTEST], ())
            if key.startswith(sentence, at)
        }
        return next((split for split in ("test", "dev", "train") if split in found), "")
