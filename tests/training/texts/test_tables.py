"""Tables of one's own: what is written reads back, with its splits and the names of its labels."""

import csv
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.data.splits import split_of
from lstm_viz.training.texts import tables
from lstm_viz.training.texts.tables import Table
from tests.conftest import DATA
from tests.training.texts.made_up import (
    CHARACTERS,
    DELIMITERS,
    ENDS,
    FIELDS,
    GOOD,
    MORE,
    ROWS,
    complaint,
    parquet,
    write,
)


@pytest.mark.parametrize("suffix", DELIMITERS)
@given(rows=ROWS, ends=ENDS, mark=st.booleans())
def test_any_table_reads_back(tmp_path_factory, suffix, rows, ends, mark):
    rows = [*rows, *MORE]
    path = tmp_path_factory.mktemp("tables") / f"own{suffix}"
    write(path, rows, **ends)
    path.write_bytes(b"\xef\xbb\xbf" * mark + path.read_bytes())
    texts, labels, splits = zip(*rows, strict=True)
    stripped = tuple(label.strip() for label in labels)
    assert tables.read_table(path) == Table(
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
    table = tables.read_table(path, text="review", label="stars")
    assert (table.texts, table.labels) == (("bad", "fine"), ("0", "1"))


@pytest.mark.parametrize("suffix", DELIMITERS)
def test_white_space_around_a_label_is_no_part_of_it(tmp_path, suffix):
    rows = [("fine", " good", "train"), ("dull", "bad ", "train"), ("great", "good", "train")]
    assert tables.read_table(write(tmp_path / f"own{suffix}", rows)).labels == (
        "good",
        "bad",
        "good",
    )


def test_splits_in_any_case_and_blank_lines(tmp_path):
    path = tmp_path / "OWN.TSV"
    path.write_bytes(
        b"\r\nlabel\tpart\ttext\r\n\r\na\t Train\tone\r\nb\tTRAIN\ttwo\r\na\tVal\tsix\r\n"
        b"a\tvalidation\tsix\r\na\tValid\tsix\r\na\tdev\tsix\r\nb\tTest\tten\r\n\r\n"
    )
    assert tables.read_table(path, split="part").splits == ("train",) * 2 + ("dev",) * 4 + ("test",)


def test_a_long_field_is_read_and_the_limit_of_the_process_stays(tmp_path):
    before = csv.field_size_limit()
    text = "very " * 100_000 + "long"
    path = write(tmp_path / "own.csv", [(text, "1", "train"), *MORE])
    assert tables.read_table(path).texts[0] == text
    path.write_bytes(GOOD + b'"never closed,1,train\n')
    complaint(path)
    assert csv.field_size_limit() == before


def test_a_label_is_kept_in_memory_once(tmp_path):
    table = tables.read_table(write(tmp_path / "own.csv", MORE * 100))
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
    table = tables.read_table(DATA / f"{name}.parquet")
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
    splits = tables.read_table(path).splits
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
