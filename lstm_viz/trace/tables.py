"""How do layers become rows of a table?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.extras import need
from lstm_viz.trace.layer_trace import LayerTrace

if TYPE_CHECKING:
    import pandas

Layers = Sequence[LayerTrace[np.ndarray]]
Columns = Mapping[str, Sequence[Any]]


def to_frame(parts: Iterable[tuple[Layers, Columns]]) -> "pandas.DataFrame":
    """Return one row per step, layer, direction and unit.

    Args:
        parts: layers with arrays of (step, unit), each with columns of one value per step, which
            come before all others.

    Returns:
        These columns (texts as categories: each is kept once, however many rows have it), then
        step, layer, direction, unit, then the quantities; empty where a layer has no such quantity,
        or a unit has none (with ``proj_size``).

    Raises:
        MissingPackageError: the package pandas is not installed.
    """
    pandas = need("pandas", "A table of a recording", "app")
    tables = []
    for layers, columns in parts:
        # numpy would pad every text to the longest, and strip NULs at its end.
        arrays = {
            name: pandas.Categorical(values) if _has_texts(values) else np.asarray(values)
            for name, values in columns.items()
        }
        tables += [pandas.DataFrame(_rows(layer, arrays)) for layer in layers]
    return pandas.concat(tables, ignore_index=True) if tables else pandas.DataFrame()


def _has_texts(values: Sequence[Any]) -> bool:
    return any(isinstance(value, str) for value in values)


def _rows(layer: LayerTrace[np.ndarray], columns: Mapping[str, Any]) -> dict[str, Any]:
    if not layer.quantities:
        return {}
    steps = len(next(iter(layer.quantities.values())))
    units = max(array.shape[1] for array in layer.quantities.values())
    found: dict[str, Any] = {name: values.repeat(units) for name, values in columns.items()}
    found["step"] = np.repeat(np.arange(steps), units)
    found["layer"] = layer.layer
    found["direction"] = layer.direction
    found["unit"] = np.tile(np.arange(units), steps)
    for name, array in layer.quantities.items():
        missing = ((0, 0), (0, units - array.shape[1]))
        widened = np.pad(array, missing, constant_values=np.nan) if missing[1][1] else array
        found[name] = widened.ravel()
    return found
