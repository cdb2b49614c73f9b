"""Every value of every table, from made-up archives; and what does not fit is said."""

import pytest

from lstm_viz.data import hotel, imdb, news, rt_polarity, sst
from lstm_viz.data.detokenize import Snippets, detokenize
from lstm_viz.data.splits import alphanumeric_key, split_of
from lstm_viz.errors import DataFileError
from tests.data import made_up
from tests.data.conftest import tar


def files(folder, contents):
    """Write files and return where they are, by name."""
    for name, content in contents.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return {name: folder / name for name in contents}


def rows(table, *columns):
    return list(zip(*(table[name] for name in columns), strict=True))


def of_imdb(folder, **changes):
    return imdb.convert(files(folder, {imdb.ARCHIVE: made_up.imdb(**changes)}))


def test_reviews_with_stars_numbers_movies_and_repetitions(tmp_path):
    made = of_imdb(tmp_path)
    assert list(made["imdb"]) == ["text", "label", "split", "rating", "id", "movie_id", "in_train"]
    assert rows(made["imdb"], *made["imdb"]) == [
        ("worst \u0085 ever", 0, "train", 1, 0, "tt1", False),
        ("bad<br />film", 0, "train", 4, 1, "tt2", False),
        ("fine", 1, "train", 7, 0, "tt3", False),
        ("superb", 1, "train", 10, 1, "tt3", False),
        ("fine", 0, "test", 2, 0, "tt4", True),
        ("stale", 0, "test", 3, 1, "tt4", False),
        ("seen twice", 1, "test", 8, 0, "tt5", False),
        ("très bien", 1, "test", 9, 1, "tt6", False),
    ]
    assert rows(made["imdb_unsup"], *made["imdb_unsup"]) == [
        ("fine", -1, "unsup", 0, "tt9", "train"),
        ("new", -1, "unsup", 1, "tt9", ""),
        ("seen twice", -1, "unsup", 2, "tt9", "test"),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train/pos/1_10.txt": None}, "train/pos: .* 1 reviews and 2 lines"),
        ({"test/urls_neg.txt": None}, "test/neg: .* 2 reviews and 0 lines"),
        ({"train/pos/1_10.txt": None, "train/pos/2_10.txt": "x"}, "2 reviews and 2 lines"),
        ({"train/pos/1_10.txt": None, "train/pos/0_10.txt": "x"}, "2 reviews and 2 lines"),
        ({"test/pos/1_9.txt": b"tr\xe8s"}, "1_9.txt: expected text in utf-8"),
    ],
)
def test_reviews_that_do_not_fit_together_are_said(tmp_path, changes, message):
    with pytest.raises(DataFileError, match=message):
        of_imdb(tmp_path, **changes)


def of_sst(folder, splits=None, snippets=None, **changes):
    more = {"splits": splits, "snippets": snippets}
    second = made_up.treebank(**{name: value for name, value in more.items() if value is not None})
    return sst.convert(files(folder, {sst.TREES: made_up.trees(**changes), sst.TREEBANK: second}))


def test_sentences_as_written_and_as_parsed(tmp_path):
    made = of_sst(tmp_path)["sst"]
    columns = ["text", "label", "split", "label5", "id", "tokens", "text_source", "in_train"]
    assert sorted(made) == sorted([*columns, "tree"])
    assert rows(made, *columns) == [
        ("It works", 1, "train", 3, 1, "It works", "original", False),
        ("Dull.", 0, "train", 1, 2, "Dull .", "original", False),
        ("It Works", 1, "dev", 3, 3, "it Works", "original", True),
        ("(1/2)", -1, "test", 2, 4, "( 1/2 )", "rebuilt", False),
    ]
    assert made["tree"][0] == "(3 (2 It) (4 works))"


def test_phrases_once_per_split_words_before_wholes(tmp_path):
    made = of_sst(
        tmp_path, dev="(3 (2 It) (4 works))\n(2 (2 It) (3 (2 It) (4 works)))\n",
        splits="5,3\n1,1\n2,1\n3,3\n4,2\n",
    )["sst_phrases"]  # fmt: skip
    columns = ["text", "label", "split", "label5", "n_tokens", "count", "sentence_id"]
    assert list(made) == columns
    assert [row for row in rows(made, *columns) if row[2] == "dev"] == [
        ("It", -1, "dev", 2, 1, 3, 5),
        ("works", 1, "dev", 4, 1, 2, 5),
        ("It works", 1, "dev", 3, 2, 2, 5),
        ("It It works", -1, "dev", 2, 3, 1, 3),
    ]
    assert sum(made["count"]) == 3 + 3 + 8 + 5


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"splits": "1,1\n2,1\n3,3\n"}, "every number in test, but there are 1 trees and 0"),
        ({"splits": "1,1\n2,4\n3,3\n4,2\n"}, "one is '2,4'"),
        ({"splits": "1;1\n"}, "one is '1;1'"),
        ({"dev": "(3 (2 it) (4 Works)\n"}, "one tree on each line"),
        ({"dev": "(3 it))(\n"}, "one tree on each line"),
        ({"dev": "(2 it) (3 is)\n"}, "one tree on each line"),
        ({"dev": "(7 it)\n"}, "one tree on each line"),
        ({"dev": "it works\n"}, "one tree on each line"),
        ({"snippets": b"caf\xe9"}, "expected text in utf-8"),
    ],
)
def test_a_treebank_that_does_not_fit_together_is_said(tmp_path, how, message):
    with pytest.raises(DataFileError, match=message):
        of_sst(tmp_path, **how)


def test_sentences_are_found_in_order_and_never_half_a_word():
    snippets = Snippets('Good. "Bad," he said -- 9 ½ Weeks\nGood vs.-evil fun. Good.')
    assert snippets.sentence("`` Bad , '' he said") == ('"Bad," he said', "original")
    assert snippets.sentence("9 1/2 Weeks") == ("9 ½ Weeks", "original")
    assert snippets.sentence("Good vs .") == ("Good vs.", "rebuilt")
    assert snippets.sentence("evil fun .") == ("evil fun.", "rebuilt")
    assert snippets.sentence("fun . Good .") == ("fun. Good.", "original")
    assert snippets.sentence("Good .") == ("Good.", "original")
    assert snippets.sentence("never said") == ("never said", "rebuilt")
    assert snippets.sentence("...") == ("...", "rebuilt")


def test_tokens_are_put_together_as_people_write():
    tokens = "`` I do n't ( yet ) know , '' she 's said ... ` why ' ?"
    assert detokenize(tokens) == "\"I don't (yet) know,\" she's said... 'why'?"


def test_snippets_belong_to_the_part_whose_sentence_they_hold(tmp_path):
    trees = made_up.trees(
        train="(3 (2 a) (2 (2 sentence) (2 (2 to) (2 learn))))\n(2 (2 too) (2 short))\n",
        test="(3 (2 Another) (2 (2 one) (2 (2 for) (2 testing))))\n",
    )
    archive = tar(
        [
            ("rt-polaritydata/rt-polarity.neg", b"too short \nso \x96 a sentence , to learn ! \n"),
            ("rt-polaritydata/rt-polarity.pos", b"another one for testing a sentence to learn \n"),
        ]
    )
    made = rt_polarity.convert(files(tmp_path, {sst.TREES: trees, rt_polarity.ARCHIVE: archive}))[
        "rt_polarity"
    ]
    assert list(made) == ["text", "label", "split", "id", "sst_split"]
    assert rows(made, *made) == [
        ("too short", 0, split_of("too short"), 0, ""),
        ("so – a sentence , to learn !", 0, "train", 1, "train"),
        ("another one for testing a sentence to learn", 1, "test", 0, "test"),
    ]


def of_hotel(folder, text):
    return hotel.convert(files(folder, {hotel.FILE: text}))["chnsenticorp_htl"]


def test_hotel_reviews_keep_their_numbers(tmp_path):
    made = of_hotel(tmp_path, '\ufefflabel,review\n1,"好,""大"" 床"\n0,\n0,\ufeff差\n')
    assert rows(made, *made) == [
        ('好,"大" 床', 1, split_of('好,"大" 床'), 0),
        ("差", 0, split_of("差"), 2),
    ]


@pytest.mark.parametrize("text", ["", "<html>", "label,review\n2,x\n", "label,review\n1,a,b\n",
                                  "label,review\n1," + "x" * 200_000 + "\n"])  # fmt: skip
def test_another_csv_is_said(tmp_path, text):
    with pytest.raises(DataFileError, match="expected rows of a label, 0 or 1, and a review"):
        of_hotel(tmp_path, text)


def test_headlines_with_topics_and_repetitions(tmp_path):
    given = files(
        tmp_path,
        {"train.txt": "甲\t3\n乙\t4\n丙\t5\n", "dev.txt": "乙\t4", "test.txt": "丙\t9\n"},
    )
    made = news.convert(given, train=2)["thucnews_titles"]
    assert list(made) == ["text", "label", "split", "label_name", "id", "in_train"]
    assert rows(made, *made) == [
        ("甲", 3, "train", "education", 0, False),
        ("乙", 4, "train", "science", 1, False),
        ("乙", 4, "dev", "science", 0, True),
        ("丙", 9, "test", "entertainment", 0, False),
    ]


@pytest.mark.parametrize("line", ["", "甲", "甲\t", "甲\t10", "甲\tx", "甲\t٣"])
def test_another_list_of_headlines_is_said(tmp_path, line):
    given = files(tmp_path, {"train.txt": line, "dev.txt": "乙\t4", "test.txt": "丙\t9"})
    with pytest.raises(DataFileError, match=r"train\.txt: expected lines of a title"):
        news.convert(given)


def test_texts_that_differ_in_signs_alone_share_a_part():
    assert alphanumeric_key("Ｇood — FILM!") == alphanumeric_key("good film") == "goodfilm"
    parts = [split_of(f"text {number}") for number in range(1000)]
    assert all(80 < parts.count(part) < 120 for part in ("dev", "test"))
    assert parts.count("train") > 750
    assert split_of("Good film?") == "dev"  # the MD5 of goodfilm, as an integer, ends in 1
