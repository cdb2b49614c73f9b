"""What a recurrent module computed in one call, or step by step in a loop."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from lstm_viz.archive import Archive, write, writing
from lstm_viz.notebook import recording_html
from lstm_viz.trace.layer_trace import LayerTrace
from lstm_viz.trace.serialization import from_arrays, to_arrays
from lstm_viz.trace.tables import to_frame

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Call:
    """What a recurrent module computed in one call.

    Attributes:
        name: of the module inside the model; "" is the model itself.
        layers: layer 0 first, forward before backward; the arrays are (batch, step, unit), batch
            first whatever the module's own layout, and an unbatched input is a batch of 1.
        lengths: steps of each sequence; past its length everything is 0.
        error: the largest difference between what was rebuilt and the module's own output.
    """

    name: str
    layers: tuple[LayerTrace[Tensor], ...]
    lengths: Int[Tensor, " batch"]
    error: float

    def save(self, path: str | Path) -> None:
        """Write the call to a file.

        Args:
            path: ends in .npz or .json, for ``lstm_viz.read``; or in .parquet, for other programs.

        Raises:
            TraceFileError: it ends otherwise, or nothing can be written there.
            MissingPackageError: it ends in .parquet, and pandas is not installed.
        """
        path = Path(path)
        if path.suffix == ".parquet":
            with writing(path):
                self.to_dataframe().to_parquet(path)
            return
        layers, arrays = to_arrays([layer.map(_array) for layer in self.layers])
        facts = {"name": self.name, "error": self.error, "layers": layers}
        write(path, Archive("call", facts, {**arrays, "lengths": _array(self.lengths)}))

    @classmethod
    def of(cls, archive: Archive) -> "Call":
        """Return the call that was saved; ``lstm_viz.read`` checks that it can be one."""
        facts = archive.facts
        layers = from_arrays(facts["layers"], archive.arrays)
        return cls(
            facts["name"],
            tuple(layer.map(torch.from_numpy) for layer in layers),
            torch.from_numpy(archive.arrays["lengths"]),
            facts["error"],
        )

    def to_dataframe(self) -> "pandas.DataFrame":
        """Return one row per sequence of the batch, step, layer, direction and unit.

        Returns:
            The columns batch, step, layer, direction, unit, and one per quantity. Steps past the
            length of a sequence are left out.

        Raises:
            MissingPackageError: the package pandas is not installed.
        """
        return to_frame(
            (
                [_of_sequence(layer, index, length) for layer in self.layers],
                {"batch": [index] * length},
            )
            for index, length in enumerate(self.lengths.tolist())
        )

    def __repr__(self) -> str:
        """Say what there is, without the numbers."""
        return f"Call({self._title()}: {', '.join(self._facts())})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the maps of the first sequence."""
        maps = [
            (
                f"layer {layer.layer}, {layer.direction}",
                _of_sequence(layer, 0, int(self.lengths[0])).quantities,
            )
            for layer in self.layers
            if len(self.lengths)
        ]
        return recording_html(self._title(), self._facts(), maps)

    def _title(self) -> str:
        return self.name or "the model itself"

    def _facts(self) -> list[str]:
        batch = len(self.lengths)
        steps = sorted(set(self.lengths.tolist())) or [0]
        extent = str(steps[0]) if len(steps) == 1 else f"{steps[0]} to {steps[-1]}"
        return [
            f"{_counted(len(self.layers), 'layer')}, each direction counted",
            f"{_counted(batch, 'sequence')} of {extent} steps",
            f"error {self.error:.1e}",
        ]


def _of_sequence(layer: LayerTrace[Tensor], index: int, length: int) -> LayerTrace[np.ndarray]:
    """Return what a layer computed for one sequence of the batch."""
    quantities = {name: _array(a[index, :length]) for name, a in layer.quantities.items()}
    initial = {name: _array(state[index]) for name, state in layer.initial.items()}
    return LayerTrace(layer.layer, layer.direction, quantities, initial)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _array(values: Tensor) -> np.ndarray:
    exact = values.detach().cpu()
    exact = exact.float() if exact.dtype in (torch.bfloat16, torch.float16) else exact
    array: np.ndarray = exact.numpy()
    return array
