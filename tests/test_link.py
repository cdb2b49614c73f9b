"""Links: what is looked at comes back; what is wrong gives the nearest view and a notice."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import link
from lstm_viz.link import Selection
from lstm_viz.text import gallery, spans

MODELS = ("imdb-gru", "imdb-lstm")
FIRST = next(iter(gallery.reviews().values()))
DEFAULT = Selection("imdb-lstm", FIRST.text)

selections = st.builds(
    Selection,
    st.sampled_from(MODELS),
    st.text(min_size=1).filter(str.strip)
    | st.sampled_from([r.text for r in gallery.reviews().values()]),
    st.none() | st.integers(0, 999),
    st.none() | st.integers(0, 511),
)


@given(selections)
def test_round_trip(selection):
    parameters, fits = link.parameters(selection)
    assert fits
    found = link.opened(parameters, MODELS, DEFAULT)
    assert found.selection == selection
    assert found.notices == ()


@given(
    st.dictionaries(
        st.sampled_from(["model", "text", "packed", "review", "word", "unit"]), st.text()
    )
)
def test_any_link_opens_something(parameters):
    found = link.opened(parameters, MODELS, DEFAULT).selection
    assert found.model in MODELS
    assert spans(found.text)
    fitted = link.fitted(found, 10, 128).selection
    assert fitted.step is None or 0 <= fitted.step < 10
    assert fitted.unit is None or 0 <= fitted.unit < 128


def test_a_review_of_the_gallery_travels_by_name():
    assert link.parameters(DEFAULT)[0] == {"model": "imdb-lstm", "review": FIRST.name}


def test_a_long_text_is_packed_and_a_huge_one_is_left_out():
    long = "not a bad film . " * 200
    assert set(link.parameters(Selection("imdb-lstm", long))[0]) == {"model", "packed"}
    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz ", k=40_000))
    parameters, fits = link.parameters(Selection("imdb-lstm", noise))
    assert not fits
    assert set(parameters) == {"model"}


@pytest.mark.parametrize(
    ("parameters", "notice"),
    [
        ({"model": "nope"}, "no model “nope”; this is imdb-lstm"),
        ({"review": "nope"}, "no such review"),
        ({"packed": "%%%"}, "damaged"),
        ({"packed": "AAAA"}, "damaged"),
        ({"packed": link._packed("<br />")}, "damaged"),
        ({"word": "-3"}, "word “-3”, which is no number"),
        ({"unit": "²"}, "unit “²”, which is no number"),
    ],
)
def test_what_cannot_be_kept_is_told(parameters, notice):
    found = link.opened(parameters, MODELS, DEFAULT)
    assert any(notice in told for told in found.notices)
    assert found.selection.text == DEFAULT.text


def test_a_bomb_does_not_unfold():
    bomb = link._packed("a" * 3_000_000)
    assert len(bomb) < link.LONGEST
    assert "damaged" in link.opened({"packed": bomb}, MODELS, DEFAULT).notices[0]


def test_word_and_unit_are_brought_into_range():
    found = link.fitted(Selection("imdb-lstm", "x", 99, 400), 7, 128)
    assert (found.selection.step, found.selection.unit) == (6, 127)
    assert found.notices == (
        "The text has 7 words; this is word 7.",
        "The model has units 0 to 127; this is unit 127.",
    )
