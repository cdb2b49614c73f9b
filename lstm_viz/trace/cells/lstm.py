"""Long short-term memory: gates decide what the cell state keeps, takes in and shows.

    i = sigmoid(W_i x + U_i h' + b_i)        g = tanh(W_g x + U_g h' + b_g)
    f = sigmoid(W_f x + U_f h' + b_f)        o = sigmoid(W_o x + U_o h' + b_o)
    c = f · c' + i · g                       h = o · tanh(c)

x is what the cell reads; h' and c' are the states before the step. With ``proj_size``,
h = W_hr (o · tanh(c)).

Hochreiter and Schmidhuber 1997, Long Short-Term Memory; the forget gate is from Gers, Schmidhuber
and Cummins 2000, Learning to Forget.
"""

from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.notation import (
    CANDIDATE,
    CELL_STATE,
    FORGET_GATE,
    HIDDEN_STATE,
    INPUT_GATE,
    OUTPUT_GATE,
)
from lstm_viz.trace.cells.cell import (
    Cell,
    Change,
    Quantities,
    States,
    additive_pre_activations,
    summed_products,
)
from lstm_viz.trace.cells.scan import linear_scan
from lstm_viz.trace.cells.weights import CellWeights


def all_steps(
    weights: CellWeights,
    features: Float[Tensor, "step batch feature"],
    hidden_state: Float[Tensor, "step batch output"],
    initial: States,
) -> tuple[Quantities, Float[Tensor, "step batch output"]]:
    """Return every quantity at every step, and the hidden states that follow from them."""
    sums = summed_products(weights, features, hidden_state, initial["hidden_state"])
    i, f, g, o = sums.chunk(4, dim=-1)
    i, f, g, o = i.sigmoid_(), f.sigmoid_(), g.tanh_(), o.sigmoid_()
    c = linear_scan(f, i * g, initial["cell_state"])
    rebuilt = c.tanh().mul_(o)
    if weights.projection is not None:
        rebuilt = rebuilt @ weights.projection.T
    return _named(i, f, g, o, c, hidden_state), rebuilt


def one_step(
    weights: CellWeights, from_input: Tensor, from_hidden: Tensor, before: States, change: Change
) -> Quantities:
    """Return every quantity of one step."""
    i, f, g, o = (from_input + from_hidden).chunk(4, -1)
    i, f = change("input_gate", i, torch.sigmoid), change("forget_gate", f, torch.sigmoid)
    g, o = change("candidate", g, torch.tanh), change("output_gate", o, torch.sigmoid)
    c = change("cell_state", f * before["cell_state"] + i * g)
    h = o * c.tanh()
    if weights.projection is not None:
        h = h @ weights.projection.T
    return _named(i, f, g, o, c, change("hidden_state", h))


def states_from_gates(quantities: States, before: States) -> Quantities:
    """Return the cell states, and the hidden states unless they were projected."""
    kept = quantities["forget_gate"] * before["cell_state"]
    states = {"cell_state": kept + quantities["input_gate"] * quantities["candidate"]}
    if quantities["hidden_state"].shape == quantities["cell_state"].shape:
        states["hidden_state"] = quantities["output_gate"] * quantities["cell_state"].tanh()
    return states


def _named(i: Tensor, f: Tensor, g: Tensor, o: Tensor, c: Tensor, h: Tensor) -> Quantities:
    return {
        "input_gate": i,
        "forget_gate": f,
        "candidate": g,
        "output_gate": o,
        "cell_state": c,
        "hidden_state": h,
    }


_ACTIVATIONS = {
    "input_gate": torch.sigmoid,
    "forget_gate": torch.sigmoid,
    "candidate": torch.tanh,
    "output_gate": torch.sigmoid,
}
LSTM = Cell(
    mode="LSTM",
    kind="LSTM",
    quantities=(FORGET_GATE, INPUT_GATE, CANDIDATE, OUTPUT_GATE, CELL_STATE, HIDDEN_STATE),
    states=("hidden_state", "cell_state"),
    memory="cell_state",
    keep_gate="forget_gate",
    activations=_ACTIVATIONS,
    layer_class=nn.LSTM,
    step_class=nn.LSTMCell,
    layer_kernel=torch.lstm,
    step_kernel=torch.lstm_cell,
    all_steps=all_steps,
    one_step=one_step,
    states_from_gates=states_from_gates,
    pre_activations=partial(additive_pre_activations, _ACTIVATIONS),
)
