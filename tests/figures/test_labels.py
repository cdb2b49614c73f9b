"""Words on an axis: literally as typed, never markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.figures.labels import label, word_axis
from lstm_viz.text import Token


def token(text):
    return Token(text, 0, len(text), known=True)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<b>", "&lt;b&gt;"), ("a&b", "a&amp;b"), ("\x85", "U+0085"), ("\u202e", "U+202E"),
        ("a" * 30, "a" * 17 + "…"), ("\ud800", "\ufffd"), ("n't", "n't"),
    ],
)  # fmt: skip
def test_labels(text, written):
    assert label(token(text)) == written


@given(st.text(min_size=1))
def test_no_label_holds_markup(text):
    assert "<" not in label(token(text))


@pytest.mark.parametrize("count", [1, 14, 15, 70, 71, 400])
def test_axis(count):
    tokens = [token(f"w{k}") for k in range(count)]
    axis = word_axis(tokens, [0, count // 2])
    assert axis["tickangle"] == (0 if count <= 14 else -58)
    assert axis["range"] == [-0.5, count - 0.5]
    assert len(axis["tickvals"]) == (count if count <= 70 else 2)
    assert axis["ticktext"][0].startswith("<b>w0")
