"""The course of a reading: laws, and the values of a layer put together by hand."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_viz.analyses import reading as r
from lstm_viz.export import table
from tests.kinds import small


def test_moves_add_up_to_the_verdict(example):
    course = r.reading(example)
    np.testing.assert_allclose(
        course.before + np.cumsum(course.moved), course.probability, atol=1e-6
    )
    np.testing.assert_array_equal(course.probability, example.probabilities[:, 1])
    assert course.turning_point == np.abs(course.moved).argmax()
    scores = np.exp(example.readout_bias.astype(float))
    assert course.before == pytest.approx(scores[1] / scores.sum(), abs=1e-6)
    np.testing.assert_allclose(r.chances_before(example), scores / scores.sum(), atol=1e-9)


@given(hnp.arrays(np.float32, st.integers(2, 12), elements=st.floats(-200, 200, width=32)))
def test_chances_before_are_the_softmax_of_the_bias(example, bias):
    labels = tuple(map(str, range(len(bias))))
    trace = replace(
        example, labels=labels, readout_bias=bias, readout_weight=None,
        logits=np.zeros((len(example), len(bias)), np.float32),
        probabilities=np.full((len(example), len(bias)), 1 / len(bias), np.float32),
    )  # fmt: skip
    chances = r.chances_before(trace)
    assert chances.sum() == pytest.approx(1)
    for a, b in itertools.combinations(range(len(bias)), 2):
        odds = math.exp(float(bias[a]) - float(bias[b]))
        assert chances[a] == pytest.approx(odds * chances[b], rel=1e-9, abs=0)
    np.testing.assert_allclose(r.chances_before(replace(trace, readout_bias=None)), 1 / len(bias))


def test_votes_and_bias_make_the_log_odds(example):
    votes = sum(r.vote(example, unit, 1).vote for unit in range(128))
    bias = example.readout_bias[1] - example.readout_bias[0]
    odds = example.logits[:, 1] - example.logits[:, 0]
    np.testing.assert_allclose(votes + bias, odds, atol=1e-4)


def test_changes_of_votes_add_up_to_the_change_of_the_log_odds(example):
    step = 5
    changes = r.strongest_units(example, step, 1, 128)
    odds = example.logits[:, 1] - example.logits[:, 0]
    assert sum(change for _, change in changes) == pytest.approx(
        odds[step] - odds[step - 1], abs=1e-4
    )
    sizes = [abs(change) for _, change in changes]
    assert sizes == sorted(sizes, reverse=True)
    assert len(r.strongest_units(example, 0, 1, 3)) == 3


def test_one_word_is_enough(classifier):
    course = r.reading(classifier.trace("Wonderful"))
    assert course.turning_point == 0
    assert len(course.probability) == 1


def test_the_table_holds_the_numbers(example):
    lines = table(example).splitlines()
    assert lines[0].startswith("word,text,start,end,known,probability of negative,")
    assert len(lines) == len(example) + 1
    last = lines[-1].split(",")
    assert last[1] == "!"
    assert float(last[6]) == pytest.approx(float(example.probabilities[-1, 1]), abs=1e-8)


def test_the_table_holds_no_formula(classifier):
    assert "\n1,'=," in table(classifier.trace("=1+1"))


def test_without_a_plain_readout_there_are_no_votes(example):
    other = replace(example, readout_weight=None, readout_bias=None)
    course = r.reading(other)
    assert course.before == 0.5
    assert course.moved.sum() == pytest.approx(course.probability[-1] - 0.5, abs=1e-6)
    assert r.vote(other, 3, 1) is r.verdict_weight(other, 1) is None
    assert r.strongest_units(other, 3, 1, 3) == []


def test_units_behind_a_projection_have_no_weight_of_their_own(example):
    projected = small("LSTM", {"proj_size": 3}).trace("a bb ccc")
    assert r.verdict_weight(projected, 1).shape == (3,)
    assert r.unit_weight(projected, 1) is None
    np.testing.assert_array_equal(r.unit_weight(example, 1), r.verdict_weight(example, 1))
    of_gru = small("GRU", {}).trace("a bb ccc")
    np.testing.assert_array_equal(r.unit_weight(of_gru, 0), r.verdict_weight(of_gru, 0))
    assert r.unit_weight(replace(example, readout_weight=None, readout_bias=None), 1) is None
