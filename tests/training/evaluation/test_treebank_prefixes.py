"""Agreement with people on sentences not yet finished: trees, ranks, and the treebank itself."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from lstm_viz.data.folder import data_folder
from lstm_viz.model import Classifier
from lstm_viz.model.history import History
from lstm_viz.training.evaluation.treebank_prefixes import (
    Agreement,
    Phrase,
    agreement,
    beginnings,
    facts,
    measure,
    parsed,
)

TREE = "(1 (3 (2 Not) (1 (2 a) (1 bad))) (2 (2 film) (2 .)))"
RATING = st.integers(0, 4)
SIGNS = st.characters(categories=["L", "N", "P"], exclude_characters="()")
LEAVES = st.builds(Phrase, RATING, st.text(SIGNS, min_size=1))
TREES = st.recursive(
    LEAVES, lambda inner: st.builds(Phrase, RATING, st.just(""), st.tuples(inner, inner))
)


def nodes(phrase):
    return [phrase, *(node for part in phrase.parts for node in nodes(part))]


@given(TREES)
def test_a_tree_is_read_as_it_was_written(tree):
    assert parsed(str(tree)) == tree
    assert str(parsed(str(tree))) == str(tree)


@given(TREES)
def test_a_tree_has_a_word_at_each_leaf(tree):
    leaves = [node for node in nodes(tree) if not node.parts]
    assert len(tree.words) == len(leaves)
    assert len(nodes(tree)) == 2 * len(leaves) - 1


@given(TREES)
def test_beginnings_are_the_nodes_that_start_with_the_first_word(tree):
    found = beginnings(tree)
    lengths = [len(phrase.words) for phrase in found]
    assert all(phrase.words == tree.words[: len(phrase.words)] for phrase in found)
    assert lengths == sorted(set(lengths), reverse=True)
    assert all(0 < length < len(tree.words) for length in lengths)
    assert lengths[-1:] == ([1] if tree.parts else [])
    brackets = str(tree).split(" ")
    assert len(found) + 1 == next(k for k, part in enumerate(brackets) if part[0] != "(")


def test_beginnings_by_hand():
    assert [(one.text, one.rating) for one in beginnings(parsed(TREE))] == [
        ("Not a bad", 3), ("Not", 2),
    ]  # fmt: skip
    assert beginnings(parsed("(2 Hm)")) == ()


def test_words_are_written_as_usual():
    tree = parsed("(2 (2 -LRB-) (2 (2 and\\/or) (2 (2 8\xa01\\/2) (2 -RRB-))))")
    assert tree.words == ("(", "and/or", "8\xa01/2", ")")


@given(st.lists(st.tuples(st.integers(0, 8), RATING), min_size=4).filter(
    lambda pairs: all(len(set(column)) > 1 for column in zip(*pairs, strict=True))
))  # fmt: skip
def test_the_rank_correlation_is_that_of_spearman(pairs):
    positive, ratings = np.array(pairs).T
    found = agreement(positive / 8, ratings)
    assert found.rank_correlation == pytest.approx(spearmanr(positive, ratings).statistic)


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
@pytest.mark.parametrize(("split", "published"), [("dev", 41_447), ("test", 82_600)])
def test_the_trees_of_the_treebank(split, published):
    rows = pq.read_table(data_folder() / "sst.parquet", filters=[("split", "==", split)])
    trees = [parsed(tree) for tree in rows["tree"].to_pylist()]
    assert [str(tree) for tree in trees] == rows["tree"].to_pylist()
    assert [tree.text for tree in trees] == rows["tokens"].to_pylist()
    assert [tree.rating for tree in trees] == rows["label5"].to_pylist()
    assert sum(len(nodes(tree)) for tree in trees) == published
    phrases = pq.read_table(data_folder() / "sst_phrases.parquet", filters=[("split", "==", split)])
    rated = set(zip(phrases["text"].to_pylist(), phrases["label5"].to_pylist(), strict=True))
    assert {(one.text, one.rating) for tree in trees for one in beginnings(tree)} <= rated


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
