"""What files are called: after text and word, and safe whatever was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.text import gallery
from lstm_viz.text.file_names import file_name, file_stem, slug

NAMES = [
    ("Not a bad film at all.", 3, "lstm-viz-not-a-bad-film-at-word-4-film"),
    ("比 旧 房间", 2, "lstm-viz-比-旧-房间-word-3-房间"),
    ("שלום עולם", 0, "lstm-viz-שלום-עולם-word-1-שלום"),
    ("../../etc/passwd", 0, "lstm-viz-etc-passwd-word-1-etc-passwd"),
    ("<b>x</b> con.exe", 1, "lstm-viz-b-x-b-con-exe-word-2-con-exe"),
    ("👍 🎬", 1, "lstm-viz-text-word-2"),
    ("\u202egpj.exe ok", 0, "lstm-viz-gpj-exe-ok-word-1-gpj-exe"),
    ("Ünïcode हिन्दी", 1, "lstm-viz-ünïcode-हनद-word-2-हनद"),
]


@pytest.mark.parametrize(("text", "step", "name"), NAMES)
def test_files_are_called_after_text_and_word(text, step, name):
    assert file_name(text, text.split(), step) == name


def test_a_review_of_the_gallery_is_called_as_in_links():
    review = gallery.reviews()["velvet-siege"]
    assert file_stem(review.text, review.text.split()) == "lstm-viz-velvet-siege"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=9), st.data())
def test_nothing_else_reaches_a_name(words, data):
    step = data.draw(st.integers(0, len(words) - 1))
    name = file_name(" ".join(words), words, step)
    assert name.startswith("lstm-viz-")
    assert all(sign == "-" or unicodedata.category(sign)[0] in "LN" for sign in name)
    assert len(name.encode("utf-8", "surrogatepass")) < 240
    name.encode("utf-8")
    assert "--" not in name
    assert slug(name) == name
