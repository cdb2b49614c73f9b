"""Bands of a prediction with many labels: nothing is lost, and whoever leads is named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.analyses.classes import NAMED, bands


def of(example, probabilities):
    rows = np.array(probabilities, np.float32)
    rows = rows / rows.sum(1, keepdims=True)
    steps = len(rows)
    labels = tuple(f"label {number}" for number in range(rows.shape[1]))
    return replace(
        example,
        probabilities=rows,
        logits=np.log(rows),
        labels=labels,
        tokens=example.tokens[:steps],
        layers=tuple(layer.map(lambda array: array[:steps]) for layer in example.layers),
        readout_weight=None,
        readout_bias=None,
    )


@given(st.integers(3, 12), st.integers(0, 1_000))
def test_bands_sum_to_one_and_name_whoever_leads(example, labels, seed):
    trace = of(example, np.random.default_rng(seed).random((4, labels)) ** 8)
    found = bands(trace)
    assert np.allclose(sum(band.probability for band in found), 1, atol=1e-6)
    named = {band.label for band in found}
    assert {trace.labels[label] for label in trace.probabilities.argmax(1)} <= named
    last = [band.probability[-1] for band in found if "others" not in band.label]
    assert last == sorted(last, reverse=True)
    assert len(named) == len(found)
    held = [label for band in found for label in band.labels]
    assert sorted(held) == list(range(labels))
    for band in found:
        own = trace.probabilities[:, list(band.labels)].sum(1)
        np.testing.assert_allclose(band.probability, own, atol=1e-6)
        assert band.rest == (len(band.labels) > 1)
        assert band.rest or band.label == trace.labels[band.labels[0]]
    assert len(found) == labels or found[-1].label.endswith("others")


def test_by_hand(example):
    found = bands(of(example, [[1, 6, 1, 1, 1, 0.5, 0.25]] * 3 + [[1, 1, 5, 1.5, 1.4, 0.5, 0.2]]))
    assert [band.label for band in found] == [
        "label 2", "label 3", "label 4", "label 1", "label 0", "2 others",
    ]  # fmt: skip
    assert found[-1].probability[0] == pytest.approx(0.75 / 10.75)
    assert len(found) == NAMED + 1
    assert [band.labels for band in found] == [(2,), (3,), (4,), (1,), (0,), (5, 6)]


def test_one_that_would_stand_alone_is_named(example):
    assert len(bands(of(example, np.ones((4, NAMED + 1))))) == NAMED + 1
