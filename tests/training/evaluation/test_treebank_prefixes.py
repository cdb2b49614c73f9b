"""Agreement with people about sentences that are not yet finished."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lstm_viz.model import Classifier
from lstm_viz.model.history import History
from lstm_viz.training.evaluation.treebank_prefixes import (
    Agreement,
    agreement,
    facts,
    measure,
)

TREE = "(1 (3 (2 Not) (1 (2 a) (1 bad))) (2 (2 film) (2 .)))"


def test_the_rank_correlation_is_that_of_spearman():
    # Ranks 1, 2.5, 2.5, 4 and 1.5, 3, 1.5, 4: deviations -1.5, 0, 0, 1.5 and -1, 0.5, -1, 1.5.
    found = agreement(np.array([0.1, 0.3, 0.3, 0.9]), np.array([1, 2, 1, 3]))
    assert found.rank_correlation == pytest.approx((1.5 + 2.25) / (4.5 * 4.5) ** 0.5)


def test_agreement_by_hand():
    found = agreement(np.array([0.1, 0.3, 0.9, 0.6, 0.8]), np.array([0, 1, 1, 2, 4]))
    assert (found.number, found.rated, found.accuracy) == (5, 4, 0.75)
    assert found.mean_positive[:3] == pytest.approx((0.1, 0.6, 0.6))
    assert np.isnan(found.mean_positive[3])
    # confidences of 0.9, 0.7, 0.9, 0.8; the one of 0.9 and 0.9 is right in a half
    assert found.calibration_error == pytest.approx((0.8 + 0.3 + 0.2) / 4)


def test_facts_fit_into_a_history(tmp_path):
    found = Agreement(5, 4, 0.75, 0.5, (0.1, 0.2, 0.5, 0.8, float("nan")), 0.1)
    said = facts(found, "SST, test part")
    assert len(said) == 9
    assert said["prefixes of SST, test part: mean P(positive), very negative"] == 0.1
    History("", {}, (), facts=said).save(tmp_path / "history.json")
    assert History.open(tmp_path / "history.json").facts == said
    assert "NaN" not in json.dumps(said)


class Counting(Classifier):
    """A classifier without a network: the longer a text, the more positive."""

    labels = ("positive", "negative")

    def __init__(self):
        self.read = []

    def predict(self, texts):
        self.read += texts
        positive = np.array([len(text.split()) / 5 for text in texts], np.float32)
        return np.stack([positive, 1 - positive], axis=1)


def test_prefixes_of_one_part_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    trees = [TREE, "(4 (4 (2 So) (3 nice)) (2 !))", "(4 (3 Yes) (2 !))"]
    trees = {"tree": trees, "split": ["dev", "dev", "test"]}
    pq.write_table(pa.table(trees), tmp_path / "sst.parquet")
    phrases = {"text": ["not", "Yes"], "split": ["train", "test"]}
    pq.write_table(pa.table(phrases), tmp_path / "sst_phrases.parquet")
    classifier = Counting()
    found = measure(classifier, "dev")
    assert classifier.read == ["Not a bad", "Not", "So nice", "So"]
    assert (found.number, found.rated, found.accuracy) == (4, 2, 0.5)
    assert found.mean_positive[3] == pytest.approx(0.6)
    assert measure(classifier, "dev", unseen=True).number == 3
    assert classifier.read[4:] == ["Not a bad", "So nice", "So"]


@pytest.mark.data
@pytest.mark.slow
def test_the_packaged_model_agrees_with_people(classifier):
    every, unseen = measure(classifier, "dev"), measure(classifier, "test", unseen=True)
    assert (every.number, every.rated) == (2_891, 1_145)
    assert (unseen.number, unseen.rated) == (3_180, 1_925)
    for found in (every, unseen):
        assert found.accuracy > 0.8
        assert found.rank_correlation > 0.5
        assert list(found.mean_positive) == sorted(found.mean_positive)
