"""Batches: every text once, the same whoever reads it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.recipe import TextRecipe
from lstm_viz.training.texts import batches
from lstm_viz.training.texts.corpus import concatenate

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=60)


def texts(*lengths):
    rows = [np.arange(2, 2 + length, dtype=np.int32) + 100 * n for n, length in enumerate(lengths)]
    return concatenate(rows, np.eye(2, dtype=np.float32)[np.arange(len(lengths)) % 2])


@given(LENGTHS, st.integers(20, 200))
def test_every_text_is_in_one_batch(lengths, budget):
    lengths = np.array(lengths)
    order = batches.batches_by_length(lengths, budget, 5)
    assert sorted(index for batch in order for index in batch) == list(range(len(lengths)))
    for batch in order:
        assert len(batch) == 1 or lengths[batch].max() * len(batch) <= budget
    again = batches.batches_by_length(lengths, budget, 5)
    assert all(np.array_equal(a, b) for a, b in zip(order, again, strict=True))


@given(st.integers(1, 50), st.integers(1, 9))
def test_every_text_is_in_one_plain_batch(count, size):
    order = batches.random_batches(count, size, 3)
    assert sorted(index for batch in order for index in batch) == list(range(count))
    assert {len(batch) for batch in order[:-1]} <= {size}


def test_padding_and_cutting():
    batch = batches.padded(texts(3, 7), [0, 1], TextRecipe(longest=4), 0)
    assert batch.lengths.tolist() == [3, 4]
    assert batch.numbers[0].tolist() == [2, 3, 4, 0]
    assert batch.numbers[1].tolist() in ([102, 103, 104, 105], [105, 106, 107, 108])
    assert batch.mask.tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert (batch.texts, batch.words) == (2, 7)


@pytest.mark.parametrize(("keep", "first"), [("first", 102), ("last", 105)])
def test_padding_as_keras_does(keep, first):
    recipe = TextRecipe(longest=4, keep=keep, padding="before")
    batch = batches.padded(texts(3, 7), [0, 1], recipe, 0)
    assert batch.numbers[0].tolist() == [0, 2, 3, 4]
    assert batch.numbers[1].tolist() == list(range(first, first + 4))
    assert batch.lengths.tolist() == [4, 4]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(0, 20))
def test_levelled_texts_have_no_padding(lengths, seed):
    whole = texts(*lengths)
    batch = batches.equal_length(whole, range(len(lengths)), TextRecipe(longest=9), seed)
    assert batch.numbers.shape[1] <= min(9, *lengths)
    assert (batch.numbers != 0).all()
    for row, text in zip(batch.numbers.tolist(), range(len(lengths)), strict=True):
        own = whole[text].tolist()
        assert row in (own[: len(row)], own[-len(row) :])


@given(LENGTHS, st.integers(1, 5))
def test_processes_share_a_batch(lengths, processes):
    whole = batches.padded(texts(*lengths), range(len(lengths)), TextRecipe(longest=50), 0)
    parts = [whole.part(process, processes) for process in range(processes)]
    rows = [row for part in parts if part.weight for row in part.rows.tolist()]
    assert sorted(rows) == list(range(len(lengths)))
    ones = torch.ones_like(whole.numbers, dtype=torch.float)
    torch.manual_seed(1)
    dropped = whole.dropout(ones, 0.4)
    for part in parts:
        assert len(part.rows) > 0
        torch.manual_seed(1)
        assert torch.equal(part.dropout(ones[part.rows], 0.4), dropped[part.rows])
        torch.manual_seed(2)
        unknown = part.with_unknown(0.5)
        torch.manual_seed(2)
        assert torch.equal(unknown, whole.with_unknown(0.5)[part.rows])


def test_dropout_keeps_the_mean():
    batch = batches.padded(texts(*[20] * 200), range(200), TextRecipe(longest=20), 0)
    torch.manual_seed(0)
    dropped = batch.dropout(torch.ones(200, 20, 8), 0.3)
    assert float(dropped.mean()) == pytest.approx(1, abs=0.02)
    assert sorted(set(dropped.flatten().tolist())) == pytest.approx([0, 1 / 0.7])
    share = (batch.with_unknown(0.25) == 1).float().mean()
    assert float(share) == pytest.approx(0.25, abs=0.03)
