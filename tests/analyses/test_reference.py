"""What is usual, against figures worked out from traces word by word."""

from dataclasses import replace
from statistics import fmean, pstdev

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.analyses import reference
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import BlankTextError, DataError, LstmVizError, NotFiniteError, TextError
from lstm_viz.model.digest import weights_digest
from tests.kinds import Small, small

TEXTS = ["a bb ccc dddd", "eeeee a", "fff", "bb gggggg a eeeee ccc", "dddd dddd a"]
NEAR = {"rtol": 0, "atol": 2e-6}  # float64 here; float32 sums over a few units there
BOTH = {"num_layers": 2, "bidirectional": True}
GATES = {"LSTM": ("forget_gate", "input_gate", "output_gate"), "GRU": ("update_gate", "reset_gate")}
KEEPS = {"LSTM": "forget_gate", "GRU": "update_gate"}


def percentile(values, percent):
    """Return a percentile, interpolated between the two values next to its place."""
    ranked, place = sorted(values), percent / 100 * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])


def expected(values):
    return fmean(values), pstdev(values), percentile(values, 10), percentile(values, 90)


def told(found, unit=None):
    values = found.mean, found.deviation, found.low, found.high
    return values if unit is None else [value[unit] for value in values]


def words_of(classifier, layer, direction):
    """Give each word's quantities, and the memory before it, in the order of the layer."""
    for text in TEXTS:
        (trace,) = [
            one for one in classifier.trace(text).layers
            if (one.layer, one.direction) == (layer, direction)
        ]  # fmt: skip
        steps = range(len(text.split()))
        before = None
        for step in steps if direction == "forward" else reversed(steps):
            now = {name: value[step].astype(float) for name, value in trace.quantities.items()}
            memory = now.get("cell_state", now["hidden_state"])
            yield now, memory, before
            before = memory


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cell", ["LSTM", "GRU", "RNN"])
def test_figures_are_those_of_every_word(cell, layer, direction):
    classifier = small(cell, BOTH)
    found = measure_reference(classifier, TEXTS).layer(layer, direction)
    words = list(words_of(classifier, layer, direction))
    later = [word for word in words if word[2] is not None]
    assert len(later) == len(words) - len(TEXTS)
    assert (found.cell, [*found.gates]) == (cell, [*GATES.get(cell, ())])
    sized = [*found.gates, "candidate_size"] if cell != "RNN" else []
    assert [*found.units] == sized

    for name in sized:
        values = [np.abs(now[name.removesuffix("_size")]) for now, _, _ in words]
        np.testing.assert_allclose(
            told(found.word[name]), expected([fmean(one) for one in values]), **NEAR
        )
        for unit in range(8):
            own = expected([one[unit] for one in values])
            np.testing.assert_allclose(told(found.units[name], unit), own, **NEAR)
    for unit in range(8):
        sizes = [abs(memory[unit]) for _, memory, _ in words]
        assert found.memory_limit[unit] == pytest.approx(percentile(sizes, 99.5), abs=2e-6)

    sizes = [fmean(np.abs(memory)) for _, memory, _ in words]
    np.testing.assert_allclose(told(found.word["memory_size"]), expected(sizes), **NEAR)
    changes = [sum(a * b < 0 for a, b in zip(m, b4, strict=True)) / 8 for _, m, b4 in later]
    np.testing.assert_allclose(told(found.word["sign_changes"]), expected(changes), **NEAR)
    assert ("kept" in found.word) == (cell != "RNN")
    if cell != "RNN":
        kept = [sum(abs(n[KEEPS[cell]] * b4)) / sum(abs(b4)) for n, _, b4 in later]
        np.testing.assert_allclose(told(found.word["kept"]), expected(kept), **NEAR)


def test_what_it_was_measured_on_is_told():
    classifier = small("LSTM", {"num_layers": 2})
    found = measure_reference(classifier, [*TEXTS, "", " \n"], source="seven lines")
    assert (found.texts, found.skipped, found.words, found.measured) == (5, 2, 15, 15)
    assert found.source == "seven lines"
    assert found.weights == weights_digest(classifier.network)
    assert [(one.layer, one.direction) for one in found.layers] == [(0, "forward"), (1, "forward")]
    assert found.top is found.layers[1]
    assert found.word is found.top.word
    assert found.gate_means["input_gate"] is found.top.gates["input_gate"].mean
    with pytest.raises(KeyError, match="layer 0 backward"):
        found.layer(0, "backward")
    with pytest.raises(ValueError, match="read-only"):
        found.top.memory_limit[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        found.top.gates["input_gate"].mean[0] = 0


def test_of_too_many_words_every_second_counts(monkeypatch):
    monkeypatch.setattr(reference, "WORDS", 10)
    classifier = small("GRU", {})
    found = measure_reference(classifier, TEXTS)
    assert (found.words, found.measured) == (15, 8)
    words = list(words_of(classifier, 0, "forward"))[::2]
    own = expected([fmean(now["reset_gate"]) for now, _, _ in words])
    np.testing.assert_allclose(told(found.word["reset_gate"]), own, **NEAR)


class Begun(Small):
    """Begins every text with a memory of its own."""

    def forward(self, numbers):
        first = torch.zeros(1, 1, 8), torch.linspace(-1, 1, 8)[None, None]
        return self.verdict(self.memory(self.words(numbers), first)[0][:, -1])


def test_memory_that_is_there_before_the_first_word_can_be_kept():
    network = Begun("LSTM", {})
    classifier = lstm_viz.wrap(
        network, encode=lambda text: [len(word) for word in text.split()], labels=["no", "yes"]
    )
    found = measure_reference(classifier, ["ccc"])
    layer, before = classifier.trace("ccc").top, np.linspace(-1, 1, 8)
    kept = sum(abs(layer.forget_gate[0] * before)) / sum(abs(before))
    np.testing.assert_allclose(told(found.word["kept"]), [kept, 0, kept, kept], **NEAR)
    changed = np.mean(layer.cell_state[0] * before < 0)
    assert 0 < changed < 1
    assert found.word["sign_changes"].mean == pytest.approx(changed)


@pytest.mark.parametrize("texts", [[], ["", "\t"]])
def test_no_text_that_can_be_read_is_refused_with_the_reason(texts):
    with pytest.raises(DataError, match=f"of {len(texts)} none can be") as caught:
        measure_reference(small("LSTM", {}), texts)
    assert isinstance(caught.value.__cause__, BlankTextError) == bool(texts)


def test_what_is_no_list_of_texts_is_refused():
    with pytest.raises(TextError, match="a list of texts"):
        measure_reference(small("LSTM", {}), "a bb")
    with pytest.raises(DataError, match="the source as a line"):
        measure_reference(small("LSTM", {}), TEXTS, source="two\nlines")


@pytest.mark.parametrize("cell", ["LSTM", "RNN"])
def test_one_word_leaves_nothing_to_remember(cell):
    with pytest.raises(DataError, match="a text of two words or more"):
        measure_reference(small(cell, {}), ["a", "bb"])


def test_numbers_that_are_none_are_no_statistics():
    classifier = small("RNN", {"nonlinearity": "relu"})
    nn.init.constant_(classifier.network.memory.weight_hh_l0, 1e30)
    nn.init.constant_(classifier.network.memory.bias_hh_l0, 1e30)
    with pytest.raises(DataError, match="of 1 none can be") as caught:
        measure_reference(classifier, ["a bb ccc"])
    assert isinstance(caught.value.__cause__, LstmVizError)


def test_a_memory_that_is_no_number_is_skipped(monkeypatch):
    classifier = small("LSTM", {})
    plain = measure_reference(classifier, TEXTS[1:])
    real = classifier.trace

    def endless(text):
        trace = real(text)
        if text == TEXTS[0]:  # as where a gate never forgets; its tanh, which is heard, is 1
            cell = np.full_like(trace.top.cell_state, np.inf)
            return replace(trace, layers=(with_cell(trace.top, cell),))
        return trace

    def with_cell(layer, cell):
        return replace(layer, quantities={**layer.quantities, "cell_state": cell})

    monkeypatch.setattr(classifier, "trace", endless)
    found = measure_reference(classifier, TEXTS)
    assert (found.texts, found.skipped) == (4, 1)
    assert found.word == plain.word
    with pytest.raises(DataError) as caught:
        measure_reference(classifier, TEXTS[:1])
    assert isinstance(caught.value.__cause__, NotFiniteError)


def test_it_says_how_far_it_is_and_can_be_cancelled():
    calls = []
    measure_reference(
        small("RNN", {}), ["a bb", "", "ccc a"], progress=lambda *at: calls.append(at)
    )
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]

    class CancelledError(Exception):
        pass

    def cancel(done, total):
        calls.append((done, total))
        if done == 2:
            raise CancelledError

    calls.clear()
    with pytest.raises(CancelledError):
        measure_reference(small("RNN", {}), TEXTS, progress=cancel)
    assert calls == [(0, 5), (1, 5), (2, 5)]
