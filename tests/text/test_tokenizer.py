"""The tokeniser: what it cuts, and what holds for any string whatever."""

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstm_viz.text import key_of, replace_surrogates, spans

LOST_ELLIPSIS = "\x85"  # white space to Python, an ellipsis in the data
texts = st.text() | st.text(alphabet="n't ’\x85\x92<br />'s.-\u200d\u0301🏽👍🇩🇪aé日\ud800")


def cut(text):
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("I didn't like it.", ["I", "did", "n't", "like", "it", "."]),
        ("It’s Ann's film", ["It", "’s", "Ann", "'s", "film"]),
        ("They've, we'll, I'd", ["They", "'ve", ",", "we", "'ll", ",", "I", "'d"]),
        ("CAN'T can\x92t", ["CA", "N'T", "ca", "n\x92t"]),
        ("ca n't do it 's", ["ca", "n't", "do", "it", "'s"]),
        ("Good...bad -- 10/10!", ["Good", "...", "bad", "--", "10", "/", "10", "!"]),
        ("a<br /><br />b", ["a", "b"]),
        ("<b>bold</b> <br>", ["<", "b", ">", "bold", "<", "/", "b", ">", "<", "br", ">"]),
        ("'so good'", ["'", "so", "good", "'"]),
        ("well-made\x85", ["well", "-", "made", "\x85"]),
        ("cafe\u0301 👍🏽 🏳️\u200d🌈 🇩🇪", ["cafe\u0301", "👍🏽", "🏳️\u200d🌈", "🇩🇪"]),
        ("שלום عالم", ["שלום", "عالم"]),
        ("\ud800x\x00", ["\ud800", "x", "\x00"]),
        ("", []),
        (" \t\n<br /> ", []),
    ],
)
def test_cuts(text, tokens):
    assert cut(text) == tokens


@pytest.mark.parametrize(
    ("token", "key"),
    [
        ("NOT", "not"), ("n’t", "n't"), ("N\x92T", "n't"), ("\x85", "..."), ("…", "..."),
        ("\x96", "-"), ("–", "-"), ("“", '"'), ("\x94", '"'), ("ｇｏｏｄ", "good"),
        ("cafe\u0301", "café"), ("\ud800", "\ud800"),
    ],
)  # fmt: skip
def test_key(token, key):
    assert key_of(token) == key


@given(texts)
@example("\u0600 \u0600\u00a0x")
@example("a\x1cb\u2028c\u3000d\u180ee")
@example("<br / >< br/><br /><br />")
def test_spans_are_disjoint_and_cover_everything_else(text):
    places = spans(text)
    assert all(start < end for start, end in places)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))
    for start, end in places:
        assert not any(sign.isspace() and sign != LOST_ELLIPSIS for sign in text[start:end])
    rest = text
    for start, end in reversed(places):
        rest = rest[:start] + "\x00" + rest[end:]
    between = re.sub(r"<br />", "", rest).replace("\x00", "")
    assert all(sign.isspace() and sign != LOST_ELLIPSIS for sign in between), repr(between)


@given(texts)
def test_no_token_holds_a_break(text):
    for token in cut(text):
        assert "<br />" not in token


@given(texts)
def test_shown_can_be_sent_and_keeps_places(text):
    sent = replace_surrogates(text)
    sent.encode("utf-8")
    assert len(sent) == len(text)
    assert all(
        a == b or (a == "\ufffd" and "\ud800" <= b <= "\udfff")
        for a, b in zip(sent, text, strict=True)
    )


def test_long_runs_take_no_longer_than_their_length_asks():
    # A run of letters without an end is cut in one go; trying every start again would take hours.
    assert cut("a" * 300_000) == ["a" * 300_000]
    assert len(cut("n'" * 100_000)) == 200_000
