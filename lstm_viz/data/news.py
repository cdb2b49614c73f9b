"""THUCNews: headlines in Chinese, each of one topic."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import REMEDY, decode, read_file
from lstm_viz.data.tables import Table, table
from lstm_viz.errors import DataFileError

TOPICS = (
    "finance", "realty", "stocks", "education", "science",
    "society", "politics", "sports", "game", "entertainment",
)  # fmt: skip
TRAIN = 45_000  # a quarter of the published 180,000 titles is enough, and keeps the file small
_COLUMNS = ("text", "label", "split", "label_name", "id", "in_train")


def convert(files: Mapping[str, Path], train: int = TRAIN) -> dict[str, Table]:
    """Return the table ``thucnews_titles``, with the first titles of the training part.

    Raises:
        DataFileError: a line is something else than a title and the number of its topic.
    """
    parts = {split: _titles(files[f"{split}.txt"]) for split in ("train", "dev", "test")}
    parts["train"] = parts["train"][:train]
    known = {title for title, _ in parts["train"]}
    rows: list[tuple[Any, ...]] = [
        (title, topic, split, TOPICS[topic], number, split != "train" and title in known)
        for split, titles in parts.items()
        for number, (title, topic) in enumerate(titles)
    ]
    return {"thucnews_titles": table(_COLUMNS, rows)}


def _titles(path: Path) -> list[tuple[str, int]]:
    found = []
    text = decode(path.name, read_file(path), "utf-8-sig")
    for line in text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        title, tab, topic = line.rpartition("\t")
        if not tab or topic not in tuple("0123456789"):
            expected = "lines of a title, a tab and a topic from 0 to 9"
            raise DataFileError(path.name, expected, f"one is {line[:60]!r}", REMEDY)
        found.append((title.strip(), int(topic)))
    return found
