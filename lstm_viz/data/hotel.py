"""ChnSentiCorp-Htl: reviews of hotels in Chinese, each positive or negative."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import REMEDY, decode, read_file
from lstm_viz.data.splits import split_of
from lstm_viz.data.tables import Table, table
from lstm_viz.errors import DataFileError

FILE = "ChnSentiCorp_htl_all.csv"


def convert(files: Mapping[str, Path]) -> dict[str, Table]:
    """Return the table ``chnsenticorp_htl``; without its empty reviews; the numbers stay.

    Raises:
        DataFileError: the file is not a CSV of labels and reviews.
    """
    lines = csv.reader(io.StringIO(decode(FILE, read_file(files[FILE]), "utf-8-sig")))
    rows: list[tuple[Any, ...]] = []
    try:
        if next(lines, None) != ["label", "review"]:
            raise _not_expected("its first line is another one")
        for number, line in enumerate(lines):
            if len(line) != 2 or line[0] not in ("0", "1"):
                raise _not_expected(f"row {number} is {str(line)[:60]}")
            text = line[1].replace("\ufeff", "").strip()
            if text:
                rows.append((text, int(line[0]), split_of(text), number))
    except csv.Error as error:
        raise _not_expected(f"it is not a CSV file ({error})") from error
    return {"chnsenticorp_htl": table(("text", "label", "split", "id"), rows)}


def _not_expected(came: str) -> DataFileError:
    return DataFileError(FILE, "rows of a label, 0 or 1, and a review", came, REMEDY)
