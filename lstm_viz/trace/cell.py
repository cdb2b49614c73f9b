"""The equations of the LSTM, once.

Hochreiter and Schmidhuber 1997, Long Short-Term Memory, with the forget gate of Gers,
Schmidhuber and Cummins 2000, in PyTorch's gate order: input, forget, candidate, output.

    i = sigmoid(W_i x + U_i h' + b_i)        g = tanh(W_g x + U_g h' + b_g)
    f = sigmoid(W_f x + U_f h' + b_f)        o = sigmoid(W_o x + U_o h' + b_o)
    c = f · c' + i · g                       h = o · tanh(c)
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class CellWeights:
    """The weights of one layer in one direction.

    Attributes:
        from_input: W of all four gates, stacked in PyTorch's order.
        from_hidden: U, likewise; "output" is the size of the hidden state.
        bias: b, both of PyTorch's bias vectors added; zeros for a layer without.
        projection: W_hr of a layer with ``proj_size``, which makes h = W_hr (o · tanh(c)).
    """

    from_input: Float[Tensor, "gates feature"]
    from_hidden: Float[Tensor, "gates output"]
    bias: Float[Tensor, " gates"]
    projection: Float[Tensor, "output unit"] | None

    @classmethod
    def of(cls, module: nn.LSTM, layer: int, suffix: str = "") -> "CellWeights":
        """Take the weights of one layer; the suffix "_reverse" names the backward direction."""
        place = f"l{layer}{suffix}"
        from_input = getattr(module, f"weight_ih_{place}").detach()
        if module.bias:
            bias = getattr(module, f"bias_ih_{place}") + getattr(module, f"bias_hh_{place}")
        else:
            bias = from_input.new_zeros(len(from_input))
        projection = getattr(module, f"weight_hr_{place}").detach() if module.proj_size else None
        from_hidden = getattr(module, f"weight_hh_{place}").detach()
        return cls(from_input, from_hidden, bias.detach(), projection)


def pre_activations(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_before: Float[Tensor, "step batch output"],
) -> tuple[Float[Tensor, "step batch unit"], ...]:
    """Return what goes into the gates i, f, g, o at every step: one product for all of them.

    Args:
        weights: of the layer.
        features: what the layer read.
        hidden_before: its hidden state before each step.
    """
    both = torch.cat([features, hidden_before], dim=-1)
    matrix = torch.cat([weights.from_input, weights.from_hidden], dim=1)
    return nn.functional.linear(both, matrix, weights.bias).chunk(4, dim=-1)


def cell_states(
    forget_gate: Float[Tensor, "step batch unit"],
    written: Float[Tensor, "step batch unit"],
    initial: Float[Tensor, "batch unit"],
) -> Float[Tensor, "step batch unit"]:
    """Return c = f · c' + written at every step, one fused operation each."""
    states = torch.empty_like(written)
    before = initial
    for keep, write, state in zip(
        forget_gate.unbind(), written.unbind(), states.unbind(), strict=True
    ):
        before = torch.addcmul(write, keep, before, out=state)
    return states
