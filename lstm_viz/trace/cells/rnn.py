"""Plain recurrent network: h = tanh(W x + U h' + b), or relu in place of tanh.

x is what the cell reads; h' is the hidden state before the step.

Elman 1990, Finding Structure in Time.
"""

from collections.abc import Callable
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.notation import HIDDEN_STATE
from lstm_viz.trace.cells.cell import (
    Activation,
    Cell,
    Change,
    Quantities,
    States,
    additive_pre_activations,
    summed_products,
)
from lstm_viz.trace.cells.weights import CellWeights


def all_steps(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch unit"],
    initial: States,
    activation: Activation,
) -> tuple[Quantities, Float[Tensor, "step batch unit"]]:
    """Return the hidden states, the recorded ones and those that follow from the equation."""
    sums = summed_products(weights, features, hidden_state, initial["hidden_state"])
    return {"hidden_state": hidden_state}, activation(sums)


def one_step(
    weights: CellWeights,
    from_input: Tensor,
    from_hidden: Tensor,
    before: States,
    change: Change,
    activation: Activation,
) -> Quantities:
    """Return the hidden state of one step."""
    del weights, before
    return {"hidden_state": change("hidden_state", from_input + from_hidden, activation)}


def states_from_gates(quantities: States, before: States) -> Quantities:
    """Return nothing: without gates, the states follow from the pre-activations alone."""
    del quantities, before
    return {}


def _cell(
    mode: str,
    activation: Activation,
    layer_kernel: Callable[..., object],
    step_kernel: Callable[..., object],
) -> Cell:
    return Cell(
        mode=mode,
        kind="RNN",
        quantities=(HIDDEN_STATE,),
        states=("hidden_state",),
        memory="hidden_state",
        keep_gate=None,
        activations={"hidden_state": activation},
        layer_class=nn.RNN,
        step_class=nn.RNNCell,
        layer_kernel=layer_kernel,
        step_kernel=step_kernel,
        all_steps=partial(all_steps, activation=activation),
        one_step=partial(one_step, activation=activation),
        states_from_gates=states_from_gates,
        pre_activations=partial(additive_pre_activations, ("hidden_state",)),
    )


RNN_TANH = _cell("RNN_TANH", torch.tanh, torch.rnn_tanh, torch.rnn_tanh_cell)
RNN_RELU = _cell("RNN_RELU", torch.relu, torch.rnn_relu, torch.rnn_relu_cell)
