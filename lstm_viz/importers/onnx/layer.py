"""Which recurrent nodes of ONNX are exactly PyTorch's, and with which weights?

The standard: https://onnx.ai/onnx/operators, LSTM, GRU and RNN. Axes are named as there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
import torch
from torch import nn

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.importers.gate_order import module_of, reorder_gates
from lstm_viz.plain_file import short
from lstm_viz.trace.cells import CellKind, CellWeights

if TYPE_CHECKING:
    import onnx

KINDS: tuple[CellKind, ...] = get_args(CellKind)
_ORDER: dict[CellKind, str] = {"LSTM": "iofg", "GRU": "zrg", "RNN": "h"}
_DIRECTIONS = {"forward": 1, "bidirectional": 2}
_ACTIVATIONS: dict[CellKind, list[list[str]]] = {
    "LSTM": [["sigmoid", "tanh", "tanh"]],
    "GRU": [["sigmoid", "tanh"]],
    "RNN": [["tanh"], ["relu"]],
}
_UNDERSTOOD = {"activations", "direction", "hidden_size", "layout", "linear_before_reset"}
_PEEPHOLES = 7  # the place of the input P of an LSTM

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Layer:
    """What a recurrent node asks for, all of which PyTorch computes too.

    Attributes:
        name: of the node.
        kind: of the layer.
        directions: 1, or 2 for forward and backward.
        batch_first: layout 1; otherwise steps come first.
        nonlinearity: of a plain RNN.
        biased: whether the node has an input B.
        units: the attribute hidden_size; None where it is left out.
    """

    name: str
    kind: CellKind
    directions: int
    batch_first: bool
    nonlinearity: str
    biased: bool
    units: int | None

    @classmethod
    def of(cls, node: "onnx.NodeProto", name: str) -> "Layer":
        """Read a node.

        Raises:
            UnsupportedLayerError: PyTorch has no module that computes the same.
        """
        import onnx

        kind = cast(CellKind, node.op_type)
        asked = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if kind == "LSTM" and not asked.get("input_forget"):
            asked.pop("input_forget", None)
        for attribute in sorted(asked.keys() - _UNDERSTOOD):
            _refuse(name, f"it has the attribute {short(attribute)}", "without it")
        if any(node.input[_PEEPHOLES:]):
            _refuse(name, "it has peepholes (input P)", "without them")
        direction = asked.get("direction", b"forward").decode(errors="replace")
        if direction not in _DIRECTIONS:
            _refuse(name, f"its direction is {short(repr(direction))}", "forward or bidirectional")
        if kind == "GRU" and asked.get("linear_before_reset", 0) != 1:
            what = "its reset gate acts before the recurrent product (linear_before_reset=0)"
            _refuse(name, what, "with linear_before_reset=1 (in Keras: reset_after=True)")
        directions = _DIRECTIONS[direction]
        return cls(
            name,
            kind,
            directions,
            asked.get("layout", 0) == 1,
            _nonlinearity(name, kind, directions, asked.get("activations", [])),
            any(node.input[3:4]),
            asked.get("hidden_size"),
        )

    def weights(self, w: Array, r: Array, b: Array | None = None) -> list[CellWeights]:
        """Return the weights of each direction in PyTorch's order.

        Args:
            w: (direction, gate · unit, feature).
            r: (direction, gate · unit, unit).
            b: (direction, 2 · gate · unit), those of the input before those of the state.

        Raises:
            UnsupportedLayerError: their shapes or types do not fit, or they are not finite.
        """
        units = r.shape[-1:] if self.units is None else (self.units,)
        rows = len(_ORDER[self.kind]) * sum(units)
        given = [value for value in (w, r, b) if value is not None]
        fitting = [
            (self.directions, rows, *w.shape[-1:]),
            (self.directions, rows, *units),
            (self.directions, 2 * rows),
        ][: len(given)]
        found = [value.shape for value in given]
        if found != fitting or 0 in (*w.shape, *r.shape):
            _refuse(self.name, f"its weights are {found}, not {fitting}", "with weights that fit")
        if {value.dtype for value in given} not in ({np.dtype("f4")}, {np.dtype("f8")}):
            came = f"its weights are of type {', '.join(str(value.dtype) for value in given)}"
            _refuse(self.name, came, "in float32")
        if not all(np.isfinite(value).all() for value in given):
            _refuse(self.name, "its weights are not all finite", "with weights that are numbers")
        order, kind = _ORDER[self.kind], self.kind
        return [
            CellWeights(*(reorder_gates(torch.tensor(rows), order, kind) for rows in direction))
            for direction in zip(w, r, *(() if b is None else np.split(b, 2, axis=1)), strict=True)
        ]

    def module(self, weights: list[CellWeights] | None) -> nn.RNNBase:
        """Return the layer as a module; without weights, of one unit that reads one number."""
        if weights is None:
            blank = torch.zeros(len(_ORDER[self.kind]), 1)
            bias = blank[:, 0] if self.biased else None
            weights = [CellWeights(blank, blank, bias, bias)] * self.directions
        return module_of(self.kind, weights, nonlinearity=self.nonlinearity)


def _refuse(name: str, what: str, how: str) -> None:
    raise UnsupportedLayerError(name, what, f"Export the model {how}.")


def _nonlinearity(name: str, kind: CellKind, directions: int, given: list[bytes]) -> str:
    activations = [value.decode(errors="replace").lower() for value in given]
    for known in _ACTIVATIONS[kind]:
        if activations in ([], known * directions):
            return known[0]
    allowed = " or ".join(", ".join(known) for known in _ACTIVATIONS[kind])
    what = f"its activations are {short(', '.join(activations))}"
    remedy = f"Export the model with {allowed} in each direction."
    raise UnsupportedLayerError(name, what, remedy)
