"""Gated recurrent unit: the update gate mixes the old hidden state with the candidate.

    r = sigmoid(W_r x + U_r h' + b_r)        n = tanh(W_n x + b_n + r · (U_n h' + b'_n))
    z = sigmoid(W_z x + U_z h' + b_z)        h = (1 - z) · n + z · h'

x is what the cell reads; h' is the hidden state before the step. This is PyTorch's form: the reset
gate acts on the recurrent product and its bias, and z is the share of the old state that is kept.

Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
Translation.
"""

from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from lstm_viz.notation import CANDIDATE, HIDDEN_STATE, RESET_GATE, UPDATE_GATE
from lstm_viz.trace.cells.cell import (
    Cell,
    Change,
    Quantities,
    States,
    additive_pre_activations,
    before_each_step,
)
from lstm_viz.trace.cells.weights import CellWeights


def all_steps(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch unit"],
    initial: States,
) -> tuple[Quantities, Float[Tensor, "step batch unit"]]:
    """Return every quantity at every step, and the hidden states that follow from them."""
    before = before_each_step(hidden_state, initial["hidden_state"])
    from_input = linear(features, weights.from_input, weights.input_bias)
    from_hidden = linear(before, weights.from_hidden, weights.hidden_bias)
    input_r, input_z, input_n = from_input.chunk(3, dim=-1)
    hidden_r, hidden_z, hidden_n = from_hidden.chunk(3, dim=-1)
    r = (input_r + hidden_r).sigmoid_()
    z = (input_z + hidden_z).sigmoid_()
    n = torch.addcmul(input_n, r, hidden_n).tanh_()
    return _named(r, z, n, hidden_state), torch.lerp(n, before, z)


def one_step(
    weights: CellWeights, from_input: Tensor, from_hidden: Tensor, before: States, change: Change
) -> Quantities:
    """Return every quantity of one step."""
    del weights
    input_r, input_z, input_n = from_input.chunk(3, -1)
    hidden_r, hidden_z, hidden_n = from_hidden.chunk(3, -1)
    r = change("reset_gate", input_r + hidden_r, torch.sigmoid)
    z = change("update_gate", input_z + hidden_z, torch.sigmoid)
    n = change("candidate", input_n + r * hidden_n, torch.tanh)
    return _named(r, z, n, change("hidden_state", (1 - z) * n + z * before["hidden_state"]))


def states_from_gates(quantities: States, before: States) -> Quantities:
    """Return the hidden states."""
    z = quantities["update_gate"]
    return {"hidden_state": z * before["hidden_state"] + (1 - z) * quantities["candidate"]}


def _named(r: Tensor, z: Tensor, n: Tensor, h: Tensor) -> Quantities:
    return {"reset_gate": r, "update_gate": z, "candidate": n, "hidden_state": h}


_ACTIVATIONS = {
    "reset_gate": torch.sigmoid,
    "update_gate": torch.sigmoid,
    "candidate": torch.tanh,
}
GRU = Cell(
    mode="GRU",
    kind="GRU",
    quantities=(UPDATE_GATE, CANDIDATE, RESET_GATE, HIDDEN_STATE),
    states=("hidden_state",),
    memory="hidden_state",
    keep_gate="update_gate",
    activations=_ACTIVATIONS,
    layer_class=nn.GRU,
    step_class=nn.GRUCell,
    layer_kernel=torch.gru,
    step_kernel=torch.gru_cell,
    all_steps=all_steps,
    one_step=one_step,
    states_from_gates=states_from_gates,
    pre_activations=partial(
        additive_pre_activations, _ACTIVATIONS, recurrent_gates={"candidate": "reset_gate"}
    ),
)
