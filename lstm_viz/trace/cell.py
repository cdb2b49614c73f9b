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

_NARROW = 4096  # values of one step up to which doubling was the faster scan, on two cores


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


def gates(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch output"],
    initial_hidden: Float[Tensor, "batch output"],
) -> tuple[Float[Tensor, "step batch unit"], ...]:
    """Return i, f, g, o at every step: one product for all of them, activated in place.

    Args:
        weights: of the layer.
        features: what the layer read.
        hidden_state: what it put out after each step.
        initial_hidden: its hidden state before the first step.
    """
    sums = nn.functional.linear(features, weights.from_input, weights.bias)
    rows = sums.flatten(0, 1)
    batch = len(initial_hidden)
    rows[:batch].addmm_(initial_hidden, weights.from_hidden.T)
    if len(features) > 1:
        rows[batch:].addmm_(hidden_state[:-1].flatten(0, 1), weights.from_hidden.T)
    i, f, g, o = sums.chunk(4, dim=-1)
    return i.sigmoid_(), f.sigmoid_(), g.tanh_(), o.sigmoid_()


def cell_states(
    forget_gate: Float[Tensor, "step batch unit"],
    written: Float[Tensor, "step batch unit"],
    initial: Float[Tensor, "batch unit"],
) -> Float[Tensor, "step batch unit"]:
    """Return c = f · c' + written at every step.

    Law:
        Both ways of computing it agree to rounding.
    """
    scan = _by_doubling if initial.numel() <= _NARROW else _step_by_step
    return scan(forget_gate, written, initial)


def _step_by_step(forget_gate: Tensor, written: Tensor, initial: Tensor) -> Tensor:
    """One fused operation a step: best where a step is wide enough to keep the machine busy."""
    states = torch.empty_like(written)
    before = initial
    for keep, write, state in zip(
        forget_gate.unbind(), written.unbind(), states.unbind(), strict=True
    ):
        before = torch.addcmul(write, keep, before, out=state)
    return states


def _by_doubling(forget_gate: Tensor, written: Tensor, initial: Tensor) -> Tensor:
    """A few operations over all steps: best where calling 200 small ones costs more than the work.

    After the pass with ``reach`` r each state holds what its last 2r steps wrote and kept, and
    ``kept`` the product of as many forget gates: Hillis and Steele 1986, Data Parallel
    Algorithms, with f · c + w as the operation that is chained.
    """
    states = written.clone(memory_format=torch.contiguous_format)
    states[0].addcmul_(forget_gate[0], initial)
    kept, reach = forget_gate[1:], 1
    while reach < len(states):
        states[reach:] = torch.addcmul(states[reach:], kept, states[:-reach])
        kept = kept[reach:] * kept[:-reach]
        reach *= 2
    return states
