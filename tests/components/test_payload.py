"""A reading as bytes: every value comes back, whatever was read, and nothing is raw."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_viz
from lstm_viz import palette, scales
from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.components.player import Menus, PlayerStart, identity, payload
from lstm_viz.errors import NotFiniteError
from lstm_viz.text import gallery
from tests.app.driver import assert_sent, close, decoded
from tests.components.made_up import KINDS, made, recipes

START = PlayerStart(0)
LARGEST = 350 * 1024  # bytes of 200 words and 128 units


def sent(trace, layer=None, start=START, **more):
    return decoded(payload(trace, layer or trace.top, prediction_path(trace), start, **more))


@given(recipes(), st.integers(0, 5))
def test_every_value_comes_back(recipe, number):
    trace = recipe.trace()
    layer = trace.layers[number % len(trace.layers)]
    found = sent(trace, layer)
    assert_sent(found, trace, layer, off=0, votes=2e-3)
    assert 0 < found["rounding"] <= 1 / 65_535 or found["kind"] == "RNN"
    assert [" ".join(label.split()) for label in found["labels"]] == found["labels"]


@given(recipes())
def test_forced_gates_may_lie_anywhere(recipe):
    trace = recipe.trace(forced=True)
    found = sent(trace)
    assert_sent(found, trace, off=0, votes=2e-2)
    assert found["rounding"] <= 10.001 / 131_070  # from -5 to +5


def test_a_gate_that_is_held_open_wider_than_open_comes_through(classifier):
    force = [lstm_viz.Force("forget_gate", 5.0, units=[3]), lstm_viz.Force("candidate", -2.0)]
    trace = classifier.trace("Not a bad film at all.", force=force)
    found = sent(trace)
    assert_sent(found, trace, off=0)
    close(found.arrays["forget_gate"][:, 3], 5, found["rounding"])
    close(found.arrays["candidate"], -2, found["rounding"])
    others = np.delete(found.arrays["forget_gate"], 3, axis=1)
    assert others.min() >= 0
    assert others.max() <= 1


def test_a_hidden_state_that_does_not_follow_is_sent(classifier):
    text = "Not a bad film at all."
    assert "hidden_state" not in sent(classifier.trace(text)).arrays
    forced = classifier.trace(text, force=lstm_viz.Force("hidden_state", 0.25, units=[7]))
    assert_sent(sent(forced), forced, off=0)
    assert (sent(forced).arrays["hidden_state"][:, 7] == 0.25).all()


@given(recipes("projected"))
def test_behind_a_projection_the_hidden_state_is_sent(recipe):
    trace = recipe.trace()
    found = sent(trace)
    units = found.arrays["cell_state"].shape[1]
    outputs = trace.top.hidden_state.shape[1]
    assert ("hidden_state" in found.arrays) == (outputs < units)
    assert ("weight" in found["orders"]) == ("weight" in found.arrays and outputs == units)


@given(recipes(), st.integers(0, 99), st.none() | st.integers(0, 9))
def test_facts_are_ascii_and_plain_json(recipe, step, unit):
    trace = recipe.trace()
    data = payload(
        trace, trace.top, prediction_path(trace), PlayerStart(step, unit, "index", "cell_state"), 7
    )
    length = int.from_bytes(data[:4], "little")
    assert length % 4 == len(data) % 4 == 0
    head = data[4 : 4 + length].decode("ascii")
    facts = json.loads(head, parse_constant=pytest.fail)  # NaN is no JSON
    names = ("step", "unit", "order", "map", "truncated", "menus")
    assert [facts[name] for name in names] == [step, unit, "index", "cell_state", 7, None]
    head.encode("utf-8")
    assert not any(character in head for character in "\n\r\x00")
    whole = json.dumps([facts["words"], facts["tail"], facts["labels"]], ensure_ascii=False)
    whole.encode("utf-8")  # which a lone surrogate could not


@given(recipes())
def test_bands_hold_every_label_once(recipe):
    trace = recipe.trace()
    bands = sent(trace)["bands"]
    labels = range(len(trace.labels))
    assert sorted(label for band in bands for label in band["labels"]) == [
        label for label in labels if len(labels) > 2
    ]


def words(count):
    """As many ordinary words as asked for."""
    films = [one.text for one in gallery.reviews().values() if one.subject == "film"]
    return (" ".join(films).split() * 9)[:count]


def test_a_long_review_is_small_enough(classifier):
    trace = classifier.trace(" ".join(words(400)))
    first = trace.tokens[199].end
    trace = classifier.trace(trace.text[:first])
    assert (len(trace), trace.top.cell_state.shape) == (200, (200, 128))
    menus = Menus(("a",), "a", tuple((name, name) for name in gallery.reviews()), "", "b", 1)
    data = payload(trace, trace.top, prediction_path(trace), START, menus=menus)
    assert len(data) <= LARGEST
    # Four gates of two bytes and a state of four are what there is to be sent.
    assert len(data) >= 200 * 128 * (4 * 2 + 4)


def test_what_the_page_needs_is_there(example):
    menus = Menus(("a", "b"), "b", (("x", "X · short"), ("", "Own")), "x", "Type", 9)
    found = sent(example, start=PlayerStart(3, 5, visit=2), menus=menus)
    assert found["menus"] == json.loads(json.dumps(asdict(menus)))
    assert found["palettes"] == {
        "light": {**asdict(palette.LIGHT), "power": scales.SIGNED_POWER},
        "dark": {**asdict(palette.DARK), "power": scales.SIGNED_POWER},
    }
    assert found["tints"] == asdict(scales.TINTS)
    assert found["font"] == scales.FONT
    assert found["kind"] == "LSTM"
    assert found["about"] == ""
    gates = [one["name"] for one in found["quantities"] if one["gate"]]
    assert gates == ["forget_gate", "input_gate", "output_gate"]
    assert {one["color"] for one in found["quantities"]} <= set(asdict(palette.LIGHT))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("both", [False, True])
def test_what_is_not_plain_is_said(example, kind, layers, both):
    random = np.random.default_rng(3)
    trace = made(
        kind, example.text, example.tokens, ("a", "b"), units=6, random=random, layers=layers,
        both=both,
    )  # fmt: skip
    for layer in trace.layers:
        about = sent(trace, layer)["about"]
        assert ("reads in two directions" in about) == both
        feeds = f"Layer {layer.layer + 1} feeds layer {layer.layer + 2}."
        assert (feeds in about) == (layer.layer < layers - 1)
        assert "Not exact" not in about
    assert (
        "differs from the model's own output by 5e-02" in sent(replace(trace, error=0.05))["about"]
    )


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["probabilities", "output_gate", "cell_state", "hidden_state"])
def test_what_is_no_number_is_refused(example, name, wrong):
    def spoiled(values):
        found = values.copy()
        found[2, 1] = wrong
        return found

    top = example.top
    if name == "probabilities":
        trace = replace(example, probabilities=spoiled(example.probabilities))
    else:
        quantities = {**top.quantities, name: spoiled(top.quantities[name])}
        trace = replace(example, layers=(replace(top, quantities=quantities),))
    with pytest.raises(NotFiniteError, match="at word 3 the model's"):
        payload(trace, trace.top, prediction_path(example), START)


def test_an_identity_is_of_model_text_layer_and_visit(example):
    other = replace(example.top, layer=1)
    back = replace(example.top, direction="backward")
    found = [
        identity(example, example.top, START),
        identity(replace(example, model="other"), example.top, START),
        identity(replace(example, text=example.text + "\ud800"), example.top, START),
        identity(replace(example, text=example.text + "\ufffd"), example.top, START),
        identity(example, other, START),
        identity(example, back, START),
        identity(example, example.top, PlayerStart(0, visit=1)),
    ]
    assert len(set(found)) == len(found)
    # Where one stands in it changes nothing.
    elsewhere = PlayerStart(5, 3, "index", "cell_state")
    assert identity(example, example.top, elsewhere) == found[0] == sent(example)["id"]
