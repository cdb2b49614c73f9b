"""Links: what is looked at comes back; what is wrong gives the nearest view and a notice."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import link
from lstm_viz.link import Selection
from lstm_viz.notation import BY_NAME
from lstm_viz.text import gallery, spans
from tests.kinds import small

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
    st.none() | st.tuples(st.integers(0, 98), st.sampled_from(["forward", "backward"])),
    st.sampled_from(["", "similarity", "weight", "index"]),
    st.sampled_from(["", *BY_NAME]),
)
NAMES = ["model", "text", "packed", "review", "word", "unit", "layer", "order", "map"]


@given(selections)
def test_round_trip(selection):
    parameters, fits = link.parameters(selection)
    assert fits
    found = link.opened(parameters, MODELS, DEFAULT)
    assert found.selection == selection
    assert found.notices == ()


VALUES = st.text() | st.sampled_from(
    ["1", "999999999", "1-forward", "2-backward", "0-forward", "index", "cell_state", FIRST.name]
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_link_opens_something(example, parameters):
    found = link.opened(parameters, MODELS, DEFAULT).selection
    assert found.model in MODELS
    assert spans(found.text)
    assert found.order in ("", "similarity", "weight", "index")
    assert found.map in ("", *BY_NAME)
    fitted = link.fitted(found, example).selection
    assert fitted.step is None or 0 <= fitted.step < len(example)
    assert fitted.unit is None or 0 <= fitted.unit < 128
    assert fitted.layer in (None, (0, "forward"))
    again = link.opened(link.parameters(fitted)[0], MODELS, DEFAULT)
    assert again.notices == ()
    assert again.selection == fitted
    assert link.fitted(fitted, example) == link.Opened(fitted)


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
        ({"layer": ""}, "layer “”, which is none"),
        ({"layer": "0-forward"}, "layer “0-forward”, which is none"),
        ({"layer": "1-sideways"}, "layer “1-sideways”, which is none"),
        ({"layer": "1-forward\n"}, "layer “1-forward"),
        ({"layer": "100-forward"}, "layer “100-forward”, which is none"),
        ({"layer": "²-forward"}, "layer “²-forward”, which is none"),
        ({"order": "Index"}, "order “Index”, which is none"),
        ({"map": "<img src=x onerror=alert(1)>"}, "map “<img src=x onerror=a”, which is none"),
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


def test_what_the_player_shows_travels_by_name():
    selection = Selection("imdb-lstm", FIRST.text, 4, 7, (1, "backward"), "index", "forget_gate")
    assert link.parameters(selection)[0] == {
        "model": "imdb-lstm", "review": FIRST.name, "word": "5", "unit": "7",
        "layer": "2-backward", "order": "index", "map": "forget_gate",
    }  # fmt: skip


def test_an_empty_name_is_the_usual_one_and_not_told():
    found = link.opened({"order": "", "map": ""}, MODELS, DEFAULT)
    assert found == link.Opened(DEFAULT)


def test_word_unit_and_layer_are_brought_into_range(example):
    asked = Selection("imdb-lstm", "x", 99, 400, (2, "backward"), "weight", "reset_gate")
    found = link.fitted(asked, example)
    last = len(example) - 1
    assert found.selection == Selection("imdb-lstm", "x", last, 127, None, "weight", "reset_gate")
    assert found.notices == (
        f"The text has {last + 1} words; this is word {last + 1}.",
        "The model has no layer 3, backward; this is its last one.",
        "The model has units 0 to 127; this is unit 127.",
    )


def test_units_are_those_of_the_layer_that_is_looked_into():
    trace = small("LSTM", {"num_layers": 2, "bidirectional": True, "proj_size": 3}).trace("a bb c")
    places = [(one.layer, one.direction) for one in trace.layers]
    assert len(places) == 4
    for place, layer in zip(places, trace.layers, strict=True):
        assert link.layer_of(trace, place) is layer
        found = link.fitted(Selection("own", "x", unit=99, layer=place), trace)
        assert found.selection.unit == 7  # those that remember: only 3 are put out
        assert found.selection.layer == place
    assert link.layer_of(trace, None) is link.layer_of(trace, (9, "forward")) is trace.top
