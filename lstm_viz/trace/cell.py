"""The equations of the recurrent cells, once, for all steps at a time.

What came before each step is known, so that nothing but the LSTM's cell state has to be computed
step after step. x is what the cell reads, h' and c' are the states before the step.

LSTM (Hochreiter and Schmidhuber 1997; the forget gate is from Gers, Schmidhuber and Cummins 2000):

    i = sigmoid(W_i x + U_i h' + b_i)        g = tanh(W_g x + U_g h' + b_g)
    f = sigmoid(W_f x + U_f h' + b_f)        o = sigmoid(W_o x + U_o h' + b_o)
    c = f · c' + i · g                       h = o · tanh(c)

GRU (Cho et al. 2014, in PyTorch's form: the reset gate acts behind the recurrent product, and z
keeps the old state):

    r = sigmoid(W_r x + U_r h' + b_r)        n = tanh(W_n x + b_n + r · (U_n h' + b'_n))
    z = sigmoid(W_z x + U_z h' + b_z)        h = (1 - z) · n + z · h'

Plain RNN (Elman 1990): h = tanh(W x + U h' + b), or relu in place of tanh.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

_NARROW = 4096  # values of one step up to which doubling was the faster scan, on two cores

Rebuilt = tuple[dict[str, Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class CellWeights:
    """The weights of one layer in one direction, gates stacked in PyTorch's order.

    Attributes:
        from_input: W.
        from_hidden: U; "output" is the size of the hidden state.
        input_bias: b; None for a layer without.
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

    def to(self, dtype: torch.dtype) -> "CellWeights":
        """Return the same in another kind of number."""
        if self.from_input.dtype == dtype:
            return self
        parts: list[Any] = [getattr(self, field.name) for field in fields(self)]
        converted: list[Any] = [part if part is None else part.to(dtype) for part in parts]
        return CellWeights(*converted)

    @property
    def biases(self) -> tuple[Tensor | None, Tensor | None]:
        """The bias beside the input, and the one beside the recurrent product."""
        return self.input_bias, self.hidden_bias

    @property
    def bias(self) -> Float[Tensor, " gates"] | None:
        """Both biases added, where they may be."""
        if self.input_bias is None or self.hidden_bias is None:
            return None
        return self.input_bias + self.hidden_bias


def lstm(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch output"],
    initial: Mapping[str, Tensor],
) -> Rebuilt:
    """Return the six quantities of an LSTM, and the hidden states that follow from them."""
    sums = _sums(weights, features, hidden_state, initial["hidden_state"])
    i, f, g, o = sums.chunk(4, dim=-1)
    i, f, g, o = i.sigmoid_(), f.sigmoid_(), g.tanh_(), o.sigmoid_()
    cell = cell_states(f, i * g, initial["cell_state"])
    rebuilt = cell.tanh().mul_(o)
    if weights.projection is not None:
        rebuilt = rebuilt @ weights.projection.T
    quantities = {
        "input_gate": i,
        "forget_gate": f,
        "candidate": g,
        "output_gate": o,
        "cell_state": cell,
        "hidden_state": hidden_state,
    }
    return quantities, rebuilt


def gru(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch unit"],
    initial: Mapping[str, Tensor],
) -> Rebuilt:
    """Return the four quantities of a GRU, and the hidden states that follow from them."""
    before = torch.cat([initial["hidden_state"][None], hidden_state[:-1]])
    read = nn.functional.linear(features, weights.from_input, weights.input_bias)
    recalled = nn.functional.linear(before, weights.from_hidden, weights.hidden_bias)
    read_r, read_z, read_n = read.chunk(3, dim=-1)
    recalled_r, recalled_z, recalled_n = recalled.chunk(3, dim=-1)
    r = (read_r + recalled_r).sigmoid_()
    z = (read_z + recalled_z).sigmoid_()
    n = torch.addcmul(read_n, r, recalled_n).tanh_()
    quantities = {
        "reset_gate": r, "update_gate": z, "candidate": n, "hidden_state": hidden_state
    }  # fmt: skip
    return quantities, torch.lerp(n, before, z)


def rnn(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch unit"],
    initial: Mapping[str, Tensor],
    squash: Callable[[Tensor], Tensor] = torch.tanh,
) -> Rebuilt:
    """Return the hidden states of a plain RNN, as put out and as they follow from the equation."""
    sums = _sums(weights, features, hidden_state, initial["hidden_state"])
    return {"hidden_state": hidden_state}, squash(sums)


def _sums(
    weights: CellWeights, features: Tensor, hidden_state: Tensor, initial_hidden: Tensor
) -> Tensor:
    """Return W x + U h' + b at every step: two products for all gates and steps."""
    sums = nn.functional.linear(features, weights.from_input, weights.bias)
    rows = sums.flatten(0, 1)
    batch = len(initial_hidden)
    rows[:batch].addmm_(initial_hidden, weights.from_hidden.T)
    if len(features) > 1:
        rows[batch:].addmm_(hidden_state[:-1].flatten(0, 1), weights.from_hidden.T)
    return sums


def cell_states(
    forget_gate: Float[Tensor, "step batch unit"],
    written: Float[Tensor, "step batch unit"],
    initial: Float[Tensor, "batch unit"],
) -> Float[Tensor, "step batch unit"]:
    """Return c = f · c' + written at every step, in the place of ``written``.

    Law:
        Both ways of computing it agree to rounding.
    """
    scan = _by_doubling if initial.numel() <= _NARROW else _step_by_step
    return scan(forget_gate, written, initial)


def _step_by_step(forget_gate: Tensor, written: Tensor, initial: Tensor) -> Tensor:
    """One fused operation a step: best where a step is wide enough to keep the machine busy."""
    before = initial
    for keep, state in zip(forget_gate.unbind(), written.unbind(), strict=True):
        before = state.addcmul_(keep, before)
    return written


def _by_doubling(forget_gate: Tensor, written: Tensor, initial: Tensor) -> Tensor:
    """A few operations over all steps: best where calling 200 small ones costs more than the work.

    After the pass with ``reach`` r each state holds what its last 2r steps wrote and kept, and
    ``kept`` the product of as many forget gates: Hillis and Steele 1986, Data Parallel
    Algorithms, with f · c + w as the operation that is chained.
    """
    states = written
    states[0].addcmul_(forget_gate[0], initial)
    kept, reach = forget_gate[1:], 1
    while reach < len(states):
        states[reach:] = torch.addcmul(states[reach:], kept, states[:-reach])
        kept = kept[reach:] * kept[:-reach]
        reach *= 2
    return states


def rnn_relu(
    weights: CellWeights, features: Tensor, hidden_state: Tensor, initial: Mapping[str, Tensor]
) -> Rebuilt:
    """Return the same as ``rnn`` for a cell with relu."""
    return rnn(weights, features, hidden_state, initial, torch.relu)


# By the name that PyTorch gives to the kind of a module.
EQUATIONS: Mapping[str, Callable[[CellWeights, Tensor, Tensor, Mapping[str, Tensor]], Rebuilt]] = {
    "LSTM": lstm,
    "GRU": gru,
    "RNN_TANH": rnn,
    "RNN_RELU": rnn_relu,
}
