"""The pages without a browser: how they are opened, what is done there, and what they show."""

import json
import re
from dataclasses import dataclass

import numpy as np
from streamlit.testing.v1 import AppTest

from lstm_viz.analyses.units import by_similarity
from lstm_viz.pages import PAGES as REGISTERED
from lstm_viz.session.state import KEY
from tests.conftest import ROOT

APP = str(ROOT / "app.py")
SCRIPTS = {page.stem: f"lstm_viz/pages/{page.stem}.py" for page in REGISTERED}
PAGES = {stem: script for stem, script in SCRIPTS.items() if stem != "models"}  # of one text


def open_app(page="read", **parameters):
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    if page != "read":
        app.switch_page(PAGES[page]).run()
    assert not app.exception
    return app


def plain(text):
    return re.sub(r"\\(.)", r"\1", text)


def figure(app, key):
    return json.loads(app.get_by_key(key).proto.spec)


def maps(app):
    """Return the maps of the Gates page."""
    return [one for one in figure(app, "gate_maps")["data"] if one["type"] == "heatmap"]


# --- what the player is sent ---


@dataclass(frozen=True)
class Sent:
    """A reading as it was sent: facts by name, arrays by name."""

    facts: dict
    arrays: dict

    def __getitem__(self, name):
        return self.facts[name]

    @property
    def text(self):
        return "".join(gap + word for gap, word, _ in self["words"]) + self["tail"]

    @property
    def hidden_state(self):
        """As it was sent, or as it follows."""
        if "hidden_state" in self.arrays:
            return self.arrays["hidden_state"]
        return self.arrays["output_gate"] * np.tanh(self.arrays["cell_state"])

    @property
    def course(self):
        return self.arrays["probability"][:, self["label"]]


def decoded(data):
    """Take a reading apart: length of the facts, facts, arrays; each begins at a multiple of 4."""
    length = int.from_bytes(data[:4], "little")
    facts = json.loads(data[4 : 4 + length].decode("ascii"))
    place, arrays = 4 + length, {}
    for about in facts["arrays"]:
        assert place % 4 == 0
        count = about["rows"] * about["columns"]
        kind = {"uint16": "<u2", "float32": "<f4"}[about["dtype"]]
        values = np.frombuffer(data, kind, count, place)
        if about["dtype"] == "uint16":
            low, high = about["low"], about["high"]
            values = low + (high - low) * values.astype(float) / 65_535
        arrays[about["name"]] = values.reshape(about["rows"], about["columns"])
        place += -(-values.size * np.dtype(kind).itemsize // 4) * 4
    assert place == len(data)
    return Sent(facts, arrays)


def raw(app):
    """Return the bytes that the player is sent."""
    (player,) = [
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name == "lstm_viz_player"
    ]
    return player.bytes


def shown(app):
    return decoded(raw(app))


def assert_sent(sent, trace, layer=None, off=2e-5, votes=1e-4):
    """What was sent is what the model computed; beside what is rounded, off by no more than this.

    Rounding depends on the number of threads, of which the app has one; and what votes add up to,
    on how large they are.
    """
    layer = layer or trace.top
    _assert_words(sent, trace)
    _assert_chances(sent, trace, off)
    _assert_values(sent, layer, off)
    _assert_orders(sent, layer, off)
    if layer is trace.top and trace.readout_weight is not None:
        _assert_votes(sent, trace, votes)
    else:
        assert "weight" not in sent.arrays
        assert sent["bias"] is None
    assert sent["layer"] == [layer.layer, layer.direction]
    assert sent["layers"] == [[one.layer, one.direction] for one in trace.layers]


def _assert_words(sent, trace):
    visible = re.sub("[\ud800-\udfff]", "\ufffd", trace.text)
    assert sent.text == visible
    words = [(visible[token.start : token.end], token.known) for token in trace.tokens]
    assert [(word, known) for _, word, known in sent["words"]] == words


def _assert_chances(sent, trace, off):
    close(sent.arrays["probability"], trace.probabilities, off)
    bias = trace.readout_bias
    scores = np.exp((np.zeros(len(trace.labels)) if bias is None else bias).astype(float))
    close(sent["prior"], scores / scores.sum(), 1e-9)
    followed = 1 if len(trace.labels) == 2 else trace.probabilities[-1].argmax()
    assert sent["label"] == followed
    moved = np.diff(sent.course, prepend=np.float32(sent["prior"][followed]))
    assert sent["turningPoint"] == np.abs(moved).argmax()


def _assert_values(sent, layer, off):
    sizes = {"cell_state", "hidden_state"}
    for name in set(layer.quantities) - sizes:
        close(sent.arrays[name], layer.quantities[name], sent["rounding"] * 1.001 + off)
    for name in sizes & set(sent.arrays):
        close(sent.arrays[name], layer.quantities[name], off)
    close(sent.hidden_state, layer.hidden_state, sent["rounding"] + 2.5e-5)
    for name, values in layer.initial.items():
        close(sent.arrays[f"initial_{name}"], values[None], off)
    first = {f"initial_{name}" for name in layer.initial}
    assert set(sent.arrays) <= {"probability", "weight", *layer.quantities, *first}
    assert {one["name"] for one in sent["quantities"]} == set(layer.quantities)


def _assert_orders(sent, layer, off):
    memory = layer.quantities.get("cell_state", layer.hidden_state)
    units = memory.shape[1]
    orders, weight = sent["orders"], sent.arrays.get("weight")
    by_weight = ["weight"] if weight is not None and weight.shape[1] == units else []
    assert list(orders) == ["similarity", *by_weight]
    assert all(sorted(order) == list(range(units)) for order in orders.values())
    if by_weight:
        assert (np.diff(weight[sent["label"]][orders["weight"]]) <= 0).all()
    if not off:
        assert orders["similarity"] == by_similarity(layer).tolist()


def _assert_votes(sent, trace, off):
    # Votes and bias, added up, are the prediction.
    weight = sent.arrays["weight"].astype(float)
    votes = sent.hidden_state @ weight.T + np.array(sent["bias"])
    labels = len(trace.labels)
    if labels == 2:
        close(1 / (1 + np.exp(-votes)), trace.probabilities, off)
    # Each is a score against the mean of the others: n / (n - 1) of it and a constant.
    scores = np.exp(votes * (labels - 1) / labels)
    close(scores / scores.sum(1, keepdims=True), trace.probabilities, off)


def close(found, expected, off):
    np.testing.assert_allclose(found, expected, rtol=0, atol=off)


# --- what is done there ---


def field(app, text):
    """Read a text typed into the field that the other pages have."""
    app.text_area(key="typed").set_value(text)
    app.button[0].click().run()
    assert not app.exception
    return app


def ask(app, **what):
    """Ask for a text, example, model or layer in the player: said once, in one run."""
    before = _state(app)
    app.session_state["player"] = {**before, "asked": what}
    app.run()
    assert not app.exception
    app.session_state["player"] = before
    return app


def read(app, text):
    return ask(app, text=text)


def choose(app, step, unit=None, order="", map_=""):
    """Stand at a word in the player and look at something: stays said until it is said anew."""
    where = {"id": shown(app)["id"], "step": step, "unit": unit, "order": order, "map": map_}
    app.session_state["player"] = {"chosen": where}
    app.run()
    assert not app.exception
    return app


def selection(app):
    return app.session_state[KEY].selection


def _state(app):
    known = "player" in app.session_state
    return {"chosen": app.session_state["player"].get("chosen") if known else None}
