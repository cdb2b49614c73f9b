"""Parquet files: labels of many types, and mistakes reported with their row."""

import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from lstm_viz.errors import MissingPackageError
from lstm_viz.training.texts import delimited, table_rows, tables
from lstm_viz.training.texts.tables import Table
from tests.training.texts.made_up import GOOD, MORE, ROWS, complaint, complaint_about, parquet


@pytest.mark.parametrize(
    ("labels", "written"),
    [
        (pa.array([1, -12], pa.int8()), ("1", "-12")),
        (pa.array([2**64 - 1, 0], pa.uint64()), (str(2**64 - 1), "0")),
        (pa.array([True, False]), ("true", "false")),
        (pa.array([1.0, -0.0]), ("1", "0")),
        (pa.array([3.0, 2.0], pa.float16()), ("3", "2")),
        (pa.array(["good", "0 "]), ("good", "0 ")),
        (pa.array(["good", "bad"], pa.large_string()), ("good", "bad")),
        (pa.array(["good", "bad"]).dictionary_encode(), ("good", "bad")),
        (pa.array([7, 8]).dictionary_encode(), ("7", "8")),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_labels_of_many_types(tmp_path, labels, written):
    path = parquet(tmp_path / "own.parquet", text=["a", "b"], label=labels, split=["train"] * 2)
    assert tables.read_table(path).labels == written


@given(rows=ROWS)
def test_any_table_reads_back_from_parquet(tmp_path_factory, rows):
    texts, labels, splits = zip(*rows, *MORE, strict=True)
    path = tmp_path_factory.mktemp("tables") / "own.parquet"
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        parquet(
            path, number=range(len(texts)), split=pa.array(splits, kind),
            label=pa.array(labels, kind), text=pa.array(texts, kind),
        )  # fmt: skip
        table = tables.read_table(path)
        assert table == Table(texts, labels, tuple(tables.SPLITS[split] for split in splits))


UNDECODABLE = pa.Array.from_buffers(
    pa.string(), 3, [None, pa.array([0, 1, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"ab\xff")]
)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"text": ["a", "b", " "]}, "row 3: expected a text with at least one word"),
        ({"text": ["a", "b", "\0c"]}, "row 3: expected text in UTF-8, but it holds a NUL"),
        ({"text": UNDECODABLE}, "row 3: expected text in UTF-8, but it holds bytes that are not"),
        ({"text": ["a", "b", None]}, "row 3: expected a value in the column 'text', but it is"),
        ({"label": ["0", "1", None]}, "row 3: expected a value in the column 'label', but it is"),
        ({"split": ["train", "train", None]}, "row 3: expected a value in the column 'split'"),
        ({"label": ["0", "1", ""]}, "row 3: expected a label, but it is empty"),
        ({"label": [0.0, 1.0, 0.5]}, "row 3: expected a label that is a whole number or a string"),
        ({"label": [0.0, 1.0, float("nan")]}, "but it is nan"),
        ({"label": [0, 1, 2], "split": ["train"] * 2 + ["test"]}, "row 3: expected every label"),
        ({"split": ["train", "dev", "all"]}, "row 3: expected one of the splits"),
        ({"text": [1, 2, 3]}, "own.parquet: expected a column 'text' of strings, but it is"),
        ({"text": [b"a", b"b", b"c"]}, "of strings, but it is of type binary"),
        ({"text": pa.nulls(3)}, "of strings, but it is of type null"),
        ({"label": [["a"], [], []]}, "column 'label' of strings, whole numbers or booleans"),
        ({"split": [0, 1, 2]}, "column 'split' of strings"),
        ({"label": [1, 1, 1]}, "own.parquet: expected at least two different labels"),
        ({"text": pa.array([], pa.string()), "label": pa.array([], pa.string()),
          "split": pa.array([], pa.string())}, "own.parquet: expected rows"),
    ],
)  # fmt: skip
def test_a_wrong_parquet_file_is_said(tmp_path, columns, said):
    whole = {"text": ["a", "b", "c"], "label": ["0", "1", "0"], "split": ["train"] * 3}
    assert said in complaint(parquet(tmp_path / "own.parquet", **whole | columns))


def test_rows_are_counted_on_from_batch_to_batch(tmp_path):
    texts = ["fine"] * 2500 + [""]
    path = parquet(tmp_path / "own.parquet", text=texts, label=[k % 2 for k in range(2501)])
    assert complaint(path).startswith("own.parquet, row 2501: ")


@pytest.mark.parametrize("column", ["text", "label", "split"])
def test_a_field_of_a_parquet_file_has_an_end_too(tmp_path, monkeypatch, column):
    monkeypatch.setattr(table_rows, "LONGEST_FIELD", 1_000)
    whole = {"text": ["a", "b"] * 9, "label": ["0", "1"] * 9, "split": ["train"] * 18}
    for size, place in ((1_001, "own.parquet, row 18"), (300_000, "own.parquet")):
        # The longer one is refused by what the file says of itself, before anything is unfolded.
        whole[column] = [*whole[column][:-1], "x" * size]
        message = complaint(parquet(tmp_path / "own.parquet", **whole))
        assert message.startswith(f"{place}: expected no field above 1,000 characters")


def test_a_text_that_is_there_again_is_kept_once(tmp_path):
    long = "long " * 10_000
    path = parquet(
        tmp_path / "own.parquet", text=[long] * 3_000, label=["0", "1"] * 1_500,
        split=["train"] * 3_000,
    )  # fmt: skip
    assert path.stat().st_size < 100_000
    texts = tables.read_table(path).texts
    assert len(texts) == 3_000
    assert {id(text) for text in texts} == {id(texts[0])}


def test_more_text_than_a_table_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_TABLE", 1_000)
    texts = [f"{k:0100}" for k in range(11)]
    path = parquet(tmp_path / "own.parquet", text=texts, label=[k % 2 for k in range(11)])
    assert complaint(path).startswith("own.parquet, row 11: expected at most 1,000 characters")


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder"])
def test_what_is_no_file_is_not_waited_for(tmp_path, kind, suffix):
    path = tmp_path / f"own{suffix}"
    made = {
        "a pipe": lambda: os.mkfifo(path),
        "a device": lambda: path.symlink_to("/dev/zero"),
        "a folder": path.mkdir,
    }
    made[kind]()
    assert complaint(path).startswith(f"own{suffix}: expected a file, but it is {kind}.")


def test_a_line_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1_000)
    message = complaint_about(tmp_path, GOOD + b"x" * 10_000)
    assert message.startswith("own.csv, line 4: expected lines below 1,000 characters")


@pytest.mark.parametrize("content", [GOOD, b"", b"PAR1", b"PAR1" + bytes(40) + b"PAR1"])
def test_a_file_that_is_no_parquet(tmp_path, content):
    message = complaint_about(tmp_path, content, ".parquet")
    assert message.startswith("own.parquet: expected a Parquet file, but it is none, or damaged")


def test_a_damaged_parquet_file(tmp_path):
    texts = [f"text {k}" for k in range(5000)]
    path = parquet(tmp_path / "own.parquet", text=texts, label=[k % 2 for k in range(5000)])
    whole = path.read_bytes()
    path.write_bytes(whole[:60] + b"\xff" * 200 + whole[260:])
    assert "expected a Parquet file, but it is none, or damaged" in complaint(path)


def test_a_column_name_that_is_not_utf_8(tmp_path):
    path = tmp_path / "own.parquet"
    pq.write_table(pa.table({"text": ["a"], "label": ["1"]}), path, store_schema=False)
    path.write_bytes(path.read_bytes().replace(b"label", b"labe\xc3"))
    assert "expected a Parquet file, but it is none, or damaged" in complaint(path)


@pytest.mark.parametrize("package", ["pyarrow", "pyarrow.parquet"])
def test_parquet_without_pyarrow(tmp_path, monkeypatch, package):
    path = parquet(tmp_path / "own.parquet", text=["a", "b"], label=["0", "1"])
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        MissingPackageError, match=r'needs the package pyarrow.*"lstm-viz\[train\]"'
    ):
        tables.read_table(path)


def test_columns_of_a_parquet_file_are_listed(tmp_path):
    path = parquet(tmp_path / "own.parquet", body=["a"], label=[1])
    assert "expected a column 'text', but there are the columns 'body', 'label'" in complaint(path)
    twice = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(twice, path)
    assert "expected one column 'text', but there are 2" in complaint(path)
