"""A user's own labelled texts, from a CSV, TSV or Parquet file.

The file has a column of texts, a column of labels and perhaps a column of splits. The first mistake
in it is reported with its place: in CSV and TSV the line where the record starts, in Parquet the
row, both counted from 1.
"""

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from os import PathLike
from pathlib import Path
from sys import intern

from lstm_viz import plain_file
from lstm_viz.data.splits import split_of
from lstm_viz.errors import TableError
from lstm_viz.text import spans
from lstm_viz.training.texts import table_rows
from lstm_viz.training.texts.delimited import DELIMITERS, delimited_rows
from lstm_viz.training.texts.parquet import parquet_rows
from lstm_viz.training.texts.table_rows import Columns, Row, not_utf_8, short

SPLITS = {
    "train": "train", "dev": "dev", "validation": "dev", "valid": "dev", "val": "dev",
    "test": "test",
}  # fmt: skip
MOST_LABELS = 1000
LARGEST_TABLE = 2**31  # characters of all different texts
LARGEST_FILE = 2**36  # bytes
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+(\.0*)?")


@dataclass(frozen=True, slots=True)
class Table:
    """Labelled texts, in the order of the file.

    Attributes:
        texts: as written; each has at least one token.
        labels: as written, in CSV and TSV without white space around; of a Parquet file, numbers
            and booleans as "3" and "true".
        splits: ``train``, ``dev`` or ``test``, one per text.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    splits: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The different labels: by value if all are whole numbers, else alphabetically."""
        names = sorted(set(self.labels))
        if all(_WHOLE_NUMBER.fullmatch(name) for name in names):
            names.sort(key=Decimal)
        return tuple(names)


def read_table(
    path: str | PathLike[str], text: str = "text", label: str = "label", split: str = "split"
) -> Table:
    """Return the labelled texts of a file.

    Args:
        path: a file whose name ends with .csv (commas), .tsv (tabs) or .parquet.
        text: the column of texts.
        label: the column of labels.
        split: the column of splits: train, dev (also validation, valid, val) or test. Without a
            column ``split``, ``split_of`` decides; a column of another name must exist.

    Raises:
        TableError: the first mistake in the file.
        MissingPackageError: a Parquet file, and the package pyarrow is not installed.
    """
    path, columns = Path(path), Columns(text, label, split)
    suffix = path.suffix.lower()
    if suffix != ".parquet" and suffix not in DELIMITERS:
        raise TableError(
            path.name, "a name that ends with .csv, .tsv or .parquet",
            f"it ends with {suffix!r}", "Save the table as one of these.",
        )  # fmt: skip
    check_file(path)
    rows = (parquet_rows if suffix == ".parquet" else delimited_rows)(path, columns)
    try:
        with closing(rows):  # which restores the limit of the module csv
            return _table(path.name, rows)
    except MemoryError as error:
        remedy = "Train on a part of it."
        raise TableError(path.name, "a table that fits in memory", "it does not", remedy) from error


def check_file(path: Path) -> None:
    """Refuse a path that is not a plain file, before it is opened.

    Raises:
        TableError: it is not there, something else, or too large.
    """
    refusal = partial(TableError, path.name, remedy="Check the path.")
    plain_file.look(path, LARGEST_FILE, "a file", refusal)


def _table(file: str, rows: Iterable[Row]) -> Table:
    texts, labels, splits = [], [], []
    first: dict[str, str] = {}  # where each label occurs first
    unique: dict[str, str] = {}  # equal texts are kept in memory once
    size = 0
    for row in rows:
        _check(row)
        texts.append(unique.setdefault(row.text, row.text))
        size += len(row.text) if texts[-1] is row.text else 0
        if size > LARGEST_TABLE:
            raise TableError(
                row.where, f"at most {LARGEST_TABLE:,} characters of text",
                "with this one there are more", "Train on a part of it.",
            )  # fmt: skip
        labels.append(intern(row.label))  # equal labels are kept in memory once
        splits.append(split_of(row.text) if row.split is None else _split(row.where, row.split))
        first.setdefault(row.label, row.where)
        if len(first) > MOST_LABELS:
            raise TableError(
                row.where, f"at most {MOST_LABELS:,} different labels", "this is one more",
                "Probably the columns of texts and labels are swapped.",
            )  # fmt: skip
    pairs = zip(labels, splits, strict=True)
    _check_labels(file, first, {name for name, part in pairs if part == "train"})
    return Table(tuple(texts), tuple(labels), tuple(splits))


def _check(row: Row) -> None:
    for field in (row.text, row.label, row.split or ""):
        if len(field) > table_rows.LONGEST_FIELD:
            raise TableError(
                row.where, f"no field above {table_rows.LONGEST_FIELD:,} characters",
                f"one has {len(field):,}", "Shorten it, or remove the row.",
            )  # fmt: skip
    if "\0" in row.text or "\0" in row.label:
        raise not_utf_8(row.where, "a NUL")
    # A letter is a token: only texts that start otherwise need the tokenizer.
    if not row.text[:1].isalnum() and not spans(row.text):
        raise TableError(
            row.where, "a text with at least one word or sign",
            f"it has nothing but white space: {short(row.text)}",
            "Remove the row, or fill in its text.",
        )  # fmt: skip
    if not row.label.strip():
        raise TableError(
            row.where, "a label", "it is empty", "Remove the row, or fill in its label."
        )


def _split(where: str, written: str) -> str:
    split = SPLITS.get(written.strip().lower())
    if split is None:
        raise TableError(
            where, f"one of the splits {', '.join(SPLITS)}", f"it is {short(written)}",
            "Change it, or rename the column so that it is ignored.",
        )  # fmt: skip
    return split


def _check_labels(file: str, first: dict[str, str], trained: set[str]) -> None:
    if not first:
        raise TableError(file, "rows", "there is none after the columns' names", "Add texts.")
    if len(first) == 1:
        raise TableError(
            file, "at least two different labels", f"all are {short(next(iter(first)))}",
            "Add texts with another label.",
        )  # fmt: skip
    for label, where in first.items():
        if label not in trained:
            raise TableError(
                where, "every label in at least one training row",
                f"{short(label)} occurs in dev and test rows alone",
                "Add texts with that label, or choose the training rows in a split column.",
            )  # fmt: skip
