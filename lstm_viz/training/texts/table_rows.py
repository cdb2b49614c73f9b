"""What the readers of CSV, TSV and Parquet files have in common: rows, columns and limits."""

from collections.abc import Sequence
from reprlib import Repr
from typing import NamedTuple

from lstm_viz.errors import TableError

LONGEST_FIELD = 10_000_000  # characters: a longer field has a quote that was never closed
_MOST_LISTED = 20  # columns in an error message
_SHORT = Repr()
_SHORT.maxstring = 60


class Columns(NamedTuple):
    """Names of the columns to read."""

    text: str
    label: str
    split: str


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        where: file and line or row, for error messages.
        text: as written.
        label: as written, without white space around it.
        split: as written; None in a table without a split column.
    """

    where: str
    text: str
    label: str
    split: str | None = None


def short(value: object) -> str:
    """Return a value as it appears in an error message."""
    return _SHORT.repr(value)


def not_utf_8(where: str, what: str = "bytes that are not UTF-8") -> TableError:
    """Return the error for text that cannot be decoded."""
    return TableError(where, "text in UTF-8", f"it holds {what}", "Save the file as UTF-8.")


def present_columns(where: str, present: Sequence[str], wanted: Columns) -> list[str]:
    """Return the columns to read: all wanted ones, the split column only if it is there.

    Raises:
        TableError: a column is missing, or there twice.
    """
    listed = ", ".join(map(short, present[:_MOST_LISTED])) or "none"
    if len(present) > _MOST_LISTED:
        listed += f" and {len(present) - _MOST_LISTED} more"
    if len(set(wanted)) < len(wanted):
        raise TableError(
            where, "different columns of texts, labels and splits",
            f"{', '.join(map(repr, wanted))} were given", f"There are the columns {listed}.",
        )  # fmt: skip
    for name in wanted:
        optional = name == wanted.split == "split"
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
    return [name for name in wanted if name in present]
