"""Links: what is looked at comes back; what is wrong gives the nearest view and a notice."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.analyses.units import ORDERS
from lstm_viz.notation import BY_NAME
from lstm_viz.session import link
from lstm_viz.session.link_fields import layer_of
from lstm_viz.session.packed_text import pack
from lstm_viz.session.selection import DEFAULTS, FIELDS, Selection
from lstm_viz.text import gallery, spans
from lstm_viz.trace import Force
from tests.kinds import small

MODELS = ("imdb-gru", "imdb-lstm")
FIRST = next(iter(gallery.reviews().values()))
DEFAULT = Selection("imdb-lstm", FIRST.text)

FORCES = [
    Force("forget_gate", lean=3.41, steps=[4]),
    Force("input_gate", 0, units=[75], layer=1, direction="backward"),
    Force("cell_state", scale=1e-300, steps=range(3, 9), module="a.b;c"),
    Force("hidden_state", add=np.arange(6.0).reshape(2, 3), steps=[1, 2], units=[0, 5, 9]),
]
# Checks of types draw at random, which a strategy must not: what is chosen is built in the test.
selections = st.fixed_dictionaries(
    {
        "model": st.sampled_from(MODELS),
        "text": st.text(min_size=1).filter(str.strip)
        | st.sampled_from([r.text for r in gallery.reviews().values()]),
        "step": st.none() | st.integers(0, 999),
        "layer": st.none()
        | st.tuples(st.integers(0, 98), st.sampled_from(["forward", "backward"])),
        "unit": st.none() | st.integers(0, 511),
        "forces": st.lists(st.sampled_from(FORCES), max_size=3).map(tuple),
        "order": st.sampled_from(["", *ORDERS]),
        "map": st.sampled_from(["", *BY_NAME]),
        "maps": st.sets(st.sampled_from([*BY_NAME])).map(
            lambda names: tuple(name for name in BY_NAME if name in names)
        ),
        "drawn": st.sampled_from(["", "departure"]),
        "reference": st.sampled_from(["", "0123456789abcdef" * 2]),
    }
)
NAMES = link.NAMES


@given(selections)
def test_round_trip(chosen):
    selection = Selection(**chosen)
    parameters, fits = link.write(selection)
    assert fits
    found = link.parse(parameters, MODELS, DEFAULT)
    assert found.selection == selection
    assert found.notices == ()


VALUES = st.text() | st.sampled_from(
    ["1", "999999999", "1-forward", "2-backward", "0-forward", "index", "cell_state", FIRST.name]
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_link_opens_something(example, parameters):
    found = link.parse(parameters, MODELS, DEFAULT).selection
    assert found.model in MODELS
    assert spans(found.text)
    assert found.order in ("", "similarity", "weight", "index")
    assert found.map in ("", *BY_NAME)
    fitted = link.fit(found, example).selection
    assert fitted.step is None or 0 <= fitted.step < len(example)
    assert fitted.unit is None or 0 <= fitted.unit < 128
    assert fitted.layer in (None, (0, "forward"))
    again = link.parse(link.write(fitted)[0], MODELS, DEFAULT)
    assert again.notices == ()
    assert again.selection == fitted
    assert link.fit(fitted, example) == link.ParsedLink(fitted)


def test_a_review_of_the_gallery_travels_by_name():
    assert link.write(DEFAULT)[0] == {"model": "imdb-lstm", "review": FIRST.name}


def test_a_long_text_is_packed_and_a_huge_one_is_left_out():
    long = "not a bad film . " * 200
    assert set(link.write(Selection("imdb-lstm", long))[0]) == {"model", "packed"}
    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz ", k=40_000))
    parameters, fits = link.write(Selection("imdb-lstm", noise))
    assert not fits
    assert set(parameters) == {"model"}


@pytest.mark.parametrize(
    ("parameters", "notice"),
    [
        ({"model": "nope"}, "no model “nope”; imdb-lstm is used instead"),
        ({"review": "nope"}, "no such example"),
        ({"packed": "%%%"}, "damaged"),
        ({"packed": "AAAA"}, "damaged"),
        ({"packed": pack("<br />")}, "damaged"),
        ({"word": "-3"}, "word “-3”, which is not a number"),
        ({"unit": "²"}, "unit “²”, which is not a number"),
        ({"layer": ""}, "layer “”, which does not exist"),
        ({"layer": "0-forward"}, "layer “0-forward”, which does not exist"),
        ({"layer": "1-sideways"}, "layer “1-sideways”, which does not exist"),
        ({"layer": "1-forward\n"}, "layer “1-forward"),
        ({"layer": "100-forward"}, "layer “100-forward”, which does not exist"),
        ({"layer": "²-forward"}, "layer “²-forward”, which does not exist"),
        ({"usual": "nope"}, "usual “nope”, which does not exist"),
        ({"order": "Index"}, "order “Index”, which does not exist"),
        (
            {"map": "<img src=x onerror=alert(1)>"},
            "map “<img src=x onerror=a”, which",
        ),
    ],
)
def test_what_cannot_be_kept_is_told(parameters, notice):
    found = link.parse(parameters, MODELS, DEFAULT)
    assert any(notice in told for told in found.notices)
    assert found.selection.text == DEFAULT.text


def test_a_bomb_does_not_unfold():
    bomb = pack("a" * 3_000_000)
    assert len(bomb) < link.LONGEST
    assert "damaged" in link.parse({"packed": bomb}, MODELS, DEFAULT).notices[0]


def test_what_the_player_shows_travels_by_name():
    selection = Selection(
        "imdb-lstm", FIRST.text, 4, (1, "backward"), 7, order="index", map="forget_gate"
    )
    assert link.write(selection)[0] == {
        "model": "imdb-lstm", "review": FIRST.name, "word": "5", "unit": "7",
        "layer": "2-backward", "order": "index", "map": "forget_gate",
    }  # fmt: skip


def test_an_empty_name_is_the_usual_one_and_not_told():
    found = link.parse({"order": "", "map": ""}, MODELS, DEFAULT)
    assert found == link.ParsedLink(DEFAULT)


def test_word_unit_and_layer_are_brought_into_range(example):
    asked = Selection("imdb-lstm", "x", 99, (2, "backward"), 400, order="weight", map="reset_gate")
    found = link.fit(asked, example)
    last = len(example) - 1
    assert found.selection == replace(asked, step=last, layer=None, unit=127)
    assert found.notices == (
        f"The text has {last + 1} words; word {last + 1} is shown.",
        "The model has no layer 3 (backward); its last layer is shown.",
        "The model has units 0 to 127; unit 127 is shown.",
    )


def test_units_are_those_of_the_layer_that_is_looked_into():
    trace = small("LSTM", {"num_layers": 2, "bidirectional": True, "proj_size": 3}).trace("a bb c")
    places = [(one.layer, one.direction) for one in trace.layers]
    assert len(places) == 4
    for place, layer in zip(places, trace.layers, strict=True):
        assert layer_of(trace, place) is layer
        found = link.fit(Selection("own", "x", unit=99, layer=place), trace)
        assert found.selection.unit == 7  # those that remember: only 3 are put out
        assert found.selection.layer == place
    assert layer_of(trace, None) is layer_of(trace, (9, "forward")) is trace.top


def test_every_row_has_a_name_of_its_own_and_is_usual_without_it():
    names = [row.name for row in FIELDS.values()]
    assert len({*names, "model", "text", "packed", "review"}) == len(names) + 4
    assert link.write(DEFAULT)[0].keys() == {"model", "review"}
    for attribute, row in FIELDS.items():
        assert not row.write(DEFAULTS[attribute])


def test_a_link_to_a_page_leaves_out_what_is_another_page_s_own():
    selection = Selection("imdb-lstm", "x", map="candidate", maps=("forget_gate",), unit=3)
    assert {*link.write(selection)[0]} == {"model", "text", "unit", "map", "maps"}
    assert {*link.write(selection, "read")[0]} == {"model", "text", "unit", "map"}
    assert {*link.write(selection, "gates")[0]} == {"model", "text", "unit", "maps"}
    assert {*link.write(selection, "models")[0]} == {"model", "text", "unit"}


def test_several_names_are_those_there_are():
    written = {"maps": "cell_state,forget_gate,cell_state"}
    assert link.parse(written, MODELS, DEFAULT).selection.maps == ("forget_gate", "cell_state")
    for wrong in ("nope", "forget_gate,", ",", "forget_gate;cell_state", "," * 10**6):
        found = link.parse({"maps": wrong}, MODELS, DEFAULT)
        assert found.selection.maps == ()
        assert "which does not exist" in found.notices[0]


def test_names_in_links_of_older_versions_are_known():
    for earlier, now in (("likeness", "similarity"), ("stored", "index")):
        found = link.parse({"order": earlier}, MODELS, DEFAULT)
        assert (found.selection.order, found.notices) == (now, ())


def test_an_experiment_is_spelt_with_words_from_1():
    selection = Selection("imdb-lstm", "x", forces=(Force("forget_gate", lean=3.41, steps=[4]),))
    assert link.write(selection)[0]["force"] == "f@5:lean+3.41"
    for wrong in ("f@5:lean", "nope", "f@0:=1", ";", "h:=#3x4-0123456789abcdef"):
        found = link.parse({"force": wrong}, MODELS, DEFAULT)
        assert found.selection.forces == ()
        assert "experiment in the link is not possible" in found.notices[0]


def test_an_experiment_that_is_too_long_for_a_link_is_left_out():
    for value, count in ((0.123456, 400), (0, 33)):
        forces = tuple(Force("forget_gate", value, steps=[step]) for step in range(count))
        parameters, fits = link.write(Selection("imdb-lstm", "x", forces=forces))
        assert not fits
        assert set(parameters) == {"model", "text"}
