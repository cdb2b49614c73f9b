"""The layer that makes the verdict: found once, and only where it does make it."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.model.readout import ReadoutFinder
from tests.model.networks import SHAPES, TEXT, names, ours
from tests.model.test_wrap import Model, encode

ROUNDING = 2e-5  # of float32, for values around 1
OWN_TEXT = "It is not a bad film"


def reproduces(trace):
    """Whether the trace has a read-out; it then must give the logits, apart from a constant."""
    if trace.readout_weight is None:
        assert trace.readout_bias is None
        return False
    found = trace.top.hidden_state @ trace.readout_weight.T + trace.readout_bias
    gap = found - trace.logits
    np.testing.assert_allclose(gap - gap.mean(1, keepdims=True), 0, atol=ROUNDING)
    return True


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_of_a_network_of_ours_it_is_known_before_any_text(shape):
    classifier = ours(**shape)
    known = shape["directions"] == 1 and not shape["dense_size"]
    before = classifier.readout
    assert (before is not None) == known
    trace = classifier.trace(TEXT)
    assert reproduces(trace) == known
    if known:
        np.testing.assert_array_equal(before.weight, trace.readout_weight)
        np.testing.assert_array_equal(before.bias, trace.readout_bias)
    else:
        assert classifier.readout is None


def wrapped(module):
    return lstm_viz.wrap(module, encode=encode, labels=("bad", "good"))


def test_of_anyones_network_it_is_known_once_a_text_was_read():
    classifier = wrapped(Model(scores=1))
    assert classifier.readout is None
    trace = classifier.trace(OWN_TEXT)
    assert reproduces(trace)
    np.testing.assert_array_equal(classifier.readout.weight, trace.readout_weight)
    assert not classifier.readout.weight[0].any()  # the first label has no score of its own


def test_it_is_searched_once(monkeypatch):
    classifier = wrapped(Model())
    classifier.trace(OWN_TEXT)
    tried, real = [], ReadoutFinder._fits
    monkeypatch.setattr(ReadoutFinder, "_fits", lambda *given: tried.append(1) or real(*given))
    classifier.network.add_module("decoy", nn.Linear(5, 2))
    for _ in range(3):
        assert reproduces(classifier.trace(OWN_TEXT))
    assert len(tried) == 3


@pytest.mark.parametrize("make", [lambda: (ours(), TEXT), lambda: (wrapped(Model()), OWN_TEXT)])
def test_weights_that_are_learnt_between_two_texts_are_taken_anew(make):
    classifier, text = make()
    layer = getattr(classifier.network, "readout", None) or classifier.network.verdict
    first = classifier.trace(text)
    with torch.no_grad():
        layer.weight.mul_(-2).add_(0.1)
        layer.bias.add_(torch.tensor([1.0, -1.0]))
    second = classifier.trace(text)
    assert reproduces(first)
    assert reproduces(second)
    np.testing.assert_allclose(second.readout_weight, -2 * first.readout_weight + 0.1, rtol=1e-6)
    np.testing.assert_array_equal(classifier.readout.weight, second.readout_weight)


class Switching(Model):
    """Says what one of two layers makes of a text, or their product."""

    def __init__(self):
        super().__init__()
        self.other = nn.Linear(5, 2)
        self.used = nn.Buffer(torch.tensor(0))

    def forward(self, numbers):
        hidden = self.memory(self.words(numbers))[0][:, -1]
        one, other = self.verdict(hidden), self.other(hidden)
        return (one, other, one * other)[int(self.used)]


@pytest.mark.parametrize("order", [(0, 1, 0), (1, 2, 1), (2, 0, 2), (0, 2, 2)])
def test_another_layer_is_found_when_the_network_uses_another(order):
    classifier = wrapped(Switching())
    layers = (classifier.network.verdict, classifier.network.other)
    for used in order:
        classifier.network.used.fill_(used)
        trace = classifier.trace(OWN_TEXT)
        assert reproduces(trace) == (used < 2)
        assert (classifier.readout is None) == (used == 2)
        if used < 2:
            np.testing.assert_array_equal(trace.readout_weight, layers[used].weight.detach())


def test_a_short_text_may_fit_by_chance_and_a_longer_one_tells():
    classifier = wrapped(Model(says="pooled"))
    assert reproduces(classifier.trace("word"))  # the largest of one state is that state
    assert not reproduces(classifier.trace(OWN_TEXT))
    assert classifier.readout is None


def test_a_layer_that_was_replaced_is_forgotten():
    classifier = ours()
    classifier.trace(TEXT)
    classifier.network.readout = nn.Linear(4, 2)
    assert classifier.readout is None
    assert reproduces(classifier.trace(TEXT))
    np.testing.assert_array_equal(
        classifier.readout.weight, classifier.network.readout.weight.detach()
    )
