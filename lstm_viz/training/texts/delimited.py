"""The rows of a CSV or TSV file, with the line where each record starts, counted from 1.

The module csv of the standard library reports the line, and with ``strict`` an unclosed quote.
pandas does neither: it accepts rows that are too short, text behind a closing quote and NULs.
"""

import csv
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from lstm_viz.errors import TableError
from lstm_viz.training.texts import table_rows
from lstm_viz.training.texts.table_rows import Columns, Row, not_utf_8, present_columns

DELIMITERS = {".csv": ",", ".tsv": "\t"}
LONGEST_LINE = 100_000_000  # characters: several of the longest fields
# A byte that is not UTF-8 is decoded to a lone surrogate, which UTF-8 itself never contains.
_UNREADABLE = re.compile("[\0\udc80-\udcff]")


def delimited_rows(path: Path, columns: Columns) -> Generator[Row]:
    """Yield the rows of a file; its delimiter depends on its suffix.

    Raises:
        TableError: the first mistake in the file, with its line.
    """
    with _long_fields():
        records = _records(path, DELIMITERS[path.suffix.lower()])
        where, header = next(records, (path.name, []))
        if not header:
            raise TableError(
                where, "a line of column names, then texts", "the file is empty", "Add texts."
            )
        indices = [header.index(name) for name in present_columns(where, header, columns)]
        for where, record in records:
            if len(record) != len(header):
                raise TableError(
                    where, f"{len(header)} fields, as many as column names",
                    f"there are {len(record)}", "Put fields that hold the separator in quotes.",
                )  # fmt: skip
            text, label, *split = (record[index] for index in indices)
            yield Row(where, text, label.strip(), *split)  # "a, b" means the label "b"


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(table_rows.LONGEST_FIELD)  # of the whole process
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(path: Path, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the place and the fields of each record; blank lines are skipped."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(_lines(path.name, file), delimiter=delimiter, strict=True)
        while True:
            where = f"{path.name}, line {reader.line_num + 1}"
            try:
                record = next(reader, None)
            except csv.Error as error:
                most = f"{table_rows.LONGEST_FIELD:,}"
                raise TableError(
                    where, f"every quote closed, and no field above {most} characters",
                    f"the record that starts here has an unclosed quote or such a field ({error})",
                    "Close the quote; inside a quoted field, write each quote twice.",
                ) from error  # fmt: skip
            if record is None:
                return
            if record:
                yield where, record


def _lines(file: str, lines: TextIO) -> Iterator[str]:
    for number, line in enumerate(iter(partial(lines.readline, LONGEST_LINE), ""), start=1):
        if len(line) == LONGEST_LINE:
            raise TableError(
                f"{file}, line {number}", f"lines below {LONGEST_LINE:,} characters",
                "this one has more", "Write one record a line.",
            )  # fmt: skip
        found = _UNREADABLE.search(line)
        if found:
            where = f"{file}, line {number}"
            raise not_utf_8(where, "a NUL") if found[0] == "\0" else not_utf_8(where)
        yield line
