"""The rows of a Parquet file, counted from 1."""

from collections.abc import Generator, Iterator
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_viz.errors import TableError
from lstm_viz.extras import need
from lstm_viz.training.texts import table_rows
from lstm_viz.training.texts.table_rows import Columns, Row, not_utf_8, present_columns

if TYPE_CHECKING:
    import pyarrow

_BATCH = 64  # rows at once: texts as long as a book still fit in memory
_BYTES = 4  # of a character, at most


def parquet_rows(path: Path, columns: Columns) -> Generator[Row]:
    """Yield the rows of a file; labels may be numbers or booleans.

    Raises:
        TableError: the first mistake in the file, with its row.
        MissingPackageError: the package pyarrow is not installed.
    """
    for number, scalars in enumerate(_scalars(path, columns), start=1):
        where = f"{path.name}, row {number}"
        yield Row(where, *map(_as_text, repeat(where), columns, scalars))


def _scalars(path: Path, columns: Columns) -> Iterator[tuple["pyarrow.Scalar", ...]]:
    """Yield the text, the label and, if there is one, the split of each row."""
    parquet = need("pyarrow.parquet", "Reading a Parquet file", "train")
    try:
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            wanted = present_columns(path.name, schema.names, columns)
            for name in wanted:
                _check_type(path.name, schema.field(name), is_label=name == columns.label)
            _check_size(path.name, file.metadata)
        # A text of many rows is in memory once, as it is in the file.
        with parquet.ParquetFile(path, read_dictionary=[columns.text]) as file:
            for batch in file.iter_batches(_BATCH, columns=wanted):
                yield from zip(*(batch.column(name) for name in wanted), strict=True)
    except (TableError, MemoryError):
        raise
    except Exception as error:  # readers of damaged bytes raise errors of any kind
        first = (str(error).splitlines() or [""])[0]
        raise TableError(
            path.name, "a Parquet file", f"it is none, or damaged ({first})",
            "Write the file again, or name it after what it is: .csv or .tsv.",
        ) from error  # fmt: skip


def _check_size(file: str, metadata: Any) -> None:  # noqa: ANN401  (pyarrow has no types)
    """Refuse rows with more bytes than their fields may have, before anything is unpacked.

    Args:
        file: its name.
        metadata: of the file. Single columns must not be asked for: if they are damaged, pyarrow
            ends the process.
    """
    longest = table_rows.LONGEST_FIELD
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        fields = max(group.num_rows, 1) * max(group.num_columns, 1)
        if group.total_byte_size > _BYTES * longest * fields:
            raise TableError(
                file, f"no field above {longest:,} characters",
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


def _as_text(where: str, column: str, scalar: "pyarrow.Scalar") -> str:
    """Return a value as it would be written in a CSV file."""
    try:
        value: Any = scalar.as_py()
    except UnicodeDecodeError as error:
        raise not_utf_8(where) from error
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
