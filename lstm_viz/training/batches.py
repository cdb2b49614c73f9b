"""In which order are texts read, and with which others?

The whole order is a function of the seed, so that a run that was stopped goes on as if it had not
been.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from lstm_viz.text.vocabulary import PADDING, UNKNOWN
from lstm_viz.training.corpus import Texts

_NEIGHBOURS = 4_000  # texts sorted by length together: little padding, yet a random order


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts, padded to the longest.

    Attributes:
        numbers: vocabulary numbers.
        lengths: words of each text.
        targets: P(positive) that each text should get.
    """

    numbers: Int[Tensor, "batch step"]
    lengths: Int[Tensor, " batch"]
    targets: Float[Tensor, " batch"]

    @property
    def mask(self) -> Float[Tensor, "batch step"]:
        """1 where there is a word, 0 behind a text."""
        steps = torch.arange(self.numbers.shape[1])
        return (steps < self.lengths[:, None]).float()


def order(
    lengths: Int[np.ndarray, " text"], tokens_per_batch: int, seed: int
) -> list[Int[np.ndarray, " batch"]]:
    """Share texts of like length out into batches.

    Args:
        lengths: words of each text.
        tokens_per_batch: words per batch at most, padding included; a longer text stands alone.
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
            full = last < len(near) and lengths[near[last]] * (last + 1 - first) > tokens_per_batch
            if full or last == len(near):
                found.append(near[first:last])
                first = last
    return [found[index] for index in draw.permutation(len(found))]


def padded(
    texts: Texts, chosen: Sequence[int] | Int[np.ndarray, " batch"], longest: int, seed: int
) -> Batch:
    """Put texts side by side; of one longer than ``longest`` its first or its last words."""
    draw = np.random.default_rng(seed)
    rows = [_cut(texts[int(index)], longest, from_end=draw.random() < 0.5) for index in chosen]
    lengths = np.array([len(row) for row in rows])
    numbers = np.full((len(rows), lengths.max()), PADDING, np.int64)
    for row, line in zip(rows, numbers, strict=True):
        line[: len(row)] = row
    return Batch(
        torch.from_numpy(numbers),
        torch.from_numpy(lengths),
        torch.from_numpy(texts.targets[chosen]),
    )


def _cut(
    row: Int[np.ndarray, " token"], longest: int, *, from_end: bool
) -> Int[np.ndarray, " step"]:
    return row[-longest:] if from_end else row[:longest]


def with_unknown(numbers: Int[Tensor, "batch step"], share: float) -> Int[Tensor, "batch step"]:
    """Replace a random share of the words by "unknown"."""
    replaced = (torch.rand(numbers.shape) < share) & (numbers != PADDING)
    return numbers.masked_fill(replaced, UNKNOWN)
