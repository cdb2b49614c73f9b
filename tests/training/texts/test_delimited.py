"""Mistakes in CSV and TSV files, each reported with its line."""

import pytest

from lstm_viz.training.texts import table_rows
from tests.training.texts.made_up import (
    DELIMITERS,
    GOOD,
    MORE,
    complaint,
    complaint_about,
    parquet,
    write,
)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"caf\xe9,1,train", "line 4: expected text in UTF-8, but it holds bytes that are not"),
        (b"fi\0ne,1,train", "line 4: expected text in UTF-8, but it holds a NUL"),
        (b'"fine,1,train\nmore', "line 4: expected every quote closed"),
        (b'"fine" indeed,1,train', "line 4: expected every quote closed"),
        (b"fine, indeed,1,train", "expected 3 fields, as many as column names, but there are 4"),
        (b"fine,1", "expected 3 fields, as many as column names, but there are 2"),
        (b" ", "expected 3 fields, as many as column names, but there are 1"),
        (b"fine,,train", "line 4: expected a label, but it is empty"),
        (b"fine, ,train", "line 4: expected a label, but it is empty"),
        (b",1,train", "line 4: expected a text with at least one word or sign"),
        (b" <br />\xe3\x80\x80,1,train", "line 4: expected a text with at least one word or sign"),
        (b"fine,1,", "line 4: expected one of the splits train, dev, validation, valid, val, test"),
        (b"fine,1,eval", "but it is 'eval'"),
        (b"fine,2,dev", "line 4: expected every label in at least one training row"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("suffix", DELIMITERS)
def test_a_wrong_row_is_said_with_its_line(tmp_path, suffix, ends, row, said):
    content = (GOOD + row + b"\n,,\n").replace(b"\n", ends)  # a later mistake is not the first
    if "training row" in said:
        content = content.removesuffix(b",," + ends)
    content = content.replace(b",", DELIMITERS[suffix].encode())
    message = complaint_about(tmp_path, content, suffix)
    assert message.startswith(f"own{suffix}, line 4: ")
    assert said in message


def test_a_byte_that_is_not_utf_8_has_its_own_line(tmp_path):
    message = complaint_about(tmp_path, GOOD + b'"one\ntwo\nthr\xff",1,train\n')
    assert message.startswith("own.csv, line 6: ")


def test_a_field_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(table_rows, "LONGEST_FIELD", 1000)
    message = complaint_about(tmp_path, GOOD + b'"fine,1,train\n' + b"fine,1,train\n" * 1000)
    assert message.startswith("own.csv, line 4: ")
    assert "1,000 characters" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "own.csv: expected a line of column names, then texts, but the file is empty"),
        (b"\xef\xbb\xbf\n\n", "but the file is empty"),
        (b"text,label\n", "own.csv: expected rows, but there is none after"),
        (b"\ntext,stars,id\nfine,1,2\n",
         "line 2: expected a column 'label', but there are the columns 'text', 'stars', 'id'."),
        (b"text;label\nfine;1\n", "Columns end at commas in .csv and at tabs in .tsv."),
        (b"text,label,text\na,1,b\n", "line 1: expected one column 'text', but there are 2"),
        (b"text,label,split,split\na,1,b,c\n", "one column 'split', but there are 2"),
        (b"text,label\nfine,1\nbad,1\n", "own.csv: expected at least two different labels"),
        ("text,label\nfine,1\n".encode("utf-16"), "line 1: expected text in UTF-8"),
        (b"text,label,split\nfine,1,dev\nbad,0,test\n", "line 2: expected every label in at least"),
        (b"x" + b",y" * 30 + b"\n", "and 11 more"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_said(tmp_path, content, said):
    assert said in complaint_about(tmp_path, content)


def test_columns_that_are_asked_for_are_there_and_different(tmp_path):
    path = write(tmp_path / "own.csv", MORE)
    assert "expected a column 'part', but" in complaint(path, split="part")
    assert complaint(path, split="part").endswith(" Rename one.")
    assert "expected a column 'body', but" in complaint(path, text="body")
    assert "expected different columns" in complaint(path, text="label")
    path = write(tmp_path / "own.csv", MORE, ["body", "label", "part"])
    assert "expected a column 'split', but" in complaint(path, text="split", split="part")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_more_labels_than_anything_has(tmp_path, suffix):
    texts, labels = ["good", "bad"] * 501, [f"text {k}" for k in range(1002)]
    path = tmp_path / f"own{suffix}"
    if suffix == ".csv":
        write(path, zip(texts, labels, strict=True), ["text", "label"])
    else:
        parquet(path, text=texts, label=labels)
    place = "line 1002" if suffix == ".csv" else "row 1001"
    message = complaint(path)
    assert message.startswith(f"own{suffix}, {place}: expected at most 1,000 different labels")
    assert "swapped" in message


@pytest.mark.parametrize("name", ["own.txt", "own.json", "own", "own.csv.gz", "own.xlsx"])
def test_other_suffixes_are_named(tmp_path, name):
    (tmp_path / name).write_bytes(GOOD)
    assert "a name that ends with .csv, .tsv or .parquet" in complaint(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    assert "expected a file" in complaint(tmp_path / "folder.csv")
    assert "expected a file" in complaint(str(tmp_path / "none.parquet"))
