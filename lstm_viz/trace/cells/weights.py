"""The weights of one recurrent layer in one direction."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, slots=True)
class CellWeights:
    """The weights of one layer in one direction, gates stacked in PyTorch's order.

    Attributes:
        from_input: W.
        from_hidden: U; "output" is the size of the hidden state.
        input_bias: b; None for a layer without biases.
        hidden_bias: PyTorch's second bias, added to the recurrent product.
        projection: W_hr of an LSTM with ``proj_size``, which makes h = W_hr (o · tanh(c)).
    """

    from_input: Float[Tensor, "gates feature"]
    from_hidden: Float[Tensor, "gates output"]
    input_bias: Float[Tensor, " gates"] | None = None
    hidden_bias: Float[Tensor, " gates"] | None = None
    projection: Float[Tensor, "output unit"] | None = None

    @classmethod
    def of(cls, parts: Sequence[Tensor | None], *, biased: bool) -> "CellWeights":
        """Take the weights of one layer and direction, in the order in which PyTorch lists them.

        Args:
            parts: the two matrices, the two biases if there are any, the projection if there is.
            biased: whether there are biases.
        """
        from_input, from_hidden, *others = parts
        biases, projection = (others[:2], others[2:]) if biased else ([None, None], others)
        return cls(cast(Tensor, from_input), cast(Tensor, from_hidden), *biases, *projection)

    def listed(self) -> list[Tensor]:
        """Return those that exist, in the order in which PyTorch lists them."""
        parts = (getattr(self, field.name) for field in fields(self))
        return [part for part in parts if part is not None]

    def to(self, dtype: torch.dtype) -> "CellWeights":
        """Return the same weights in another dtype."""
        if self.from_input.dtype == dtype:
            return self
        parts: list[Any] = [getattr(self, field.name) for field in fields(self)]
        converted: list[Any] = [part if part is None else part.to(dtype) for part in parts]
        return CellWeights(*converted)

    @property
    def bias(self) -> Float[Tensor, " gates"] | None:
        """The sum of both biases, for cells that add both before the activation."""
        if self.input_bias is None or self.hidden_bias is None:
            return None
        return self.input_bias + self.hidden_bias
