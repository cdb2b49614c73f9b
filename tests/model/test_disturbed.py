"""What a trace says of itself where something else acts on its network."""

import copy
import inspect
import os
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError, InputError, WrapError
from tests.kinds import small

TEXT = "Not a bad film at all."


@pytest.fixture
def own():
    """A packaged model of this test alone."""
    return lstm_viz.load(lstm_viz.model.registry.folder() / "imdb-lstm-32")


def test_inside_a_forced_recording_a_trace_says_what_is_forced(own):
    plain = own.trace(TEXT)
    shut = Force("forget_gate", 0.0)
    with lstm_viz.record(own.network, force=shut):
        forced = own.trace(TEXT)
    assert forced.forced == (shut,)
    assert (forced.top.forget_gate == 0).all()
    again = own.trace(TEXT + " So it is.", after=forced)  # nothing of it is taken over
    np.testing.assert_allclose(again.logits[: len(plain)], plain.logits, rtol=0, atol=2e-5)
    assert again.forced == ()


def test_what_was_read_with_other_weights_is_not_gone_on_from(own):
    earlier = own.trace(TEXT)
    with torch.no_grad():
        own.network.embedding.weight.mul_(1.5)
    now, whole = own.trace(TEXT + " Oh.", after=earlier), own.trace(TEXT + " Oh.")
    np.testing.assert_allclose(now.logits, whole.logits, rtol=0, atol=2e-5)
    assert np.abs(now.logits[: len(earlier)] - earlier.logits).max() > 1e-2


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
def test_a_state_that_is_no_number_is_not_exact(example, wrong):
    assert example.exact
    cell_state = example.top.cell_state.copy()
    cell_state[2, 5] = wrong
    layer = replace(example.top, quantities={**example.top.quantities, "cell_state": cell_state})
    assert not replace(example, layers=(layer,)).exact


class Detached(nn.Module):
    """Lets no gradient through to its embedding, though its weights learn."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(50, 4)
        self.lstm = nn.LSTM(4, 5, batch_first=True)
        self.readout = nn.Linear(5, 2)

    def forward(self, numbers):
        return self.readout(self.lstm(self.words(numbers).detach())[0])


def lengths(text):
    return [len(word) for word in text.split()]


def test_logits_that_lead_to_weights_alone_are_refused():
    own = lstm_viz.wrap(
        Detached(), encode=lambda text: [len(w) for w in text.split()], labels=("a", "b")
    )
    features = own.features("a bb ccc").requires_grad_()
    with pytest.raises(WrapError, match="do not depend on the features"):
        own.logits(features)


@pytest.mark.parametrize("wrong", [None, "x", [1.0], np.zeros((3, 4))], ids=repr)
def test_features_that_are_no_tensor_are_refused(own, wrong):
    with pytest.raises(InputError, match="features as a tensor"):
        inspect.unwrap(type(own).logits)(own, wrong)  # as where no types are checked


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_another_default_type_changes_nothing(own, dtype):
    expected = own.predict([TEXT, "Fine."])
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        found = own.predict([TEXT, "Fine."])
    finally:
        torch.set_default_dtype(before)
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


def test_a_classifier_in_the_box_can_be_copied(own):
    twin = copy.deepcopy(own)
    np.testing.assert_allclose(twin.trace(TEXT).logits, own.trace(TEXT).logits, rtol=0, atol=2e-5)
    assert twin.held_out_mean.keys() == own.held_out_mean.keys()


def test_a_masked_array_is_refused():
    with pytest.raises(ForceError, match="masked"):
        Force("forget_gate", np.ma.masked_array([1.0, 2.0], [True, False]))


def test_a_trace_is_saved_with_what_was_learned_later(own, tmp_path):
    learned = torch.full((32,), 0.25, requires_grad=True)
    trace = own.trace(TEXT, Force("forget_gate", learned))
    with torch.no_grad():
        learned.add_(1.0)
    trace.save(tmp_path / "trace.npz")
    again = lstm_viz.read(tmp_path / "trace.npz")
    assert again.forced == trace.forced
    assert (again.top.forget_gate == 0.25).all()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_may_use_a_network_that_was_being_used():
    own = small("LSTM", {})
    held, done = threading.Event(), threading.Event()

    def hold():
        with own._engine.exclusive():
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(60)
    child = os.fork()
    if child == 0:
        with own._engine.exclusive():
            os._exit(7)
    _, status = os.waitpid(child, 0)
    done.set()
    thread.join()
    assert os.waitstatus_to_exitcode(status) == 7
