"""Traces made up of random numbers that belong together as a model's do, for property tests."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from lstm_viz.model import TextTrace
from lstm_viz.text import Token, spans
from lstm_viz.trace import LayerTrace

KINDS = ("LSTM", "projected", "GRU", "RNN")
# Lone surrogates, controls and markup included; and white space, so that there are words.
TEXTS = st.text(st.characters() | st.sampled_from(" \n<>&\"'\\/{}\u2028\ud800"))


@dataclass(frozen=True)
class Recipe:
    """What a trace is made of. A strategy draws this alone: checking types draws lots itself."""

    kind: str
    before: str
    after: str
    labels: list
    units: int
    layers: int
    both: bool
    plain: bool
    seed: int

    def trace(self, *, forced=False):
        random = np.random.default_rng(self.seed)
        text = f"{self.before}x{self.after}"
        tokens = tuple(Token(text[a:b], a, b, bool(random.integers(2))) for a, b in spans(text))
        return made(
            self.kind, text, tokens, tuple(self.labels), units=self.units, random=random,
            layers=self.layers, both=self.both, plain=self.plain, forced=forced,
        )  # fmt: skip


def recipes(*kinds):
    return st.builds(
        Recipe, st.sampled_from(kinds or KINDS), TEXTS, TEXTS,
        st.lists(TEXTS, min_size=2, max_size=9), st.integers(1, 9), st.integers(1, 3),
        st.booleans(), st.booleans(), st.integers(0, 2**32),
    )  # fmt: skip


def made(kind, text, tokens, labels, *, units, random, layers=1, both=False, plain=True,
         forced=False):  # fmt: skip
    """Return a trace; ``plain`` where the verdict is a weighted sum of the last hidden state."""
    ways = ("forward", "backward") if both else ("forward",)
    found = tuple(
        layer(kind, number, way, len(tokens), units, random, forced=forced)
        for number in range(layers)
        for way in ways
    )
    hidden = found[-len(ways)].hidden_state.astype(float)
    weight = random.normal(0, 1, (len(labels), hidden.shape[1])).astype(np.float32)
    bias = random.normal(0, 2, len(labels)).astype(np.float32)
    logits = hidden @ weight.T + bias
    scores = np.exp(logits - logits.max(1, keepdims=True))
    return TextTrace(
        "made up", text, tokens, labels, logits.astype(np.float32),
        (scores / scores.sum(1, keepdims=True)).astype(np.float32), found, 1e-7,
        weight if plain else None, bias if plain else None,
    )  # fmt: skip


def layer(kind, number, way, steps, units, random, *, forced):
    """Return one layer; gates of any size lie at 0 and 1 too."""

    def of(low, high, size=units):
        values = random.uniform(low - 0.1, high + 0.1, (steps, size)).clip(low, high)
        return (values * (random.choice([1, 3, -5], values.shape) if forced else 1)).astype("f4")

    state = random.normal(0, 2, (steps, units)).astype(np.float32)
    if kind == "GRU":
        gates = {"reset_gate": of(0, 1), "update_gate": of(0, 1), "candidate": of(-1, 1)}
        found = {**gates, "hidden_state": np.tanh(state)}
    elif kind == "RNN":
        found = {"hidden_state": np.tanh(state)}
    else:
        names = ("input_gate", "forget_gate", "candidate", "output_gate")
        found = {name: of(-1 if name == "candidate" else 0, 1) for name in names}
        found |= {"cell_state": state, "hidden_state": found["output_gate"] * np.tanh(state)}
    if kind == "projected":
        projection = random.normal(0, 1, (units, max(1, units // 2))).astype(np.float32)
        if projection.shape[1] < units:  # else there is nothing to be projected
            found["hidden_state"] = found["hidden_state"] @ projection
    first = {
        name: random.normal(0, 1, found[name].shape[1]).astype(np.float32)
        for name in ("hidden_state", "cell_state")
        if name in found
    }
    return LayerTrace(number, way, found, first)
