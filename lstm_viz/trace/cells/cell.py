"""What every kind of recurrent cell defines, and the products that they share."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from lstm_viz.notation import Quantity
from lstm_viz.trace.cells.weights import CellWeights
from lstm_viz.trace.layer_trace import PreActivation

CellKind = Literal["LSTM", "GRU", "RNN"]
Activation = Callable[[Tensor], Tensor]
Change = Callable[..., Tensor]  # (name, value, activation or None) -> the quantity
Quantities = dict[str, Tensor]
States = Mapping[str, Tensor]

# (weights, features, hidden states, initial states) -> quantities, hidden states that follow
AllSteps = Callable[[CellWeights, Tensor, Tensor, States], tuple[Quantities, Tensor]]
# (weights, W x + b, U h' + b', states before the step, change) -> quantities
OneStep = Callable[[CellWeights, Tensor, Tensor, States, Change], Quantities]
# (quantities, states before each step) -> the states that follow from the gates
StatesFromGates = Callable[[States, States], Quantities]
# (weights, features, hidden state before each step, quantities) -> parts by name
PreActivations = Callable[[CellWeights, Tensor, Tensor, States], dict[str, PreActivation[Tensor]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of recurrent cell.

    Attributes:
        mode: PyTorch's name of the kind and its activation.
        kind: PyTorch's name of the layer class.
        quantities: what it computes at each step, in the order of ``lstm_viz.notation``.
        states: names of the states that it carries from step to step, in the order in which
            PyTorch passes them.
        memory: the state that holds what it remembers.
        keep_gate: the share of the memory that is kept; None where no gate decides it.
        activations: what makes each gate and the candidate of its pre-activation (of a plain RNN
            the hidden state), in the order in which PyTorch stacks their weights.
        layer_class: PyTorch's module for whole sequences.
        step_class: PyTorch's module for single steps.
        layer_kernel: the function that ``layer_class`` calls.
        step_kernel: the function that ``step_class`` calls.
        all_steps: computes all quantities at every step, given the hidden states; without autograd.
        one_step: computes all quantities of one step; each passes through ``change``.
        states_from_gates: computes the states of all steps from the recorded gates, as far as the
            equations determine them.
        pre_activations: splits what goes into each activation; see ``additive_pre_activations``.
    """

    mode: str
    kind: CellKind
    quantities: tuple[Quantity, ...]
    states: tuple[str, ...]
    memory: str
    keep_gate: str | None
    activations: Mapping[str, Activation]
    layer_class: type[nn.RNNBase]
    step_class: type[nn.RNNCellBase]
    layer_kernel: Callable[..., Any]
    step_kernel: Callable[..., Any]
    all_steps: AllSteps
    one_step: OneStep
    states_from_gates: StatesFromGates
    pre_activations: PreActivations

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its quantities."""
        return tuple(quantity.name for quantity in self.quantities)

    @property
    def stacked(self) -> tuple[str, ...]:
        """The names of what has an activation, in the order in which PyTorch stacks the weights."""
        return tuple(self.activations)


def summed_products(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch output"],
    initial: Float[Tensor, "batch output"],
) -> Float[Tensor, "step batch gates"]:
    """Return W x + U h' + b at every step: two products for all gates and steps."""
    sums = linear(features, weights.from_input, weights.bias)
    rows = sums.flatten(0, 1)
    batch = len(initial)
    rows[:batch].addmm_(initial, weights.from_hidden.T)
    if len(features) > 1:
        rows[batch:].addmm_(hidden_state[:-1].flatten(0, 1), weights.from_hidden.T)
    return sums


def before_each_step(
    states: Float[Tensor, "step *batch unit"], initial: Float[Tensor, "*batch unit"]
) -> Float[Tensor, "step *batch unit"]:
    """Return the state before each step, given those after it."""
    return torch.cat([initial[None], states[:-1]])


def additive_pre_activations(
    names: Collection[str],
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    before: Float[Tensor, "step batch output"],
    quantities: States,
    recurrent_gates: Mapping[str, str] | None = None,
) -> dict[str, PreActivation[Tensor]]:
    """Split what goes into each activation into three parts.

    Args:
        names: of what has an activation, in the order in which the weights are stacked.
        weights: of the layer.
        features: what it read.
        before: the hidden state before each step.
        quantities: what it computed.
        recurrent_gates: names of the gates that scale a recurrent product and its bias, by the name
            of what the product leads to.

    Returns:
        The parts by name, (step, batch, unit) each.

    Law:
        quantity = activation(input + recurrent + bias), to rounding.
    """
    from_input = linear(features, weights.from_input).chunk(len(names), -1)
    from_hidden = linear(before, weights.from_hidden).chunk(len(names), -1)
    biases = (_expanded(b, from_input) for b in (weights.input_bias, weights.hidden_bias))
    parts = {}
    for name, x, h, b, v in zip(names, from_input, from_hidden, *biases, strict=True):
        gate = (recurrent_gates or {}).get(name)
        share = 1 if gate is None else quantities[gate]
        parts[name] = PreActivation(x, share * h, b + share * v)
    return parts


def _expanded(bias: Tensor | None, like: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    if bias is None:
        return (torch.zeros_like(like[0]),) * len(like)
    return tuple(part.expand_as(like[0]) for part in bias.chunk(len(like)))
