"""What each unit adds to the log-odds: laws, and where units add nothing of their own."""

from dataclasses import replace

import numpy as np

from lstm_viz.analyses.readout import readout_contrast, unit_readout_contrast
from tests.kinds import small


def test_votes_and_bias_make_the_log_odds(example):
    votes = example.top.hidden_state @ readout_contrast(example, 1)
    bias = example.readout_bias[1] - example.readout_bias[0]
    odds = example.logits[:, 1] - example.logits[:, 0]
    np.testing.assert_allclose(votes + bias, odds, atol=1e-4)


def test_of_three_labels_each_is_held_against_the_mean_of_the_others(example):
    weight = np.array([[1.0, 5.0], [2.0, 0.0], [4.0, -2.0]], np.float32)
    scores = np.zeros((len(example), 3), np.float32)
    three = replace(
        example,
        labels=("a", "b", "c"),
        logits=scores,
        probabilities=scores + 1 / 3,
        readout_weight=weight,
        readout_bias=np.zeros(3, np.float32),
    )
    np.testing.assert_allclose(readout_contrast(three, 0), [1 - 3, 5 + 1])
    np.testing.assert_allclose(readout_contrast(three, 2), [4 - 1.5, -2 - 2.5])


def test_units_behind_a_projection_have_no_weight_of_their_own(example):
    projected = small("LSTM", {"proj_size": 3}).trace("a bb ccc")
    assert readout_contrast(projected, 1).shape == (3,)
    assert unit_readout_contrast(projected, 1) is None
    gru = small("GRU", {}).trace("a bb ccc")
    for trace, label in ((example, 1), (gru, 0)):
        np.testing.assert_array_equal(
            unit_readout_contrast(trace, label), readout_contrast(trace, label)
        )


def test_without_a_plain_readout_there_are_no_votes(example):
    other = replace(example, readout_weight=None, readout_bias=None)
    assert readout_contrast(other, 1) is unit_readout_contrast(other, 1) is None
