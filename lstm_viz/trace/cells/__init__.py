"""The kinds of recurrent cells: everything that is particular to a kind is in one file.

Another kind is another file like ``lstm.py``, and another cell in ``CELLS``.
"""

from collections.abc import Collection, Mapping

from lstm_viz.trace.cells.cell import Cell, CellKind
from lstm_viz.trace.cells.gru import GRU
from lstm_viz.trace.cells.lstm import LSTM
from lstm_viz.trace.cells.rnn import RNN_RELU, RNN_TANH
from lstm_viz.trace.cells.weights import CellWeights

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "RNN_RELU",
    "RNN_TANH",
    "Cell",
    "CellKind",
    "CellWeights",
    "cell_with",
]

CELLS: Mapping[str, Cell] = {cell.mode: cell for cell in (LSTM, GRU, RNN_TANH, RNN_RELU)}


def cell_of_kind(kind: str) -> Cell:
    """Return a kind of cell by PyTorch's name of the layer class; of an RNN, the one with tanh."""
    return next(cell for cell in CELLS.values() if cell.kind == kind)


def cell_with(names: Collection[str]) -> Cell:
    """Return the cell with the fewest quantities that has all of these.

    A plain RNN is the one with tanh: the quantities do not tell its activation.
    """
    cells = [cell for cell in CELLS.values() if set(names) <= set(cell.names)]
    return min(cells, key=lambda cell: len(cell.quantities))
