"""How the prediction changes word by word: laws, and the table of its numbers."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_viz.analyses.prediction_path import prediction_path, prior_probabilities
from lstm_viz.export import table


def test_changes_add_up_to_the_prediction(example):
    path = prediction_path(example)
    np.testing.assert_allclose(path.before + np.cumsum(path.change), path.probability, atol=1e-6)
    np.testing.assert_array_equal(path.probability, example.probabilities[:, 1])
    assert path.turning_point == np.abs(path.change).argmax()
    scores = np.exp(example.readout_bias.astype(float))
    assert path.before == pytest.approx(scores[1] / scores.sum(), abs=1e-6)
    np.testing.assert_allclose(prior_probabilities(example), scores / scores.sum(), atol=1e-9)


@given(hnp.arrays(np.float32, st.integers(2, 12), elements=st.floats(-200, 200, width=32)))
def test_prior_probabilities_are_the_softmax_of_the_bias(example, bias):
    labels = tuple(map(str, range(len(bias))))
    trace = replace(
        example, labels=labels, readout_bias=bias, readout_weight=None,
        logits=np.zeros((len(example), len(bias)), np.float32),
        probabilities=np.full((len(example), len(bias)), 1 / len(bias), np.float32),
    )  # fmt: skip
    prior = prior_probabilities(trace)
    assert prior.sum() == pytest.approx(1)
    for a, b in itertools.combinations(range(len(bias)), 2):
        odds = math.exp(float(bias[a]) - float(bias[b]))
        assert prior[a] == pytest.approx(odds * prior[b], rel=1e-9, abs=0)
    np.testing.assert_allclose(
        prior_probabilities(replace(trace, readout_bias=None)), 1 / len(bias)
    )


def test_one_word_is_enough(classifier):
    path = prediction_path(classifier.trace("Wonderful"))
    assert path.turning_point == 0
    assert len(path.probability) == 1


def test_the_table_holds_the_numbers(example):
    lines = table(example).splitlines()
    assert lines[0].startswith("word,text,start,end,known,probability of negative,")
    assert len(lines) == len(example) + 1
    last = lines[-1].split(",")
    assert last[1] == "!"
    assert float(last[6]) == pytest.approx(float(example.probabilities[-1, 1]), abs=1e-8)


def test_the_table_holds_no_formula(classifier):
    assert "\n1,'=," in table(classifier.trace("=1+1"))


def test_without_a_plain_readout_each_label_has_an_equal_share_before(example):
    other = replace(example, readout_weight=None, readout_bias=None)
    path = prediction_path(other)
    assert path.before == 0.5
    assert path.change.sum() == pytest.approx(path.probability[-1] - 0.5, abs=1e-6)
