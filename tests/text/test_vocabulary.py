"""The vocabulary: numbers, unknown words, files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import ModelFileError
from lstm_viz.text import Token, Vocabulary, key_of, tokenizer
from lstm_viz.text.vocabulary import UNKNOWN

WORDS = ["the", "film", "n't", "...", "do"]


def test_numbers_begin_behind_the_special_ones():
    vocabulary = Vocabulary(WORDS)
    assert len(vocabulary) == 7
    assert vocabulary.numbers(["The", "FILM", "never", "n’t"]) == [2, 3, UNKNOWN, 4]
    assert "FILM" in vocabulary
    assert "never" not in vocabulary


def test_read_keeps_places_and_marks_what_is_unknown():
    tokens, numbers = Vocabulary(WORDS).encode("Don't stop\x85")
    assert tokens == (
        Token("Do", 0, 2, known=True),
        Token("n't", 2, 5, known=True),
        Token("stop", 6, 10, known=False),
        Token("\x85", 10, 11, known=True),
    )
    assert numbers == [6, 4, 1, 5]


@given(st.text())
def test_tokens_are_as_typed(text):
    tokens, numbers = Vocabulary(WORDS).encode(text)
    assert len(tokens) == len(numbers)
    for token, number in zip(tokens, numbers, strict=True):
        assert text[token.start : token.end] == token.text
        assert token.known == (number != UNKNOWN) == (key_of(token.text) in WORDS)


@pytest.mark.parametrize(
    "words", [WORDS, ["\ufeff", "film"], ["`", "—", "j\u030c"], ["the", "\ufeff"]]
)
def test_file_round_trip(tmp_path, words):
    Vocabulary(words).save(tmp_path / "v.txt")
    assert Vocabulary.open(tmp_path / "v.txt").words == tuple(words)


@given(st.text(st.characters(exclude_characters="\u0345"), max_size=3))
def test_whatever_is_typed_may_be_in_a_vocabulary(token):
    assert Vocabulary([key_of(token)]).numbers([token]) == [2]


@pytest.mark.parametrize("word", ["The", "’", "ﬁlm", "…", "cafe\u0301", "ＴＶ", "«"])
def test_a_word_that_no_text_can_hold_is_refused(word):
    with pytest.raises(ValueError, match="is looked up as"):
        Vocabulary(["film", word])


def test_long_words_are_not_remembered():
    words = ["q" * size for size in range(65, 100)]
    before = tokenizer._cached_key.cache_info().misses
    assert [key_of(word.upper()) for word in words] == words
    assert tokenizer._cached_key.cache_info().misses == before


@pytest.mark.parametrize("raw", [b"a\nb\na\n", b"\xff\xfe\n"])
def test_damaged_files_are_refused(tmp_path, raw):
    (tmp_path / "v.txt").write_bytes(raw)
    with pytest.raises(ModelFileError, match=r"v\.txt: expected UTF-8 text with one word a line"):
        Vocabulary.open(tmp_path / "v.txt")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"v\.txt: .*no such file"):
        Vocabulary.open(tmp_path / "v.txt")


@pytest.mark.parametrize("line", ["the ", "the good", "\ufeff\ufeff", "", "<br />", "a-b", "don't"])
def test_a_line_that_is_not_one_token_is_refused(tmp_path, line):
    (tmp_path / "v.txt").write_text(f"film\n{line}\nend\n", "utf-8")
    with pytest.raises(ModelFileError, match="not one token"):
        Vocabulary.open(tmp_path / "v.txt")


@pytest.mark.parametrize("token", ["½", "x½", "\ufdfa", "℀", "⑴", "¨", "n't", "'s", "...", "İ"])
def test_a_sign_that_is_looked_up_as_several_may_be_in_a_file(tmp_path, token):
    Vocabulary([key_of(token)]).save(tmp_path / "v.txt")
    assert Vocabulary.open(tmp_path / "v.txt").numbers([token]) == [2]
