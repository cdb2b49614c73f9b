"""Chinese words: where they stand, whatever is typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.text import Vocabulary, chinese

SIGNS = st.one_of(st.characters(), st.sampled_from("的一是不了人我在有他房间服务员很好ＡＢ１２ﬁ "))


def cut(text):
    return [text[start:end] for start, end in chinese.spans(text)]


def test_words_and_new_words():
    assert cut("这家酒店的服务很好，我会再来。") == [
        "这家", "酒店", "的", "服务", "很", "好", "，", "我会", "再", "来", "。",
    ]  # fmt: skip
    assert cut("  ") == []
    assert cut("") == []


def test_full_width_signs_are_cut_as_plain_ones():
    assert cut("ＣＰＵ２０１１") == ["ＣＰＵ２０１１"]


@given(st.text(SIGNS, max_size=40))
def test_tokens_are_in_order_and_nothing_is_lost(text):
    before = 0
    for start, end in chinese.spans(text):
        assert before <= start < end <= len(text)
        assert not text[before:start].strip()
        assert text[start:end].strip()
        before = end
    assert not text[before:].strip()


@given(st.text(SIGNS, max_size=30))
def test_signs_keep_their_places(text):
    plain = chinese._plain(text)
    assert len(plain) == len(text)
    assert unicodedata.normalize("NFKC", plain) == unicodedata.normalize("NFKC", text)


def test_a_vocabulary_reads_with_it(tmp_path):
    words = Vocabulary(["酒店", "很", "好"], "jieba")
    words.save(tmp_path / "vocabulary.txt")
    again = Vocabulary.open(tmp_path / "vocabulary.txt", "jieba")
    tokens, numbers = again.encode("酒店很好!")
    assert [token.text for token in tokens] == ["酒店", "很", "好", "!"]
    assert numbers == [2, 3, 4, 1]


def test_nothing_is_written_or_said(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    chinese._jieba.cache_clear()
    assert cut("今天天气不错") == ["今天天气", "不错"]
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("text", ["\ud800好", "\x00", "\u2028好\u3000的"])
def test_odd_signs(text):
    assert "".join(cut(text)).strip() == "".join(text.split())
