"""How do the cells of TensorFlow 1 become one PyTorch LSTM?

Reference:
    tf.compat.v1.nn.rnn_cell.BasicLSTMCell: one kernel for input and state, its columns in the
    order i, j (the candidate), f, o, and a forget bias that is added at run time.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import ModelFileError
from lstm_viz.importers.gate_order import module_of, reorder_gates
from lstm_viz.plain_file import short
from lstm_viz.trace.cells import CellWeights

_ORDER = "igfo"
_REMEDY = "Give the kernel and the bias of each cell of a MultiRNNCell whose cells are of one size."

Array = np.ndarray[Any, np.dtype[Any]] | Tensor


def basic_lstm_cells(cells: Sequence[tuple[Array, Array]], forget_bias: float = 1.0) -> nn.LSTM:
    """Return stacked ``BasicLSTMCell``s as one LSTM: batch first, in evaluation mode.

    Args:
        cells: the kernel (input + unit, 4 · unit) and bias (4 · unit) of each, first to last.
        forget_bias: that the cells were made with.

    Raises:
        ModelFileError: shapes do not fit, or they are no finite floats of one type.

    Law:
        Outputs and gates are those of the cells.
    """
    tensors = [
        (_tensor(number, kernel), _tensor(number, bias))
        for number, (kernel, bias) in enumerate(cells)
    ]
    _compare(tensors)
    _compare_numbers(tensors, forget_bias)
    layers = [module_of("LSTM", [_weights(*pair, forget_bias)]) for pair in tensors]
    sizes = layers[0].input_size, layers[0].hidden_size, len(layers)
    stack = nn.LSTM(*sizes, batch_first=True, dtype=layers[0].weight_ih_l0.dtype)
    stack.load_state_dict(
        {
            name.replace("_l0", f"_l{number}"): value
            for number, layer in enumerate(layers)
            for name, value in layer.state_dict().items()
        }
    )
    return stack.eval()


def _tensor(cell: int, values: Array) -> Tensor:
    try:
        found = values if isinstance(values, Tensor) else torch.tensor(values)
    except Exception as error:  # numpy and PyTorch have many kinds for what is no array of numbers
        came = f"one cannot be read ({short(error)})"
        raise ModelFileError(f"cell {cell}", "arrays of floats", came, _REMEDY) from error
    return found.detach()


def _compare_numbers(cells: Sequence[tuple[Tensor, Tensor]], forget_bias: float) -> None:
    first = cells[0][0].dtype
    fits = isinstance(forget_bias, int | float) and math.isfinite(forget_bias)
    for number, arrays in enumerate(cells):
        floats = first.is_floating_point and all(one.dtype == first for one in arrays)
        if not (fits and floats and all(bool(one.isfinite().all()) for one in arrays)):
            types = ", ".join(str(one.dtype) for one in arrays)
            came = f"they are {types} with the forget bias {short(forget_bias)}, or not finite"
            raise ModelFileError(f"cell {number}", "finite floats of one type", came, _REMEDY)


def _weights(kernel: Tensor, bias: Tensor, forget_bias: float) -> CellWeights:
    units = len(bias) // 4
    added = torch.zeros_like(bias)
    added[_ORDER.index("f") * units :][:units] = forget_bias
    return CellWeights(
        reorder_gates(kernel[:-units].T, _ORDER, "LSTM"),
        reorder_gates(kernel[-units:].T, _ORDER, "LSTM"),
        reorder_gates(bias + added, _ORDER, "LSTM"),
        torch.zeros_like(bias),
    )


def _compare(cells: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Compare the shapes of each cell with those that follow from the first bias."""
    if not cells:
        raise ModelFileError("cells", "one cell or more", "there is none", _REMEDY)
    units = cells[0][1].numel() // 4
    for number, (kernel, bias) in enumerate(cells):
        # What the first cell reads may be of any size, and each other reads the one before.
        rows = 2 * units if number or not kernel.dim() else max(len(kernel), units + 1)
        fitting = (rows, 4 * units), (4 * units,)
        shapes = tuple(kernel.shape), tuple(bias.shape)
        if shapes != fitting or not units:
            expected = "a kernel and a bias of the shapes {} and {}".format(*fitting)
            came = "they are {} and {}".format(*shapes)
            raise ModelFileError(f"cell {number}", expected, came, _REMEDY)
