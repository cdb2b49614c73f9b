"""What does one Keras layer do with values and their mask? The same, on PyTorch modules.

A mask says which steps are words and which are padding. Keras skips masked steps wherever they
are: they leave the states unchanged. So a recurrent layer reads only the real steps, packed, and
its outputs are put back to where these were.
"""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

Mask = Tensor | None
Merge = Literal["concat", "sum", "mul", "ave"]

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: x.softmax(-1),
    "log_softmax": lambda x: x.log_softmax(-1),
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "swish": functional.silu,
    "softplus": functional.softplus,
    "softsign": functional.softsign,
}


@dataclass(frozen=True, slots=True)
class Embed:
    """Numbers to rows of a table.

    Attributes:
        masks: whether number 0 is padding.
    """

    masks: bool

    def __call__(self, module: nn.Module, values: Tensor, mask: Mask) -> tuple[Tensor, Mask]:
        """Return the rows, and the mask that follows from the numbers."""
        numbers = values.long()
        return module(numbers), numbers != 0 if self.masks else mask


@dataclass(frozen=True, slots=True)
class Recur:
    """A recurrent layer in one or two directions.

    Attributes:
        sequences: whether it puts out every step, not only the last.
        merge: how two directions become one.
        zeros: whether what it puts out at masked steps is 0, not what came before.
    """

    sequences: bool
    merge: Merge
    zeros: bool

    def __call__(self, module: nn.Module, values: Tensor, mask: Mask) -> tuple[Tensor, Mask]:
        """Return every step with the mask, or the last step without."""
        hidden, last = _run(module, values, mask, zeros=self.zeros)
        if not self.sequences:
            if self.zeros and mask is not None:
                last = last * mask[:, -1:]  # Keras puts out 0 after a masked last step, too
            return self._merged(list(last)), None
        ways = list(hidden.chunk(len(last), -1))
        return self._merged(ways), mask

    def _merged(self, ways: list[Tensor]) -> Tensor:
        if len(ways) == 1:
            return ways[0]
        forward, backward = ways
        if self.merge == "concat":
            return torch.cat(ways, -1)
        if self.merge == "mul":
            return forward * backward
        return (forward + backward) / (2 if self.merge == "ave" else 1)


@dataclass(frozen=True, slots=True)
class Dense:
    """A linear layer and its activation."""

    activation: str

    def __call__(self, module: nn.Module, values: Tensor, mask: Mask) -> tuple[Tensor, Mask]:
        """Return the activations."""
        return ACTIVATIONS[self.activation](module(values)), mask


@dataclass(frozen=True, slots=True)
class Activate:
    """An activation as a layer of its own."""

    activation: str

    def __call__(self, _: object, values: Tensor, mask: Mask) -> tuple[Tensor, Mask]:
        """Return the activations."""
        return ACTIVATIONS[self.activation](values), mask


@dataclass(frozen=True, slots=True)
class Pool:
    """The mean or the largest value over all steps."""

    mean: bool

    def __call__(self, _: object, values: Tensor, mask: Mask) -> tuple[Tensor, Mask]:
        """Return one row per text; only a mean leaves masked steps out."""
        if not self.mean:
            return values.amax(1), None
        if mask is None:
            return values.mean(1), None
        real = mask.to(values.dtype)[:, :, None]
        return (values * real).sum(1) / real.sum(1), None


Step = Any  # one of the classes above: (module, values, mask) to (values, mask)


def _run(module: nn.Module, values: Tensor, mask: Mask, *, zeros: bool) -> tuple[Tensor, Tensor]:
    """Run a recurrent module over the real steps; return its steps and its last states."""
    if mask is None or bool(mask.all()):
        hidden, final = module(values)
        return hidden, final[0] if isinstance(final, tuple) else final
    counts = mask.sum(1)
    packed_order = (~mask).long().argsort(dim=1, stable=True)  # the real steps first
    rows = torch.arange(len(values), device=values.device)[:, None]
    packed = pack_padded_sequence(
        values[rows, packed_order],
        counts.clamp(min=1).cpu(),
        batch_first=True,
        enforce_sorted=False,
    )
    hidden, final = module(packed)
    hidden, _ = pad_packed_sequence(hidden, batch_first=True, total_length=values.shape[1])
    last = final[0] if isinstance(final, tuple) else final
    some = (counts > 0)[:, None]
    ways = [
        _put_back(way, mask, backward=bool(number), zeros=zeros)
        for number, way in enumerate(hidden.chunk(len(last), -1))
    ]
    return torch.cat(ways, -1) * some[:, None], last * some


def _put_back(way: Tensor, mask: Tensor, *, backward: bool, zeros: bool) -> Tensor:
    """Put the steps of one direction back to where they were.

    At a masked step stands what the layer put out at the last real step that it had read, or 0.
    """
    real = mask.long()
    place = real.cumsum(1) - 1
    if backward:
        place = place + (1 - real)  # the next real step is what a backward layer read before
    count = real.sum(1, keepdim=True)
    outside = (place < 0) | (place >= count)
    if zeros:
        outside = outside | ~mask
    found = way.gather(1, place.clamp(0, way.shape[1] - 1)[:, :, None].expand_as(way))
    return found.masked_fill(outside[:, :, None], 0)
