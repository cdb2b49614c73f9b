"""Models of one's own on the pages: of every kind, shown as exactly as those in the box."""

import base64
import gc
import weakref

import numpy as np
import pytest

import lstm_viz
from lstm_viz.model import Classifier, registry
from lstm_viz.session.cache import number_of
from lstm_viz.text import gallery
from tests.app.driver import (
    PAGES,
    ask,
    assert_sent,
    choose,
    close,
    figure,
    maps,
    open_app,
    plain,
    raw,
    selection,
    shown,
)
from tests.kinds import small

THREE = ("bad", "so-so", "good")
TEXT = "Not a bad film at all, was it?"
KINDS = [
    ("LSTM", {}), ("LSTM", {"num_layers": 2}), ("LSTM", {"bidirectional": True}),
    ("LSTM", {"proj_size": 3}), ("LSTM", {"proj_size": 3, "num_layers": 2}),
    ("GRU", {}), ("GRU", {"bidirectional": True, "num_layers": 2}),
    ("RNN", {}), ("RNN", {"nonlinearity": "relu", "num_layers": 2}),
]  # fmt: skip
GRU = [("GRU", {}, THREE)]


@pytest.fixture
def own(request, monkeypatch):
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    kind, options, labels = request.param
    classifier = small(kind, options, labels, name="my own")
    lstm_viz.register(classifier)
    return classifier


@pytest.mark.parametrize(
    "own",
    [(*kind, labels) for kind in KINDS for labels in (("bad", "good"), THREE)],
    ids=lambda own: f"{own[0]} {own[1]} {len(own[2])}",
    indirect=True,
)
def test_every_page_shows_a_model_of_ones_own(own):
    app = open_app(text=TEXT, model="my own", unit="7")
    sent, trace = shown(app), own.trace(TEXT)
    assert [word for _, word, _ in sent["words"]] == TEXT.split()
    assert_sent(sent, trace)
    assert sent["unit"] == 7  # a unit remembers, also where fewer are put out
    assert sent["labels"] == list(own.labels)
    both = any(layer.direction == "backward" for layer in trace.layers)
    assert ("reads in two directions" in sent["about"]) == both
    assert [band["label"] for band in sent["bands"]] == [
        own.labels[label] for label in np.argsort(-trace.probabilities[-1], kind="stable")
    ] * (len(own.labels) > 2)
    for layer in trace.layers:
        ask(app, layer=f"{layer.layer + 1}-{layer.direction}")
        assert_sent(shown(app), trace, layer)
        assert selection(app).layer == (layer.layer, layer.direction)
        last = layer.layer == trace.top.layer
        assert (f"Layer {layer.layer + 1} feeds layer" in shown(app)["about"]) != last
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
    chosen = trace.layers[-1].quantities
    assert {len(one["y"]) for one in maps(app)} == {values.shape[1] for values in chosen.values()}
    assert len(maps(app)) == len(chosen)


@pytest.mark.parametrize("own", [("LSTM", {"num_layers": 2}, THREE)], ids=str, indirect=True)
def test_another_layer_keeps_the_word_and_has_other_units(own):
    app = choose(open_app(text=TEXT, model="my own"), 2, 5)
    ask(app, layer="1-forward")
    first = shown(app)
    assert (selection(app).step, selection(app).unit) == (first["step"], first["unit"]) == (2, None)
    choose(app, 4, 6, "weight", "forget_gate")  # the order that the last layer has
    link = dict(app.query_params)
    assert (link["layer"], link["word"], link["unit"]) == ("1-forward", "5", "6")
    assert raw(app) != raw(ask(app, layer="2-forward"))
    assert (selection(app).step, selection(app).unit) == (4, None)
    again = shown(open_app(**link))
    assert (again["layer"], again["step"], again["unit"]) == ([0, "forward"], 4, 6)
    assert_sent(again, own.trace(TEXT), own.trace(TEXT).layers[0])


@pytest.mark.parametrize("own", [("LSTM", {"proj_size": 3}, THREE)], ids=str, indirect=True)
def test_behind_a_projection_every_unit_can_be_chosen(own):
    app = open_app(text=TEXT, model="my own")
    for unit, kept in ((7, 7), (2, 2), (8, 2)):
        choose(app, 1, unit)
        assert selection(app).unit == kept
    assert own.trace(TEXT).top.hidden_state.shape[1] == 3
    assert shown(open_app(text=TEXT, model="my own", unit="9"))["unit"] == 7  # the last there is


@pytest.mark.parametrize("own", GRU, ids=str, indirect=True)
def test_another_model_keeps_the_text_and_the_nearest_word(own):
    app = open_app(text="Not a bad film.", model="imdb-lstm", unit="77", word="5")
    ask(app, model=own.name)
    assert shown(app)["step"] == 3  # its words end at white space: there are four


@pytest.mark.parametrize("own", GRU, ids=str, indirect=True)
def test_another_model_keeps_the_text(own):
    app = open_app(
        text="Not a bad film.", model="imdb-lstm", unit="77", word="2", order="weight",
        map="forget_gate",
    )  # fmt: skip
    ask(app, model=own.name)
    sent = shown(app)
    assert sent["kind"] == "GRU"
    assert (sent["step"], sent["unit"]) == (1, None)
    assert (sent["order"], sent["map"]) == ("weight", "forget_gate")  # shown as usual without it
    assert sent["menus"]["model"] == own.name
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception


@pytest.mark.parametrize("own", GRU, ids=str, indirect=True)
def test_what_the_layer_does_not_have_is_opened_as_usual(own):
    # The player takes the usual one where it does not know the one that is named.
    app = open_app(text=TEXT, model="my own", map="forget_gate", order="weight", layer="3-backward")
    assert "no layer 3 (backward)" in plain(app.info[0].value)
    assert_sent(shown(app), own.trace(TEXT))
    assert "forget_gate" not in shown(app).arrays


@pytest.mark.parametrize("own", GRU, ids=str, indirect=True)
def test_examples_fit_the_model_and_switching_keeps_the_text(own, monkeypatch):
    of_news = Classifier("news-own", own.labels, own.text_encoder, own.network)
    monkeypatch.setitem(registry._REGISTERED, "news-own", of_news)
    examples = {
        subject: [name for name, one in gallery.reviews().items() if one.subject == subject]
        for subject in ("film", "news")
    }
    app = open_app(text="Not a bad film.", model="my own", word="2")
    assert [name for name, _ in shown(app)["menus"]["examples"]] == [*examples["film"], ""]
    ask(app, model="news-own")
    chosen = selection(app)
    assert (chosen.model, chosen.text, chosen.step) == ("news-own", "Not a bad film.", 1)
    assert [name for name, _ in shown(app)["menus"]["examples"]] == [*examples["news"], ""]
    first = examples["news"][0]
    ask(app, example=first)
    assert selection(app).review.name == first
    ask(app, model="my own")
    assert selection(app).review.name == shown(app)["menus"]["example"] == first
    assert [name for name, _ in shown(app)["menus"]["examples"]] == [first, *examples["film"], ""]


@pytest.mark.parametrize("own", GRU, ids=str, indirect=True)
def test_the_other_pages_offer_the_same(own):
    app = open_app("gates", text="Not a bad film.", model="imdb-lstm", word="2")
    app.selectbox(key="model").select(own.name).run()
    assert not app.exception
    assert (selection(app).model, selection(app).step) == (own.name, 1)
    name = next(name for name, one in gallery.reviews().items() if one.subject == "film")
    app.selectbox(key="example").set_value(name).run()
    assert selection(app).review.name == name
    assert app.text_area(key="typed").value == selection(app).text
    app.switch_page(PAGES["read"]).run()
    assert_sent(shown(app), own.trace(selection(app).text))


def test_a_model_is_taken_neither_for_another_nor_for_one_that_is_gone(monkeypatch):
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    text = "Read by two models."
    gone = []
    for labels in (THREE, THREE[:2]):
        own = small("GRU", {}, labels, name="my own")
        lstm_viz.register(own)
        assert_sent(shown(open_app(text=text, model="my own")), own.trace(text))
        gone.append(weakref.ref(own))
    # A script that makes its model anew in each run shall not fill the memory; so what is kept of
    # a reading must not be found by where its model stood, where another may stand now.
    gc.collect()
    assert [model() is None for model in gone] == [True, False]
    numbers = [number_of(small("GRU", {}, THREE)) for _ in range(50)]
    assert len(set(numbers)) == 50


@pytest.mark.parametrize(
    "own", [("LSTM", {"num_layers": 2, "bidirectional": True}, THREE)], ids=str, indirect=True
)
@pytest.mark.parametrize("place", ["1-forward", "1-backward", "2-backward", "2-forward"])
def test_gates_draws_the_chosen_layer_and_marks_its_unit(own, place):
    app = open_app("gates", text=TEXT, model="my own", layer=place, unit="3")
    number, direction = int(place[0]) - 1, place[2:]
    every = own.trace(TEXT).layers
    (layer,) = [one for one in every if (one.layer, one.direction) == (number, direction)]
    for gate in ("forget_gate", "input_gate", "output_gate"):
        dots = figure(app, f"saturation_{gate}")["data"][-1]
        close(numbers(dots["x"]), (layer.quantities[gate] < 0.1).mean(0), 1e-6)
        assert numbers(dots["marker"]["line"]["width"]).argmax() == 3
    orders = app.segmented_control(key="order").options
    assert "Weight" not in orders  # of two directions together no unit has a vote
    app.segmented_control(key="layer").set_value("1-backward").run()
    assert not app.exception
    assert selection(app).layer == (0, "backward")
    assert app.query_params["layer"] == "1-backward"
    assert selection(app).unit is (None if place != "1-backward" else 3)


def numbers(packed):
    """Return an array as Plotly writes it."""
    if isinstance(packed, list):
        return np.array(packed)
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
