"""A text that begins like an earlier one: read on from there, and as if read from the start."""

import gc
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import BlankTextError
from lstm_viz.model import Classifier
from lstm_viz.model.config import Config
from lstm_viz.model.engines.direct import DirectEngine
from lstm_viz.model.incremental import TraceRegistry
from lstm_viz.model.network import Network
from lstm_viz.text import Vocabulary
from tests.trace.oracle import run

KINDS = ["LSTM", "GRU", "RNN"]
WORDS = ["good", "bad", "not", "the", "film", ",", "été", "好"]
TEXT = "the film, not good not bad"


def tiny(cell="LSTM", *, layers=2, seed=0, kind=Network, **shape):
    """A classifier whose states differ much between layers, units and words."""
    config = Config("tiny", ("no", "yes"), len(WORDS) + 2, 3, 4, cell=cell, layers=layers, **shape)
    torch.manual_seed(seed)
    network = kind(config).requires_grad_(False)
    for weight in network.recurrent.parameters():
        weight.mul_(2)
    return Classifier(config.name, config.labels, Vocabulary(WORDS), network)


@contextmanager
def steps_read(classifier):
    """How many steps the recurrent module is given, call by call."""
    steps = []
    module = next(m for m in classifier.network.modules() if isinstance(m, nn.RNNBase))
    hook = module.register_forward_pre_hook(lambda _, given: steps.append(given[0].shape[1]))
    try:
        yield steps
    finally:
        hook.remove()


def agree(found, expected):
    """Check that two traces say the same of every word, to rounding."""
    assert (found.model, found.text, found.labels) == (
        expected.model,
        expected.text,
        expected.labels,
    )
    assert found.tokens == expected.tokens
    assert [found.text[token.start : token.end] for token in found.tokens] == [
        token.text for token in found.tokens
    ]
    assert len(found.layers) == len(expected.layers)
    pairs = [(found.logits, expected.logits), (found.probabilities, expected.probabilities)]
    states = [np.ones(1)]
    for ours, theirs in zip(found.layers, expected.layers, strict=True):
        assert (ours.layer, ours.direction) == (theirs.layer, theirs.direction)
        assert list(ours.quantities) == list(theirs.quantities)
        assert list(ours.initial) == list(theirs.initial)
        pairs += zip(ours.quantities.values(), theirs.quantities.values(), strict=True)
        pairs += zip(ours.initial.values(), theirs.initial.values(), strict=True)
        states += [theirs.quantities[name] for name in theirs.initial]
    for ours, theirs in pairs:
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype == np.float32
        assert not ours.flags.writeable
        size = max(float(np.abs(values).max()) for values in states)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * size)
    np.testing.assert_array_equal(found.readout_weight, expected.readout_weight)
    np.testing.assert_array_equal(found.readout_bias, expected.readout_bias)
    assert found.exact


def shared(classifier, first, second):
    """How many words two texts begin with alike, counted in the plainest way."""
    ours, theirs = (
        [
            (number, token.known)
            for token, number in zip(*classifier.text_encoder.encode(text), strict=True)
        ]
        for text in (first, second)
    )
    return next(k for k in range(len(ours), -1, -1) if ours[:k] == theirs[:k])


signs = st.sampled_from([*WORDS, "zzz", "GOOD", "goo", "didn't", "\ud800", "👍🏽", "<br />"])
words = st.lists(signs | st.text(max_size=4), max_size=6)
gaps = st.sampled_from([" ", "  ", "\n", " \t ", "\u3000"])
edits = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 5), words, gaps), min_size=1, max_size=6
)


@given(
    st.sampled_from(KINDS), st.integers(1, 2), st.sampled_from([0, 5]), st.integers(0, 9),
    st.lists(signs, min_size=1, max_size=14), edits,
)  # fmt: skip
@settings(max_examples=60)
def test_any_edits_give_the_trace_of_the_text(cell, layers, dense, seed, typed, changes):
    classifier = tiny(cell, layers=layers, dense_size=dense, seed=seed)
    typed = ["not", *typed]
    last = classifier.trace(" ".join(typed))
    for at, gone, new, gap in changes:
        typed = [*typed[:at], *new, *typed[at + gone :]]
        text = gap.join(typed) + gap
        steps = len(classifier.text_encoder.encode(text)[0])
        if not steps:
            continue
        left = steps - shared(classifier, last.text, text)
        with steps_read(classifier) as read:
            found = classifier.trace(text, after=last)
        assert read == [left] * bool(left)
        agree(found, classifier.trace(text))
        last = found


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_what_is_read_on_agrees_with_the_oracle(cell, layers):
    classifier = tiny(cell, layers=layers, seed=5)
    trace = classifier.trace(TEXT)
    with steps_read(classifier) as read:
        trace = classifier.trace(TEXT + " , the bad film", after=trace)
    assert read == [4]
    numbers = classifier.text_encoder.encode(trace.text)[1]
    network = classifier.network
    features = network.embedding.weight[torch.tensor([numbers])].double().numpy()
    for layer, expected in zip(
        trace.layers, run(network.recurrent, features, [len(numbers)]), strict=True
    ):
        assert set(layer.quantities) == set(expected)
        for name, values in expected.items():
            np.testing.assert_allclose(layer.quantities[name], values[0], atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (TEXT, 0),
        (TEXT + " \n", 0),
        ("  the  FILM ,\tnot good\nnot bad", 0),  # another text of the same words
        ("the film, not", 0),
        ("the", 0),
        (TEXT + " good", 1),
        (TEXT + "  good film", 2),
        ("the film, not good bad bad", 2),
        ("the film, good not bad", 3),
        ("bad film, not good not bad", 7),
        ("film, not good not bad", 6),
    ],
)
@pytest.mark.parametrize("cell", KINDS)
def test_only_the_words_from_the_first_other_one_on_are_read(cell, text, left):
    classifier = tiny(cell)
    before = classifier.trace(TEXT)
    with steps_read(classifier) as read:
        found = classifier.trace(text, after=before)
    assert read == [left] * bool(left)
    agree(found, classifier.trace(text))
    agree(before, classifier.trace(TEXT))


def test_a_text_that_is_typed_letter_by_letter(classifier):
    text = "Not a good film, I didn't laugh once; zzzq 👍🏽 été.  "
    last = None
    for end in range(1, len(text) + 1):
        typed = text[:end]
        left = len(classifier.text_encoder.encode(typed)[0])
        left -= shared(classifier, last.text, typed) if last else 0
        with steps_read(classifier) as read:
            last = classifier.trace(typed, after=last)
        assert read == [left] * bool(left)
        agree(last, classifier.trace(typed))


def test_a_word_that_becomes_known_is_read_anew():
    classifier = tiny()
    unknown = classifier.trace("the film , goo")
    good = classifier.trace("the film , good", after=unknown)
    again = classifier.trace("the film , goo", after=good)
    assert [trace.tokens[-1].known for trace in (unknown, good, again)] == [False, True, False]
    assert np.abs(good.logits[-1] - unknown.logits[-1]).max() > 1e-3
    for trace in (good, again):
        agree(trace, classifier.trace(trace.text))
    with steps_read(classifier) as read:
        agree(classifier.trace("the film , gooo", after=again), classifier.trace("the film , gooo"))
    assert read[:-1] == []  # one unknown word is like another


def test_a_long_text_may_be_read_word_by_word(classifier):
    words = ("The cast is fine , but the plot of this film is dull . I did not enjoy it . " * 4)[
        :-1
    ]
    words = words.split()
    trace = classifier.trace(words[0])
    with steps_read(classifier) as read:
        for count in range(2, len(words) + 1):
            trace = classifier.trace(" ".join(words[:count]), after=trace)
    assert read == [1] * (len(words) - 1)
    agree(trace, classifier.trace(" ".join(words)))


def test_the_states_before_the_first_word_are_those_of_the_text():
    trace = tiny().trace(TEXT)
    for layer in tiny().trace(TEXT + " good", after=trace).layers:
        assert all((state == 0).all() for state in layer.initial.values())


def test_the_error_is_the_larger_of_both_parts():
    classifier = tiny()
    before = classifier.trace(TEXT)
    found = classifier.trace(TEXT + " good", after=before)
    assert before.error <= found.error < 2e-5


def test_an_error_of_words_that_are_gone_is_forgotten(monkeypatch):
    classifier = tiny(layers=1)
    state = classifier.network.recurrent.state_dict()
    state["bias_ih_l0"].copy_(torch.tensor([9.0] * 8 + [2.0] * 4 + [0.01] * 4))  # it only counts up
    state["weight_hh_l0"].mul_(0.1)
    real = DirectEngine.run

    def off(self, numbers, *rest):
        # Made up: how much rounding adds up to depends on the processor.
        return replace(real(self, numbers, *rest), error=1e-4)

    with monkeypatch.context() as patched:
        patched.setattr(DirectEngine, "run", off)
        before = classifier.trace("good " * 60)
    assert before.error >= 1e-4
    assert before.exact  # beside cell states of 60
    found = classifier.trace("good good", after=before)
    assert found.error < 2e-5
    agree(found, classifier.trace("good good"))


class Subclass(Network):
    """Nothing is known of how it reads on."""


class Own(nn.Module):
    """A module of one's own that holds ours."""

    def __init__(self, config):
        super().__init__()
        self.inner = Network(config)
        self.recurrent = self.inner.recurrent

    def forward(self, numbers):
        return self.inner(numbers)


def doubled(classifier):
    classifier.network.double()
    return classifier


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize(
    "make",
    [
        lambda cell: tiny(cell, directions=2),
        lambda cell: tiny(cell, kind=Subclass),
        lambda cell: tiny(cell, kind=Own),
        lambda cell: doubled(tiny(cell)),
    ],
    ids=["both directions", "subclass", "own", "float64"],
)
def test_other_networks_read_the_whole_text(make, cell):
    classifier = make(cell)
    text = TEXT + " good"
    with steps_read(classifier) as alone:
        expected = classifier.trace(text)
    before = classifier.trace(TEXT)
    with steps_read(classifier) as read:
        found = classifier.trace(text, after=before)
    assert read == alone
    assert read[0] == 8
    for ours, theirs in zip(found.layers, expected.layers, strict=True):
        for name, values in theirs.quantities.items():
            np.testing.assert_array_equal(ours.quantities[name], values)
    np.testing.assert_array_equal(found.logits, expected.logits)


@pytest.mark.parametrize("other", ["seed", "same weights", "shape", "cell"])
def test_a_trace_of_another_model_of_that_name_is_no_beginning(other):
    shapes = {"shape": {"layers": 1}, "cell": {"cell": "GRU"}, "seed": {"seed": 1}}
    classifier, theirs = tiny(), tiny(**shapes.get(other, {}))
    with steps_read(classifier) as read:
        found = classifier.trace(TEXT + " good", after=theirs.trace(TEXT))
    assert read == [8]
    agree(found, classifier.trace(TEXT + " good"))


def test_a_trace_that_was_changed_or_saved_is_no_beginning(tmp_path):
    classifier = tiny()
    trace = classifier.trace(TEXT)
    trace.save(tmp_path / "trace.npz")
    layers = tuple(
        replace(layer, quantities={k: a + 1 for k, a in layer.quantities.items()})
        for layer in trace.layers
    )
    changed = replace(trace, layers=layers)
    for other in (changed, lstm_viz.read(tmp_path / "trace.npz")):
        with steps_read(classifier) as read:
            found = classifier.trace(TEXT + " good", after=other)
        assert read == [8]
        agree(found, classifier.trace(TEXT + " good"))


def test_what_is_forced_is_read_as_a_whole():
    classifier = tiny()
    text, force = TEXT + " good", Force("forget_gate", 0.0, steps=[1])
    plain, forced = classifier.trace(TEXT), classifier.trace(TEXT, force=force)
    with steps_read(classifier) as read:
        found = classifier.trace(text, force=force, after=plain)
        agree(classifier.trace(text, after=forced), classifier.trace(text))
    assert set(read) == {8}
    assert found.forced
    np.testing.assert_array_equal(found.logits, classifier.trace(text, force=force).logits)
    assert np.abs(found.logits - classifier.trace(text).logits).max() > 1e-4


def test_blank_text_is_refused_as_ever():
    classifier = tiny()
    trace = classifier.trace(TEXT)
    for blank in ("", " \n", "<br />"):
        with pytest.raises(BlankTextError, match="at least one word"):
            classifier.trace(blank, after=trace)


def test_a_trace_that_nobody_keeps_is_forgotten():
    own = tiny()
    made = TraceRegistry(own.network)
    trace = own.trace(TEXT)
    tokens = trace.tokens
    made.add(trace, range(len(tokens)))
    assert made.shared_steps(trace, tokens, range(len(tokens))) == len(tokens)
    assert made.shared_steps(replace(trace), tokens, range(len(tokens))) == 0
    del trace
    gc.collect()
    assert not made._numbers


def test_words_that_are_known_in_another_way_are_other_words():
    own = tiny()
    made = TraceRegistry(own.network)
    trace = own.trace(TEXT)
    made.add(trace, range(7))
    tokens = [*trace.tokens[:3], replace(trace.tokens[3], known=False), *trace.tokens[4:]]
    assert made.shared_steps(trace, tokens, range(7)) == 3
