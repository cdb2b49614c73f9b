"""A network of ours runs by its own equations, and a recording of it says the same."""

import contextlib
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import WrapError
from lstm_viz.model.engines import undisturbed
from lstm_viz.model.network import Network
from tests.model.networks import SHAPES, TEXT, names, ours

ROUNDING = 2e-5  # of float32, for values around 1


def same(found, expected, atol=0.0):
    """Check that two traces hold the same numbers."""
    np.testing.assert_allclose(found.logits, expected.logits, rtol=0, atol=atol)
    assert len(found.layers) == len(expected.layers)
    for one, other in zip(found.layers, expected.layers, strict=True):
        assert list(one.quantities) == list(other.quantities)
        for name, values in other.quantities.items():
            np.testing.assert_allclose(one.quantities[name], values, rtol=0, atol=atol)


def plainly(network, classifier, text=TEXT):
    """What a network says of each beginning of a text, asked in the plainest way."""
    numbers = torch.tensor([classifier.text_encoder.encode(text)[1]])
    with torch.no_grad():
        rows = [network(numbers[:, : k + 1]) for k in range(numbers.shape[1])]
    return np.stack([row.reshape(-1, row.shape[-1])[-1].float().numpy() for row in rows])


def count_recordings(monkeypatch):
    """Count how often the network is recorded rather than run by its own equations."""
    counted = []
    real = lstm_viz.model.engines.direct.record

    def record(*args, **options):
        counted.append(1)
        return real(*args, **options)

    monkeypatch.setattr("lstm_viz.model.engines.direct.record", record)
    return counted


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_without_a_recording_the_trace_is_that_of_a_recording(shape, monkeypatch):
    classifier = ours(**shape)
    counted = count_recordings(monkeypatch)
    alone = classifier.trace(TEXT)
    assert counted == []
    with lstm_viz.record(classifier.network):
        watched = classifier.trace(TEXT)
    assert counted == [1]
    same(alone, watched)
    assert alone.error == watched.error < ROUNDING
    np.testing.assert_allclose(
        alone.logits, plainly(classifier.network, classifier), atol=ROUNDING, rtol=0
    )
    np.testing.assert_allclose(
        classifier.predict([TEXT])[0], alone.probabilities[-1], atol=ROUNDING, rtol=0
    )


def test_a_recording_of_the_users_sees_what_the_classifier_runs():
    classifier = ours(layers=2)
    with lstm_viz.record(classifier.network) as recording:
        trace = classifier.trace(TEXT)
    with lstm_viz.record(classifier.network):
        again = classifier.logits(classifier.features(TEXT))
    np.testing.assert_allclose(again, trace.logits, rtol=0, atol=ROUNDING)
    for layer, recorded in zip(trace.layers, recording["recurrent"].layers, strict=True):
        np.testing.assert_array_equal(layer.forget_gate, recorded.forget_gate[0].numpy())
    with lstm_viz.record(classifier.network, force=Force("input_gate", 0.0)):
        forced = classifier.trace(TEXT)
    assert not forced.top.input_gate.any()
    assert not np.allclose(forced.logits, trace.logits, atol=1e-3)


def halved(module, given, output):
    del module, given
    return output * 0.5 if isinstance(output, torch.Tensor) else (output[0] * 0.5, output[1])


@contextlib.contextmanager
def hooked(part):
    """Halve what a part of the network puts out."""
    hook = part.register_forward_hook(halved)
    try:
        yield
    finally:
        hook.remove()


class Scaled(nn.Linear):
    """A layer of a user's own."""

    def forward(self, hidden):
        return 3 * super().forward(hidden)


@pytest.mark.parametrize("shape", SHAPES[:4], ids=names)
@pytest.mark.parametrize("part", ["", "embedding", "recurrent", "readout"])
def test_hooks_on_the_network_act_on_all_that_is_said(shape, part):
    classifier = ours(**shape)
    plain = classifier.trace(TEXT)
    with hooked(classifier.network.get_submodule(part)):
        trace = classifier.trace(TEXT)
        expected = plainly(classifier.network, classifier)
        said = classifier.predict([TEXT])[0]
        again = classifier.logits(classifier.features(TEXT))
    assert np.abs(trace.logits - plain.logits).max() > 1e-3
    np.testing.assert_allclose(trace.logits, expected, atol=ROUNDING, rtol=0)
    np.testing.assert_allclose(said, trace.probabilities[-1], atol=ROUNDING, rtol=0)
    np.testing.assert_allclose(again, trace.logits, atol=ROUNDING, rtol=0)
    assert trace.exact
    same(classifier.trace(TEXT), plain)


def test_parts_that_the_user_put_in_are_used():
    classifier = ours()
    plain = classifier.trace(TEXT)
    own = Scaled(4, 2)
    own.load_state_dict(classifier.network.readout.state_dict())
    classifier.network.readout = own
    trace = classifier.trace(TEXT)
    np.testing.assert_allclose(trace.logits, 3 * plain.logits, atol=ROUNDING, rtol=0)
    np.testing.assert_allclose(
        classifier.logits(classifier.features(TEXT)).detach(), trace.logits, atol=ROUNDING
    )
    assert trace.readout_weight is None


@pytest.mark.parametrize(
    ("recurrent", "width"),
    [
        (nn.LSTM(3, 4, batch_first=True, proj_size=2), 2),
        (nn.GRU(3, 4, batch_first=True, bias=False), 4),
        (nn.RNN(3, 4, batch_first=True, nonlinearity="relu"), 4),
    ],
    ids=["projected", "without bias", "relu"],
)
def test_a_layer_of_another_form_may_take_the_place_of_the_first(recurrent, width):
    classifier = ours()
    classifier.network.recurrent = recurrent
    classifier.network.readout = nn.Linear(width, 2)
    assert undisturbed.is_undisturbed(classifier.network)
    trace = classifier.trace(TEXT)
    with lstm_viz.record(classifier.network):
        same(trace, classifier.trace(TEXT))
    expected = plainly(classifier.network, classifier)
    np.testing.assert_allclose(trace.logits, expected, rtol=0, atol=ROUNDING)
    found = classifier.logits(classifier.features(TEXT)).detach()
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING)
    own = recurrent.weight_hh_l0.detach()[:4]
    np.testing.assert_array_equal(next(iter(stacked(classifier.weights[0]))), own)


def stacked(weights):
    """The recurrent matrices in the order in which PyTorch stacks them."""
    order = ("input_gate", "reset_gate", "hidden_state")
    return [weights.recurrent[name] for name in order if name in weights.recurrent]


def test_layers_that_came_later_are_not_left_out_silently():
    classifier = ours()
    classifier.network.recurrent = nn.LSTM(3, 4, 2, batch_first=True)
    with pytest.raises(WrapError, match=r"as at first \(1\), but the number of layers of"):
        classifier.trace(TEXT)


def test_a_network_that_is_trained_drops_nothing_out_and_may_go_on():
    classifier = ours(layers=2)
    network = classifier.network
    expected = classifier.trace(TEXT)
    network.recurrent.dropout = 0.5
    network.train()
    for _ in range(3):
        same(classifier.trace(TEXT), expected, ROUNDING)
        again = classifier.logits(classifier.features(TEXT))
        np.testing.assert_allclose(again, expected.logits, atol=ROUNDING, rtol=0)
    assert all(module.training for module in network.modules())


@pytest.mark.parametrize("shape", SHAPES[:4], ids=names)
def test_weights_that_are_changed_or_replaced_are_those_that_are_used(shape):
    classifier = ours(**shape)
    plain = classifier.trace(TEXT)
    network = classifier.network
    network.recurrent.weight_hh_l0.mul_(-1)
    network.recurrent.bias_ih_l0 = nn.Parameter(torch.full((16,), 0.3))
    network.readout.weight = nn.Parameter(torch.randn_like(network.readout.weight))
    trace = classifier.trace(TEXT)
    assert np.abs(trace.logits - plain.logits).max() > 1e-3
    np.testing.assert_allclose(trace.logits, plainly(network, classifier), atol=ROUNDING, rtol=0)
    assert trace.exact
    again = classifier.logits(classifier.features(TEXT))
    np.testing.assert_allclose(again, trace.logits, atol=ROUNDING, rtol=0)


@pytest.mark.parametrize("shape", SHAPES[:4], ids=names)
@pytest.mark.parametrize(
    ("dtype", "atol"), [(torch.float64, ROUNDING), (torch.bfloat16, 0.1)], ids=str
)
def test_a_network_in_another_precision(shape, dtype, atol):
    # 0.1: a bfloat16 has 8 bits, and its rounding goes through all steps.
    classifier = ours(**shape)
    single = classifier.trace(TEXT)
    classifier.network.to(dtype)
    trace = classifier.trace(TEXT)
    np.testing.assert_allclose(trace.logits, single.logits, atol=atol, rtol=0)
    found = classifier.logits(classifier.features(TEXT))
    np.testing.assert_allclose(found, trace.logits, atol=atol, rtol=0)
    if trace.readout_weight is not None:
        votes = trace.top.hidden_state @ trace.readout_weight.T + trace.readout_bias
        np.testing.assert_allclose(
            votes, trace.logits, atol=1e-3 if dtype == torch.bfloat16 else atol
        )


def test_weights_without_values_are_refused():
    classifier = ours()
    features = classifier.features(TEXT)
    classifier.network.to("meta")
    for ask in (
        lambda: classifier.trace(TEXT),
        lambda: classifier.predict([TEXT]),
        lambda: classifier.features(TEXT),
        lambda: classifier.logits(features),
    ):
        with pytest.raises(WrapError, match="on the meta device and holds no values"):
            ask()


def test_what_is_cast_down_around_the_call_is_seen():
    classifier = ours()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        try:
            expected = plainly(classifier.network, classifier)
        except RuntimeError as error:  # where a processor cannot, no trace says anything else
            with pytest.raises(RuntimeError, match=re.escape(str(error).split(".")[0])):
                classifier.trace(TEXT)
        else:
            np.testing.assert_array_equal(classifier.trace(TEXT).logits, expected)


@pytest.mark.parametrize(
    ("disturb", "why"),
    [
        (lambda n: n.register_forward_hook(halved), "a hook"),
        (lambda n: n.recurrent.register_forward_pre_hook(lambda *_: None), "a hook before"),
        (lambda n: n.readout.register_full_backward_hook(lambda *_: None), "a hook behind"),
        (lambda n: setattr(n, "forward", n.forward), "another forward"),
        (lambda n: setattr(n, "readout", nn.Sequential(n.readout)), "another part"),
        (lambda n: setattr(n.embedding, "max_norm", 1.0), "weights that a look-up changes"),
        (lambda n: nn.utils.parametrizations.weight_norm(n.readout), "weights made anew"),
        (lambda n: n.compile(backend="eager"), "a compiled forward"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_acts_on_a_network_is_noticed(disturb, why):
    network = ours().network
    assert undisturbed.is_undisturbed(network), why
    disturb(network)
    assert not undisturbed.is_undisturbed(network), why


def test_a_forced_reading_needs_no_lock_and_changes_no_other():
    classifier = ours(layers=2)
    force = Force("forget_gate", 0.0, steps=[2, 3])
    alone, forced = classifier.trace(TEXT), classifier.trace(TEXT, force=force)
    assert np.abs(alone.logits - forced.logits).max() > 1e-3
    together = Barrier(8)

    def ask(number):
        together.wait()
        return [classifier.trace(TEXT, force=force if number % 2 else None) for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    for number, traces in enumerate(found):
        for trace in traces:
            same(trace, forced if number % 2 else alone, ROUNDING)


class Holding(Network):
    """A class made from ours takes turns, as anyone's network does."""

    running = 0

    def forward(self, numbers):
        Holding.running += 1
        assert Holding.running == 1
        try:
            return super().forward(numbers)
        finally:
            Holding.running -= 1


def test_of_a_class_made_from_ours_nothing_is_known():
    classifier = ours(kind=Holding)
    expected = ours().trace(TEXT)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: classifier.trace(TEXT), range(8)))
    for trace in found:
        same(trace, expected, ROUNDING)
