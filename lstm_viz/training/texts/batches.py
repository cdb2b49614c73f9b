"""In which order are texts read, with which others, and by which process?

Order, ends and everything else that chance decides are functions of the seed and the step, so
that a run that was stopped goes on as if it had not been, and several processes do together what
one would do.
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

_NEIGHBOURS = 4_000  # texts sorted by length together: little padding, yet a random order


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts side by side: those of a batch that one process reads.

    Attributes:
        numbers: vocabulary numbers.
        lengths: words of each text.
        targets: probability that each label should get.
        rows: which texts of the batch these are.
        texts: how many the whole batch has.
        words: how many words the whole batch has.
        weight: 0 for a process that reads a text only because the batch has none for it.
        generator: of what chance decides; PyTorch's own, which all threads share, if None.
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
        """1 where there is a word, 0 where a text is filled up behind."""
        steps = torch.arange(self.numbers.shape[1], device=self.lengths.device)
        return (steps < self.lengths[:, None]).float()

    def of(self, process: int, processes: int) -> "Batch":
        """Return the texts of the batch that one of several processes reads."""
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
        """Return the batch on a device, with a generator of random numbers there."""
        moved = {name: getattr(self, name).to(device) for name in ("numbers", "lengths", "targets")}
        return replace(self, **moved, rows=self.rows.to(device), generator=generator)

    def chances(self, shape: Sequence[int]) -> Tensor:
        """Draw numbers in [0, 1), (batch, *shape), the same for a text whoever reads it."""
        size, device = (self.texts, *shape), self.numbers.device
        whole = torch.rand(size, device=device, generator=self.generator)
        return whole if len(self.rows) == self.texts else whole[self.rows]

    def dropped(self, values: Tensor, share: float) -> Tensor:
        """Leave out a random share of numbers, (batch, …), and raise the others instead."""
        if not share:
            return values
        kept = self.chances(values.shape[1:]) >= share
        return values * kept.to(values.dtype) / (1 - share)

    def with_unknown(self, share: float) -> Int[Tensor, "batch step"]:
        """Return the numbers, a random share of the words replaced by "unknown"."""
        if not share:
            return self.numbers
        replaced = (self.chances(self.numbers.shape[1:]) < share) & (self.numbers != PADDING)
        return self.numbers.masked_fill(replaced, UNKNOWN)


def order(
    lengths: Int[np.ndarray, " text"], words_per_batch: int, seed: int
) -> list[Int[np.ndarray, " batch"]]:
    """Share texts of like length out into batches.

    Args:
        lengths: words of each text.
        words_per_batch: at most, padding included; a longer text stands alone.
        seed: of the order.

    Returns:
        The texts of each batch; every text is in exactly one.
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


def plain_order(texts: int, texts_per_batch: int, seed: int) -> list[Int[np.ndarray, " batch"]]:
    """Share texts out into batches of one size, at random."""
    shuffled = np.random.default_rng(seed).permutation(texts)
    return [shuffled[at : at + texts_per_batch] for at in range(0, texts, texts_per_batch)]


def padded(
    texts: Texts, chosen: Sequence[int] | Int[np.ndarray, " batch"], recipe: TextRecipe, seed: int
) -> Batch:
    """Put texts side by side; of one that is too long its first or its last words."""
    draw = np.random.default_rng(seed)
    last = {"first": 0.0, "last": 1.0, "either": 0.5}[recipe.keep]
    rows = [
        _cut(texts[int(index)], recipe.longest, from_end=draw.random() < last) for index in chosen
    ]
    lengths = np.array([len(row) for row in rows])
    if recipe.padding == "before":
        # As Keras pads: the network reads the padding too, and ends with the text.
        numbers = np.full((len(rows), recipe.longest), PADDING, np.int64)
        for row, line in zip(rows, numbers, strict=True):
            line[-len(row) :] = row
        return _batch(numbers, np.full(len(rows), recipe.longest), texts.targets[chosen])
    numbers = np.full((len(rows), lengths.max()), PADDING, np.int64)
    for row, line in zip(rows, numbers, strict=True):
        line[: len(row)] = row
    return _batch(numbers, lengths, texts.targets[chosen])


def levelled(
    texts: Texts,
    chosen: Sequence[int] | Int[np.ndarray, " batch"],
    recipe: TextRecipe,
    seed: int,
) -> Batch:
    """Put texts of equal length side by side: half of the time their ends, else their beginnings.

    A network that looks ahead would also read padding.
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
