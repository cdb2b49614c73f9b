"""Batches of texts, and the random choices that go with them.

Order, cutting, dropout and every other random choice depend on the seed and the step alone. So a
stopped run continues exactly, and several processes do together what one would do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from lstm_viz.text.vocabulary import PADDING, UNKNOWN
from lstm_viz.training.recipe import TextRecipe
from lstm_viz.training.texts.corpus import Texts

_NEIGHBOURS = 4_000  # texts sorted by length together: little padding, yet random order


@dataclass(frozen=True, slots=True)
class Batch:
    """The texts of a batch that one process has.

    Attributes:
        numbers: vocabulary numbers.
        lengths: words of each text.
        targets: probability that each label should get.
        rows: index of each text in the whole batch.
        texts: number of texts of the whole batch.
        words: number of words of the whole batch.
        weight: 0 for a process that repeats a text because there is none left for it.
        generator: of random numbers; PyTorch's own, which all threads share, if None.
    """

    numbers: Int[Tensor, "batch step"]
    lengths: Int[Tensor, " batch"]
    targets: Float[Tensor, "batch label"]
    rows: Int[Tensor, " batch"]
    texts: int
    words: int
    weight: float = 1.0
    generator: torch.Generator | None = None

    @property
    def mask(self) -> Float[Tensor, "batch step"]:
        """1 at words, 0 at padding."""
        steps = torch.arange(self.numbers.shape[1], device=self.lengths.device)
        return (steps < self.lengths[:, None]).float()

    def part(self, process: int, processes: int) -> "Batch":
        """Return the texts of the batch that one of several processes has."""
        if processes == 1:
            return self
        rows = self.rows[process::processes]
        weight = 1.0 if len(rows) else 0.0
        rows = rows if len(rows) else self.rows[:1]
        return replace(
            self,
            numbers=self.numbers[rows],
            lengths=self.lengths[rows],
            targets=self.targets[rows],
            rows=rows,
            weight=weight,
        )

    def to(self, device: torch.device, generator: torch.Generator) -> "Batch":
        """Return the batch on a device, with a generator of that device."""
        moved = {name: getattr(self, name).to(device) for name in ("numbers", "lengths", "targets")}
        return replace(self, **moved, rows=self.rows.to(device), generator=generator)

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Draw numbers in [0, 1), (batch, *shape), the same for a text in any process."""
        size, device = (self.texts, *shape), self.numbers.device
        whole = torch.rand(size, device=device, generator=self.generator)
        return whole if len(self.rows) == self.texts else whole[self.rows]

    def dropout(self, values: Tensor, share: float) -> Tensor:
        """Set a random share of numbers, (batch, …), to zero and scale up the others."""
        if not share:
            return values
        kept = self.uniform(values.shape[1:]) >= share
        return values * kept.to(values.dtype) / (1 - share)

    def with_unknown(self, share: float) -> Int[Tensor, "batch step"]:
        """Return the numbers with a random share of the words replaced by "unknown"."""
        if not share:
            return self.numbers
        replaced = (self.uniform(self.numbers.shape[1:]) < share) & (self.numbers != PADDING)
        return self.numbers.masked_fill(replaced, UNKNOWN)


def batches_by_length(
    lengths: Int[np.ndarray, " text"], words_per_batch: int, seed: int
) -> list[Int[np.ndarray, " batch"]]:
    """Divide texts into batches of similar length.

    Args:
        lengths: words of each text.
        words_per_batch: at most, padding included; a longer text is a batch of its own.
        seed: of the order.

    Returns:
        The indices of the texts of each batch; every text is in exactly one.
    """
    draw = np.random.default_rng(seed)
    texts = draw.permutation(len(lengths))
    found: list[Int[np.ndarray, " batch"]] = []
    for start in range(0, len(texts), _NEIGHBOURS):
        near = texts[start : start + _NEIGHBOURS]
        near = near[np.argsort(lengths[near], kind="stable")]
        first = 0
        for last in range(1, len(near) + 1):
            full = last < len(near) and lengths[near[last]] * (last + 1 - first) > words_per_batch
            if full or last == len(near):
                found.append(near[first:last])
                first = last
    return [found[index] for index in draw.permutation(len(found))]


def random_batches(texts: int, texts_per_batch: int, seed: int) -> list[Int[np.ndarray, " batch"]]:
    """Divide texts into random batches of one size."""
    shuffled = np.random.default_rng(seed).permutation(texts)
    return [shuffled[at : at + texts_per_batch] for at in range(0, texts, texts_per_batch)]


def padded(
    texts: Texts, chosen: Sequence[int] | Int[np.ndarray, " batch"], recipe: TextRecipe, seed: int
) -> Batch:
    """Make a batch; of a text that is too long, its first or its last words."""
    draw = np.random.default_rng(seed)
    last = {"first": 0.0, "last": 1.0, "either": 0.5}[recipe.keep]
    rows = [
        _cut(texts[int(index)], recipe.longest, from_end=draw.random() < last) for index in chosen
    ]
    lengths = np.array([len(row) for row in rows])
    if recipe.padding == "before":
        # As Keras does: the padding is part of the sequence, which ends with the text.
        numbers = np.full((len(rows), recipe.longest), PADDING, np.int64)
        for row, line in zip(rows, numbers, strict=True):
            line[-len(row) :] = row
        return _batch(numbers, np.full(len(rows), recipe.longest), texts.targets[chosen])
    numbers = np.full((len(rows), lengths.max()), PADDING, np.int64)
    for row, line in zip(rows, numbers, strict=True):
        line[: len(row)] = row
    return _batch(numbers, lengths, texts.targets[chosen])


def equal_length(
    texts: Texts,
    chosen: Sequence[int] | Int[np.ndarray, " batch"],
    recipe: TextRecipe,
    seed: int,
) -> Batch:
    """Make a batch without padding: half of the time of the ends of texts, else of beginnings.

    For bidirectional networks, whose backward direction would start in the padding.
    """
    draw = np.random.default_rng(seed)
    shortest = min(recipe.longest, *(len(texts[int(index)]) for index in chosen))
    if draw.random() < 0.5:
        words, from_end = shortest, True
    else:
        words, from_end = max(1, int(np.ceil(draw.random() * shortest))), False
    rows = np.stack([_cut(texts[int(index)], words, from_end=from_end) for index in chosen])
    return _batch(rows.astype(np.int64), np.full(len(rows), words), texts.targets[chosen])


def _batch(
    numbers: Int[np.ndarray, "batch step"],
    lengths: Int[np.ndarray, " batch"],
    targets: Float[np.ndarray, "batch label"],
) -> Batch:
    return Batch(
        torch.from_numpy(numbers),
        torch.from_numpy(lengths.astype(np.int64)),
        torch.from_numpy(targets),
        torch.arange(len(numbers)),
        len(numbers),
        int(lengths.sum()),
    )


def _cut(
    row: Int[np.ndarray, " token"], longest: int, *, from_end: bool
) -> Int[np.ndarray, " step"]:
    return row[-longest:] if from_end else row[:longest]
