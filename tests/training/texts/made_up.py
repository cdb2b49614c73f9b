"""Tables of made-up rows, written as CSV, TSV and Parquet, and what their refusals say."""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import strategies as st

from lstm_viz.errors import TableError
from lstm_viz.training.texts import tables

DELIMITERS = {".csv": ",", ".tsv": "\t"}
HEADER = ["text", "label", "split"]
GOOD = b"text,label,split\nfine,1,train\nbad,0,train\n"  # three lines that are right
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
FIELDS = st.text(CHARACTERS | st.sampled_from('",\t\r\n;\ufeff')).filter(
    lambda text: text.replace("<br />", "").strip()
)
LABELS = st.text(CHARACTERS).filter(str.strip)
ROWS = st.lists(st.tuples(FIELDS, LABELS, st.sampled_from(sorted(tables.SPLITS))), max_size=6).map(
    lambda rows: [*rows, *((text, label, "train") for text, label, _ in rows)]
)
# With a line end of one sign, csv.writer leaves the other sign unquoted unless it quotes all.
ENDS = st.sampled_from([
    {"lineterminator": "\r\n"}, {"lineterminator": "\n", "quoting": csv.QUOTE_ALL},
    {"lineterminator": "\r", "quoting": csv.QUOTE_ALL},
])  # fmt: skip
MORE = [("fine", "good", "train"), ("dull", "bad", "train")]


def write(path, rows, header=HEADER, **options):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=DELIMITERS[path.suffix], **options)
        writer.writerows([header, *rows])
    return path


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


def complaint(path, **names):
    """The sentence that a file is refused with."""
    with pytest.raises(TableError) as caught:
        tables.read_table(path, **names)
    return str(caught.value)


def complaint_about(tmp_path, content, suffix=".csv"):
    path = tmp_path / f"own{suffix}"
    path.write_bytes(content)
    return complaint(path)
