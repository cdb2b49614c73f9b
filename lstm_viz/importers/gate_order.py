"""How are another library's gates brought into PyTorch's order?"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lstm_viz.notation import BY_NAME
from lstm_viz.trace.cells import CellKind, CellWeights, cell_of_kind
from lstm_viz.trace.modules import layer_class


def reorder_gates(rows: Tensor, order: str, kind: CellKind) -> Tensor:
    """Bring the rows of stacked gates into PyTorch's order.

    Args:
        rows: weights or biases with the gates stacked along the first axis.
        order: of the gates as found, by their symbols in ``lstm_viz.notation``.
        kind: of the layer.
    """
    parts = dict(zip(order, rows.chunk(len(order)), strict=True))
    return torch.cat([parts[BY_NAME[name].symbol] for name in cell_of_kind(kind).stacked])


def module_of(
    kind: CellKind, directions: Sequence[CellWeights], *, nonlinearity: str = "tanh"
) -> nn.RNNBase:
    """Return one recurrent layer with these weights: batch first, in evaluation mode.

    Args:
        kind: of the layer.
        directions: its weights in PyTorch's order: forward, and backward where there are two.
        nonlinearity: of a plain RNN, "tanh" or "relu".
    """
    first = directions[0]
    options = {"nonlinearity": nonlinearity} if kind == "RNN" else {}
    module: nn.RNNBase = layer_class(kind)(
        first.from_input.shape[1],
        first.from_hidden.shape[1],
        bias=first.input_bias is not None,
        batch_first=True,
        bidirectional=len(directions) == 2,
        dtype=first.from_input.dtype,
        **options,
    )
    with torch.no_grad():
        for weights, place in zip(directions, ("_l0", "_l0_reverse"), strict=False):
            for name, value in (
                ("weight_ih", weights.from_input),
                ("weight_hh", weights.from_hidden),
                ("bias_ih", weights.input_bias),
                ("bias_hh", weights.hidden_bias),
            ):
                if value is not None:
                    getattr(module, name + place).copy_(value)
    return module.eval()
