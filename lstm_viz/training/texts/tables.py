"""Which texts of one's own is a model trained on, and which label has each?

A table is a CSV, TSV or Parquet file with a column of texts, a column of labels and, where there is
a split already, a column that says it. The first thing wrong with a file is said with its place: in
CSV and TSV the line where the record starts, in Parquet the row, both counted from 1.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import repeat
from os import PathLike
from pathlib import Path
from reprlib import Repr
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from lstm_viz import plain_file
from lstm_viz.data.splits import split_of
from lstm_viz.errors import TableError
from lstm_viz.extras import need
from lstm_viz.text import spans

if TYPE_CHECKING:
    import pyarrow

SPLITS = {
    "train": "train", "dev": "dev", "validation": "dev", "valid": "dev", "val": "dev",
    "test": "test",
}  # fmt: skip
MOST_LABELS = 1000
LONGEST_FIELD = 10_000_000  # characters: a field above that is a quote that was never closed

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
LONGEST_LINE = 10 * LONGEST_FIELD  # characters: several such fields
LARGEST_TABLE = 2**31  # characters of all different texts
LARGEST_FILE = 2**36  # bytes

_BATCH = 64  # rows of a Parquet file at once: texts of a book's length still fit in memory
_BYTES = 4  # of a character, at most
_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?")
# A byte that is not UTF-8 is decoded to a lone surrogate, which UTF-8 itself can never hold.
_UNREADABLE = re.compile("[\0\udc80-\udcff]")
_MOST_LISTED = 20  # columns in a sentence
_SHORT = Repr()
_SHORT.maxstring = 60


@dataclass(frozen=True, slots=True)
class Table:
    """Labelled texts, in the order of the file.

    Attributes:
        texts: as written; each holds at least one token.
        labels: as written, in CSV and TSV without white space around; of a Parquet file, numbers
            and booleans as "3" and "true".
        splits: ``train``, ``dev`` or ``test``, one per text.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    splits: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The labels there are: by value if all are whole numbers, else by alphabet."""
        names = sorted(set(self.labels))
        if all(_WHOLE.fullmatch(name) for name in names):
            names.sort(key=Decimal)
        return tuple(names)


class _Columns(NamedTuple):
    text: str
    label: str
    split: str


class _Row(NamedTuple):
    where: str  # file and line or row, as errors say it
    text: str
    label: str
    split: str | None = None  # in a table without a split column


def read(
    path: str | PathLike[str], text: str = "text", label: str = "label", split: str = "split"
) -> Table:
    """Which labelled texts does a file hold, and which of them are trained on?

    Args:
        path: a file whose name ends with .csv (commas), .tsv (tabs) or .parquet.
        text: the column of texts.
        label: the column of labels.
        split: the column of splits: train, dev (also validation, valid, val) or test. Without one
            called ``split``, ``split_of`` decides; one of another name has to be there.

    Raises:
        TableError: something is wrong with the file; the first such place is said.
        MissingPackageError: a Parquet file, and the package pyarrow is not installed.
    """
    path, columns = Path(path), _Columns(text, label, split)
    suffix = path.suffix.lower()
    if suffix != ".parquet" and suffix not in _DELIMITERS:
        raise TableError(
            path.name, "a name that ends with .csv, .tsv or .parquet",
            f"it ends with {suffix!r}", "Save the table as one of these.",
        )  # fmt: skip
    look(path)
    try:
        if suffix == ".parquet":
            return _table(path.name, _parquet(path, columns))
        with _long_fields():
            return _table(path.name, _separated(path, _DELIMITERS[suffix], columns))
    except MemoryError as error:
        remedy = "Train on a part of it."
        raise TableError(path.name, "a table that fits in memory", "it does not", remedy) from error


def look(path: Path) -> None:
    """Let a table pass only if it is a plain file, before it is opened.

    Raises:
        TableError: it is not there, something else, or too large.
    """
    refusal = partial(TableError, path.name, remedy="Check the path.")
    plain_file.look(path, LARGEST_FILE, "a file", refusal)


def _table(file: str, rows: Iterable[_Row]) -> Table:
    texts, labels, splits = [], [], []
    first: dict[str, str] = {}  # where each label occurs first
    once: dict[str, str] = {}  # a text that is there again is kept in memory once
    size = 0
    for row in rows:
        _check(row)
        texts.append(once.setdefault(row.text, row.text))
        size += len(row.text) if texts[-1] is row.text else 0
        if size > LARGEST_TABLE:
            raise TableError(
                row.where, f"at most {LARGEST_TABLE:,} characters of text",
                "with this one there are more", "Train on a part of it.",
            )  # fmt: skip
        labels.append(intern(row.label))  # few different ones: each is kept in memory once
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


def _check(row: _Row) -> None:
    for field in (row.text, row.label, row.split or ""):
        if len(field) > LONGEST_FIELD:
            raise TableError(
                row.where, f"no field above {LONGEST_FIELD:,} characters",
                f"one has {len(field):,}", "Shorten it, or remove the row.",
            )  # fmt: skip
    if "\0" in row.text or "\0" in row.label:
        raise _unreadable(row.where, "\0")
    # A letter is a token: only what starts otherwise has to be cut to know.
    if not row.text[:1].isalnum() and not spans(row.text):
        raise TableError(
            row.where, "a text with at least one word or sign",
            f"it holds nothing apart from white space: {_SHORT.repr(row.text)}",
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
            where, f"one of the splits {', '.join(SPLITS)}", f"it is {_SHORT.repr(written)}",
            "Change it, or rename the column so that it is not read.",
        )  # fmt: skip
    return split


def _check_labels(file: str, first: dict[str, str], trained: set[str]) -> None:
    if not first:
        raise TableError(file, "rows", "there is none after the columns' names", "Add texts.")
    if len(first) == 1:
        raise TableError(
            file, "at least two different labels", f"all are {_SHORT.repr(next(iter(first)))}",
            "Add texts with another label.",
        )  # fmt: skip
    for label, where in first.items():
        if label not in trained:
            raise TableError(
                where, "every label in at least one row that is trained on",
                f"{_SHORT.repr(label)} occurs in dev and test rows alone",
                "Add texts with that label, or say in a split column which rows to train on.",
            )  # fmt: skip


def _present(where: str, present: Sequence[str], asked: _Columns) -> list[str]:
    """Give the columns to read, of the asked ones: that of splits may be absent."""
    listed = ", ".join(_SHORT.repr(name) for name in present[:_MOST_LISTED]) or "none"
    if len(present) > _MOST_LISTED:
        listed += f" and {len(present) - _MOST_LISTED} more"
    if len(set(asked)) < len(asked):
        raise TableError(
            where, "different columns of texts, labels and splits",
            f"{', '.join(map(repr, asked))} were asked for", f"There are the columns {listed}.",
        )  # fmt: skip
    for name in asked:
        optional = name == asked.split == "split"
        if name not in present and not optional:
            alone = " Columns end at commas in .csv and at tabs in .tsv." * (len(present) == 1)
            raise TableError(
                where, f"a column {name!r}", f"there are the columns {listed}",
                f"Rename one.{alone}",
            )  # fmt: skip
        if present.count(name) > 1:
            raise TableError(
                where, f"one column {name!r}", f"there are {present.count(name)}",
                "Rename all but one.",
            )  # fmt: skip
    return [name for name in asked if name in present]


def _unreadable(where: str, sign: str) -> TableError:
    what = "a NUL" if sign == "\0" else "bytes that are not UTF-8"
    return TableError(where, "text in UTF-8", f"it holds {what}", "Save the file as UTF-8.")


# CSV and TSV


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_FIELD)  # of the whole process: so it is put back
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _separated(path: Path, delimiter: str, columns: _Columns) -> Iterator[_Row]:
    records = _records(path, delimiter)
    where, header = next(records, (path.name, []))
    if not header:
        raise TableError(
            where, "a line of column names, then texts", "the file is empty", "Add texts."
        )
    places = [header.index(name) for name in _present(where, header, columns)]
    for where, record in records:
        if len(record) != len(header):
            raise TableError(
                where, f"{len(header)} fields, as many as column names",
                f"there are {len(record)}", "Put fields that hold the separator in quotes.",
            )  # fmt: skip
        text, label, *split = (record[place] for place in places)
        yield _Row(where, text, label.strip(), *split)  # "a, b" means the label "b"


def _records(path: Path, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Give the place and the fields of each record; blank lines are none."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(_readable(path.name, file), delimiter=delimiter, strict=True)
        while True:
            where = f"{path.name}, line {reader.line_num + 1}"
            try:
                record = next(reader, None)
            except csv.Error as error:
                raise TableError(
                    where, f"every quote closed, and no field above {LONGEST_FIELD:,} characters",
                    f"the record that starts here has an unclosed quote or such a field ({error})",
                    "Close the quote; inside a quoted field, write each quote twice.",
                ) from error  # fmt: skip
            if record is None:
                return
            if record:
                yield where, record


def _readable(file: str, lines: TextIO) -> Iterator[str]:
    for number, line in enumerate(iter(partial(lines.readline, LONGEST_LINE), ""), start=1):
        if len(line) == LONGEST_LINE:
            raise TableError(
                f"{file}, line {number}", f"lines below {LONGEST_LINE:,} characters",
                "this one has more", "Write one record a line.",
            )  # fmt: skip
        found = _UNREADABLE.search(line)
        if found:
            raise _unreadable(f"{file}, line {number}", found[0])
        yield line


# Parquet


def _parquet(path: Path, columns: _Columns) -> Iterator[_Row]:
    for number, scalars in enumerate(_scalars(path, columns), start=1):
        where = f"{path.name}, row {number}"
        yield _Row(where, *map(_written, repeat(where), columns, scalars))


def _scalars(path: Path, columns: _Columns) -> Iterator[tuple["pyarrow.Scalar", ...]]:
    """Give the text, the label and, where there is one, the split of each row."""
    parquet = need("pyarrow.parquet", "Reading a Parquet file", "train")
    try:
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            wanted = _present(path.name, schema.names, columns)
            for name in wanted:
                _check_type(path.name, schema.field(name), is_label=name == columns.label)
            _check_size(path.name, file.metadata)
        # A text that many rows share is in memory once, as it is in the file.
        with parquet.ParquetFile(path, read_dictionary=[columns.text]) as file:
            for batch in file.iter_batches(_BATCH, columns=wanted):
                yield from zip(*(batch.column(name) for name in wanted), strict=True)
    except (TableError, MemoryError):
        raise
    except Exception as error:  # no list of what a reader of damaged bytes raises is complete
        first = (str(error).splitlines() or [""])[0]
        raise TableError(
            path.name, "a Parquet file", f"it is none, or damaged ({first})",
            "Write the file again, or name it after what it is: .csv or .tsv.",
        ) from error  # fmt: skip


def _check_size(file: str, about: Any) -> None:  # noqa: ANN401  (pyarrow has no types)
    """Refuse rows that hold more than so many fields can, before any of it is unfolded.

    Args:
        file: its name.
        about: what the file says of itself. Of a damaged file, nothing can be asked about a single
            column: pyarrow would end the process.
    """
    for group in map(about.row_group, range(about.num_row_groups)):
        fields = max(group.num_rows, 1) * max(group.num_columns, 1)
        if group.total_byte_size > _BYTES * LONGEST_FIELD * fields:
            raise TableError(
                file, f"no field above {LONGEST_FIELD:,} characters",
                f"{group.num_rows:,} rows have {group.total_byte_size:,} bytes", "Shorten them.",
            )  # fmt: skip


def _check_type(file: str, field: "pyarrow.Field", is_label: bool) -> None:
    from pyarrow import types

    kind = field.type.value_type if types.is_dictionary(field.type) else field.type
    known = [types.is_string, types.is_large_string, types.is_string_view]
    if is_label:
        known += [types.is_integer, types.is_boolean, types.is_floating]
    if not any(fits(kind) for fits in known):
        expected = "strings, whole numbers or booleans" if is_label else "strings"
        raise TableError(
            file, f"a column {field.name!r} of {expected}", f"it is of type {field.type}",
            "Convert it.",
        )  # fmt: skip


def _written(where: str, column: str, scalar: "pyarrow.Scalar") -> str:
    """Give a value as it would stand in a CSV file."""
    try:
        value: Any = scalar.as_py()
    except UnicodeDecodeError as error:
        raise _unreadable(where, "") from error
    if value is None:
        raise TableError(
            where, f"a value in the column {column!r}", "it is null",
            "Remove the row, or fill it in.",
        )  # fmt: skip
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if not value.is_integer():
            raise TableError(
                where, "a label that is a whole number or a string", f"it is {value}",
                "Change it, or remove the row.",
            )  # fmt: skip
        return str(int(value))
    return str(value)
