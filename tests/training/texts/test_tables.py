"""Tables of one's own: what is written reads back, and what is wrong is said with its place."""

import csv
import os
import random
import sys
import unicodedata

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.data.splits import split_of
from lstm_viz.errors import MissingPackageError, TableError
from lstm_viz.training.texts import tables
from lstm_viz.training.texts.tables import Table
from tests.conftest import DATA

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
        tables.read(path, **names)
    return str(caught.value)


def complaint_about(tmp_path, content, suffix=".csv"):
    path = tmp_path / f"own{suffix}"
    path.write_bytes(content)
    return complaint(path)


# What is written reads back


@pytest.mark.parametrize("suffix", DELIMITERS)
@given(rows=ROWS, ends=ENDS, mark=st.booleans())
def test_any_table_reads_back(tmp_path_factory, suffix, rows, ends, mark):
    rows = [*rows, *MORE]
    path = tmp_path_factory.mktemp("tables") / f"own{suffix}"
    write(path, rows, **ends)
    path.write_bytes(b"\xef\xbb\xbf" * mark + path.read_bytes())
    texts, labels, splits = zip(*rows, strict=True)
    stripped = tuple(label.strip() for label in labels)
    assert tables.read(path) == Table(
        texts, stripped, tuple(tables.SPLITS[split] for split in splits)
    )


@pytest.mark.parametrize("suffix", DELIMITERS)
@given(rows=st.lists(FIELDS, max_size=6), ends=ENDS)
def test_the_line_is_right_after_any_fields(tmp_path_factory, suffix, rows, ends):
    path = tmp_path_factory.mktemp("tables") / f"own{suffix}"
    write(path, [(text, "1", "train") for text in rows], **ends)
    # What a text editor counts: a line ends at LF, CR or both together, quoted or not.
    before = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    delimiter = DELIMITERS[suffix].encode()
    record = delimiter.join([b"fine", b"1", b"odd"])
    path.write_bytes(path.read_bytes() + record)
    assert complaint(path).startswith(f"own{suffix}, line {before + 1}: ")


def test_columns_by_name_in_any_order_others_left_out(tmp_path):
    rows = [("", "0", "bad", "x"), ("7", "1", "fine", "x")]
    path = write(tmp_path / "own.csv", rows, ["id", "stars", "review", "id"])
    table = tables.read(path, text="review", label="stars")
    assert (table.texts, table.labels) == (("bad", "fine"), ("0", "1"))


@pytest.mark.parametrize("suffix", DELIMITERS)
def test_white_space_around_a_label_is_no_part_of_it(tmp_path, suffix):
    rows = [("fine", " good", "train"), ("dull", "bad ", "train"), ("great", "good", "train")]
    assert tables.read(write(tmp_path / f"own{suffix}", rows)).labels == ("good", "bad", "good")


def test_splits_in_any_case_and_blank_lines(tmp_path):
    path = tmp_path / "OWN.TSV"
    path.write_bytes(
        b"\r\nlabel\tpart\ttext\r\n\r\na\t Train\tone\r\nb\tTRAIN\ttwo\r\na\tVal\tsix\r\n"
        b"a\tvalidation\tsix\r\na\tValid\tsix\r\na\tdev\tsix\r\nb\tTest\tten\r\n\r\n"
    )
    assert tables.read(path, split="part").splits == ("train",) * 2 + ("dev",) * 4 + ("test",)


def test_a_long_field_is_read_and_the_limit_of_the_process_stays(tmp_path):
    before = csv.field_size_limit()
    text = "very " * 100_000 + "long"
    path = write(tmp_path / "own.csv", [(text, "1", "train"), *MORE])
    assert tables.read(path).texts[0] == text
    path.write_bytes(GOOD + b'"never closed,1,train\n')
    complaint(path)
    assert csv.field_size_limit() == before


def test_a_label_is_kept_in_memory_once(tmp_path):
    table = tables.read(write(tmp_path / "own.csv", MORE * 100))
    assert len({id(label) for label in table.labels}) == 2


# Splits and names


@given(st.text(CHARACTERS), st.randoms(use_true_random=False))
def test_texts_alike_share_a_split(text, draw: random.Random):
    letters = unicodedata.normalize("NFKC", text).lower()
    spaced = "".join(sign + draw.choice(["", " ", ", ", "!\n"]) for sign in letters)
    assert split_of(spaced) == split_of(text)


@pytest.mark.parametrize(
    ("text", "split"),  # the last digit of int(md5sum, 16): by hand, with md5sum and bc
    [
        ("good", "train"),
        ("Ｇｏｏｄ!", "train"),
        ("dull", "test"),
        ("“Seat.”", "dev"),
        ("", "train"),
    ],
)
def test_splits_by_hand(text, split):
    assert split_of(text) == split


@pytest.mark.data
@pytest.mark.parametrize("name", ["chnsenticorp_htl", "waimai_10k"])
def test_splits_are_those_of_the_data_sets(name):
    table = tables.read(DATA / f"{name}.parquet")
    assert len(table.texts) > 7000
    assert table.splits == tuple(split_of(text) for text in table.texts)
    assert table.names == ("0", "1")


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_without_a_split_column_the_text_decides(tmp_path, suffix):
    texts = tuple(f"text {k}" for k in range(300))
    labels = tuple(str(k % 2) for k in range(300))
    path = tmp_path / f"own{suffix}"
    if suffix == ".parquet":
        parquet(path, text=texts, label=labels)
    else:
        write(path, zip(texts, labels, strict=True), ["text", "label"])
    splits = tables.read(path).splits
    assert splits == tuple(map(split_of, texts))
    assert 0.7 < splits.count("train") / 300 < 0.9
    assert set(splits) == {"train", "dev", "test"}


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["10", "9", "-1", "9"], ("-1", "9", "10")),
        (["10.0", "9.0", "2."], ("2.", "9.0", "10.0")),
        (["10", "9", "b", "a"], ("10", "9", "a", "b")),
        (["1_0", "9"], ("1_0", "9")),
        (["9" * 5000, "3"], ("3", "9" * 5000)),
    ],
)
def test_names_are_in_order(labels, names):
    table = Table(("a",) * len(labels), tuple(labels), ("train",) * len(labels))
    assert table.names == names


# What is wrong with a CSV or TSV file


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
        (b"fine,2,dev", "line 4: expected every label in at least one row that is trained on"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("suffix", DELIMITERS)
def test_a_wrong_row_is_said_with_its_line(tmp_path, suffix, ends, row, said):
    content = (GOOD + row + b"\n,,\n").replace(b"\n", ends)  # a later mistake is not the first
    if "trained on" in said:
        content = content.removesuffix(b",," + ends)
    content = content.replace(b",", DELIMITERS[suffix].encode())
    message = complaint_about(tmp_path, content, suffix)
    assert message.startswith(f"own{suffix}, line 4: ")
    assert said in message


def test_a_byte_that_is_not_utf_8_has_its_own_line(tmp_path):
    message = complaint_about(tmp_path, GOOD + b'"one\ntwo\nthr\xff",1,train\n')
    assert message.startswith("own.csv, line 6: ")


def test_a_field_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_FIELD", 1000)
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


# Parquet


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
    assert tables.read(path).labels == written


@given(rows=ROWS)
def test_any_table_reads_back_from_parquet(tmp_path_factory, rows):
    texts, labels, splits = zip(*rows, *MORE, strict=True)
    path = tmp_path_factory.mktemp("tables") / "own.parquet"
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        parquet(
            path, number=range(len(texts)), split=pa.array(splits, kind),
            label=pa.array(labels, kind), text=pa.array(texts, kind),
        )  # fmt: skip
        table = tables.read(path)
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
    monkeypatch.setattr(tables, "LONGEST_FIELD", 1_000)
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
    texts = tables.read(path).texts
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
    monkeypatch.setattr(tables, "LONGEST_LINE", 1_000)
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
        tables.read(path)


def test_columns_of_a_parquet_file_are_listed(tmp_path):
    path = parquet(tmp_path / "own.parquet", body=["a"], label=[1])
    assert "expected a column 'text', but there are the columns 'body', 'label'" in complaint(path)
    twice = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(twice, path)
    assert "expected one column 'text', but there are 2" in complaint(path)
