"""A module that reads a text step by step is right; one that reads no text in order is refused."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import WrapError
from tests.model.test_wrap import TEXT, Model, beginnings, encode


def wrapped(forward, memory, **parts):
    model = type("Own", (Model,), {"forward": forward})()
    model.memory = memory
    for name, part in parts.items():
        setattr(model, name, part)
    return lstm_viz.wrap(model, encode=encode, labels=("bad", "good"))


def layer_by_steps(self, numbers):
    state = None
    for step in range(numbers.shape[1]):
        hidden, state = self.memory(self.words(numbers[:, step : step + 1]), state)
    return self.verdict(hidden[:, -1])


def layer_in_halves(self, numbers):
    state, hidden = None, None
    for part in numbers.split(4, 1):
        hidden, state = self.memory(self.words(part), state)
    return self.verdict(hidden[:, -1])


def zoneout(self, numbers):
    hidden = torch.zeros(1, 5)
    for step in range(numbers.shape[1]):
        hidden = 0.2 * hidden + 0.8 * self.memory(self.words(numbers[:, step]), hidden)
    return self.verdict(hidden)


@pytest.mark.parametrize(
    ("forward", "memory"),
    [
        (layer_by_steps, nn.GRU(6, 5, batch_first=True)),
        (layer_in_halves, nn.LSTM(6, 5, batch_first=True)),
        (zoneout, nn.GRUCell(6, 5)),
    ],
)
def test_calls_for_parts_of_a_text_are_its_steps(forward, memory):
    classifier = wrapped(forward, memory)
    trace = classifier.trace(TEXT)
    expected = beginnings(classifier.network)
    np.testing.assert_allclose(trace.logits, expected, atol=1e-5)
    np.testing.assert_allclose(classifier.predict([TEXT])[0], expected[-1].softmax(-1), atol=1e-6)
    assert trace.exact
    assert trace.layers[0].hidden_state.shape == (8, 5)
    forced = classifier.trace(TEXT, force=Force("hidden_state", 0.0, steps=range(3, 8)))
    np.testing.assert_allclose(forced.logits[:3], trace.logits[:3], atol=1e-5)
    assert not forced.layers[0].hidden_state[3:].any()
    assert not np.allclose(forced.logits[3:], trace.logits[3:], atol=1e-4)


def test_the_steps_of_a_layer_in_a_loop_are_those_of_one_call():
    memory = nn.GRU(6, 5, batch_first=True)
    looped = wrapped(layer_by_steps, memory).trace(TEXT)
    whole = wrapped(Model.forward, memory).trace(TEXT)
    for name, gate in whole.layers[0].quantities.items():
        np.testing.assert_allclose(looped.layers[0].quantities[name], gate, atol=1e-6)


class Turning(nn.GRU):
    def forward(self, features, state=None):
        return super().forward(features.transpose(0, 1), state)


def last_state(self, numbers):
    return self.verdict(self.memory(self.words(numbers))[1][-1])


def turned_and_back(self, numbers):
    return self.verdict(self.memory(self.words(numbers).transpose(0, 1))[0][-1])


def each_word_then_all(self, numbers):
    words = self.words(numbers)
    single = self.single(words.transpose(0, 1))[0].transpose(0, 1)
    return self.verdict(self.memory(words + single)[0][:, -1])


@pytest.mark.parametrize(
    ("forward", "memory", "parts"),
    [
        (last_state, Turning(6, 5), {}),
        (turned_and_back, nn.LSTM(6, 5), {}),
        (
            each_word_then_all,
            nn.LSTM(6, 5, batch_first=True),
            {"single": nn.GRU(6, 6, batch_first=True)},
        ),
        (
            lambda self, n: self.verdict(self.memory(self.single(self.words(n))[0])[0][:, -1]),
            nn.LSTM(6, 5, batch_first=True),
            {"single": nn.GRU(6, 6)},
        ),
    ],
)
def test_what_reads_the_words_in_order_is_right_in_whatever_layout(forward, memory, parts):
    classifier = wrapped(forward, memory, **parts)
    trace = classifier.trace(TEXT)
    expected = beginnings(classifier.network)
    np.testing.assert_allclose(trace.logits, expected, atol=1e-5)
    np.testing.assert_allclose(classifier.predict([TEXT])[0], expected[-1].softmax(-1), atol=1e-6)
    assert trace.exact
    for word, number in enumerate(encode(TEXT) if parts else ()):
        with torch.no_grad():
            one = classifier.network.single(classifier.network.words(torch.tensor([[number]])))
        hidden = trace.layers[1].hidden_state[word]
        np.testing.assert_allclose(hidden, one[0][0, 0], atol=1e-6)
    if parts:
        with pytest.raises(WrapError, match="reads each word as a text of its own"):
            classifier.trace(TEXT, force=Force("hidden_state", 0.0, steps=[3]))


def cells_steps_first(self, numbers):
    state = None
    for words in self.words(numbers):
        state = self.memory(words, state)
    return self.verdict(state).mean(0, keepdim=True)


def last_of_steps_first(self, numbers):
    return self.verdict(self.memory(self.words(numbers))[0][-1])


def turned_for_batch_first(self, numbers):
    hidden = self.memory(self.words(numbers).transpose(0, 1))[0]
    return self.verdict(hidden[-1])


@pytest.mark.parametrize(
    ("forward", "memory", "sentence"),
    [
        (cells_steps_first, nn.GRUCell(6, 5), "'memory' reads 8 texts of one word"),
        (last_of_steps_first, nn.GRU(6, 5), "has batch_first=False and reads 8 texts of one word"),
        (turned_for_batch_first, nn.GRU(6, 5, batch_first=True), "reads 8 texts of one word"),
    ],
)
@pytest.mark.parametrize("way", ["trace", "predict"])
def test_what_reads_no_text_in_order_is_refused(forward, memory, sentence, way):
    classifier = wrapped(forward, memory)
    ask = classifier.trace if way == "trace" else lambda text: classifier.predict(["one", text])
    with pytest.raises(WrapError, match=sentence):
        ask(TEXT)


def test_what_cannot_be_joined_is_refused_with_a_remedy():
    def backwards_too(self, numbers):
        parts = [self.memory(self.words(part))[0] for part in numbers.split(4, 1)]
        return self.verdict(torch.cat(parts, 1)[:, -1, :5])

    classifier = wrapped(backwards_too, nn.GRU(6, 5, batch_first=True, bidirectional=True))
    with pytest.raises(WrapError, match=r"one call of each recurrent module.*`modules`"):
        classifier.trace(TEXT)
