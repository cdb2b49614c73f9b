"""The rows of a data set, and whether they are the right ones."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from lstm_viz import plain_file
from lstm_viz.errors import DataFileError
from lstm_viz.extras import need

Table = Mapping[str, Sequence[Any]]  # columns by name, in order, all of one length
LARGEST = 2**29  # bytes of a file, unpacked; the largest here has a quarter of it
# The same name means the same in every file.
TYPES = {
    "text": "string", "label": "int8", "split": "string", "rating": "int8", "id": "int32",
    "movie_id": "string", "in_train": "bool", "in_labelled": "string", "label5": "int8",
    "tokens": "string", "tree": "string", "text_source": "string", "n_tokens": "int16",
    "count": "int32", "sentence_id": "int32", "sst_split": "string", "label_name": "string",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """What a table must hold.

    Attributes:
        rows: number of rows.
        digest: of the rows, as computed by ``digest``.
        unchecked: columns left out of the digest.
    """

    rows: int
    digest: str
    unchecked: Collection[str] = ()


def table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    """Return rows as columns."""
    return dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else {}


def digest(table: Table, unchecked: Collection[str] = ()) -> str:
    """Return the SHA-256 of the rows: each a JSON array on a line of its own, in order, in UTF-8.

    Unlike the sum of a Parquet file, it does not depend on the program that wrote the file.
    """
    names = [name for name in table if name not in unchecked]
    found = sha256()
    for row in (names, *zip(*(table[name] for name in names), strict=True)):
        found.update(json.dumps(row, ensure_ascii=False, default=repr).encode() + b"\n")
    return found.hexdigest()


def check(file: str, table: Table, expected: Expected, remedy: str) -> None:
    """Refuse a table that is not the expected one.

    Raises:
        DataFileError: it has more, fewer or other rows.
    """
    rows = len(next(iter(table.values()), ()))
    if rows != expected.rows:
        raise DataFileError(file, f"{expected.rows:,} rows", f"it has {rows:,}", remedy)
    found = digest(table, expected.unchecked)
    if found != expected.digest:
        came = f"they have {found}"
        raise DataFileError(file, f"rows with the digest {expected.digest}", came, remedy)


def write_parquet(path: Path, table: Table) -> None:
    """Write a Parquet file under a temporary name first, so that a broken one is never found."""
    parquet = need_pyarrow()
    import pyarrow

    typed = {name: pyarrow.array(list(table[name]), TYPES[name]) for name in table}
    beside = path.with_name(path.name + ".part")
    try:
        parquet.write_table(pyarrow.table(typed), beside, compression="zstd")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_parquet(path: Path) -> Table:
    """Read a Parquet file.

    Raises:
        DataFileError: it is damaged.
    """
    parquet = need_pyarrow()

    def refusal(expected: str, came: str) -> DataFileError:
        remedy = "Move it away and run the same command again."
        return DataFileError(path.name, expected, came, remedy)

    plain_file.look(path, LARGEST, "a Parquet file", refusal)
    try:
        with parquet.ParquetFile(path) as file:
            groups = [file.metadata.row_group(k) for k in range(file.metadata.num_row_groups)]
            size = sum(group.total_byte_size for group in groups)
            if size > LARGEST:
                raise refusal(f"at most {LARGEST:,} bytes", f"unpacked it has {size:,}")
            found: Table = file.read().to_pydict()
    except DataFileError:
        raise
    except Exception as error:  # readers of damaged bytes raise errors of any kind
        came = f"it is not ({plain_file.reason(error)})"
        raise refusal("a Parquet file", came) from error
    return found


def need_pyarrow() -> Any:  # noqa: ANN401  (pyarrow has no types)
    """Return the module that reads and writes Parquet files.

    Raises:
        MissingPackageError: it is not installed.
    """
    return need("pyarrow.parquet", "Making Parquet files", "train")
