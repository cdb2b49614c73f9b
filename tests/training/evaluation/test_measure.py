"""Figures of a model, against their definitions."""

import numpy as np
import pytest
import torch

from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.training.evaluation import measure
from lstm_viz.training.texts.corpus import concatenate


def texts(*lengths):
    rows = [np.arange(length, dtype=np.int32) % 7 + 1 for length in lengths]
    return concatenate(rows, np.eye(3, dtype=np.float32)[np.arange(len(lengths)) % 3])


@pytest.mark.parametrize("directions", [1, 2])
def test_logits_are_those_of_the_beginnings(directions):
    torch.manual_seed(0)
    network = Network(Config("x", ("a", "b", "c"), 9, 4, 3, directions=directions)).eval()
    some = texts(1, 2, 5, 8, 8, 13)
    found = measure.logits_at(network, some)
    for row in range(len(some)):
        for column, words in enumerate(np.ceil(len(some[row]) * np.array(measure.SHARES))):
            alone = network(torch.from_numpy(some[row][: int(words)]).long()[None])[0]
            alone = alone if directions == 2 else alone[-1]
            assert np.allclose(found[row, column], alone.detach().numpy(), atol=1e-6)


def test_figures_by_hand():
    some = texts(4, 4, 4)
    logits = np.zeros((3, 4, 3), np.float32)
    # In the middle of three bins: at an edge, rounding would decide.
    logits[:, 3] = np.log([[0.85, 0.05, 0.1], [0.95, 0.02, 0.03], [0.1, 0.15, 0.75]])
    found = measure.evaluate("x", "test", logits, some)
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.accuracy_at[0] == pytest.approx(1 / 3)
    assert found.calibration_error_at[3] == pytest.approx((0.15 + 0.95 + 0.25) / 3)


def test_temperature_is_found():
    draw = np.random.default_rng(0)
    true = draw.normal(0, 2, 20_000)
    right = draw.random(20_000) < 1 / (1 + np.exp(-true))
    logits = np.stack([np.zeros(20_000), 3 * true], 1)[:, None].astype(np.float32)
    some = concatenate(
        [np.ones(1, np.int32)] * 20_000, np.eye(2, dtype=np.float32)[right.astype(int)]
    )
    assert measure.fit_temperature(logits, some) == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_temperature_is_the_best_of_all(seed):
    draw = np.random.default_rng(seed)
    targets = np.eye(3, dtype=np.float32)[draw.integers(0, 3, 300)]
    logits = (targets * 2 + draw.normal(0, 2, (300, 3))).astype(np.float32) * (seed + 0.3)
    some = concatenate([np.ones(1, np.int32)] * 300, targets)
    found = np.log(measure.fit_temperature(logits[:, None], some))

    def loss(log):
        chances = torch.from_numpy(logits).double().div(np.exp(log)).log_softmax(-1)
        return -float((chances * torch.from_numpy(targets)).sum())

    assert loss(found) < min(loss(found - 1e-3), loss(found + 1e-3))


@pytest.mark.parametrize("gap", [3, -3, 1e-3, -1e-3, 0])
def test_temperature_stays_finite_where_all_is_right_or_wrong(gap):
    some = concatenate([np.ones(1, np.int32)] * 2, np.eye(2, dtype=np.float32))
    logits = gap * np.eye(2, dtype=np.float32)[:, None]
    found = measure.fit_temperature(logits, some)
    assert 0.05 <= found <= 20
    assert np.sign(np.log(found)) == -np.sign(gap)


def test_dividing_by_the_temperature():
    network = Network(Config("x", ("a", "b"), 9, 4, 3)).eval()
    numbers = torch.tensor([[1, 2, 3]])
    before = network(numbers)
    measure.scale_readout(network, 2.0)
    assert torch.allclose(network(numbers), before / 2, atol=1e-6)
