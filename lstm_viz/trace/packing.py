"""How do layers become named arrays, and rows of a table?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.extras import need
from lstm_viz.notation import BY_NAME
from lstm_viz.trace.layers import LayerTrace, PreActivation

if TYPE_CHECKING:
    import pandas

Layers = Sequence[LayerTrace[np.ndarray]]
Columns = Mapping[str, Sequence[Any]]
_PARTS = ("input", "recurrent", "bias")


def packed(layers: Layers) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """Return what the layers are, and their arrays under names such as layer0.forward.cell_state.

    Law:
        ``unpacked`` gives the same layers back.
    """
    facts: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray] = {}
    for layer in layers:
        place = f"layer{layer.layer}.{layer.direction}"
        facts.append(
            {
                "layer": layer.layer,
                "direction": layer.direction,
                "quantities": list(layer.quantities),
                "initial": list(layer.initial),
                "pre_activations": list(layer.pre_activations),
            }
        )
        arrays |= {f"{place}.{name}": array for name, array in layer.quantities.items()}
        arrays |= {f"{place}.initial.{name}": array for name, array in layer.initial.items()}
        for name, parts in layer.pre_activations.items():
            arrays |= {f"{place}.{name}.{part}": getattr(parts, part) for part in _PARTS}
    return facts, arrays


def unpacked(
    facts: Sequence[Mapping[str, Any]], arrays: Mapping[str, np.ndarray]
) -> tuple[LayerTrace[np.ndarray], ...]:
    """Return the layers that were packed.

    Raises:
        ValueError, LookupError, TypeError: they were not.
    """
    layers = []
    for fact in facts:
        place = f"layer{fact['layer']}.{fact['direction']}"
        for kind in ("quantities", "initial", "pre_activations"):
            if len(set(fact[kind])) < len(fact[kind]):
                raise ValueError(f"some of the {kind} are there twice")
        quantities = {BY_NAME[n].name: arrays[f"{place}.{n}"] for n in fact["quantities"]}
        initial = {name: arrays[f"{place}.initial.{name}"] for name in fact["initial"]}
        parts = {
            name: PreActivation(*(arrays[f"{place}.{name}.{part}"] for part in _PARTS))
            for name in fact["pre_activations"]
        }
        layers.append(LayerTrace(fact["layer"], fact["direction"], quantities, initial, parts))
    return tuple(layers)


def frame(parts: Iterable[tuple[Layers, Columns]]) -> "pandas.DataFrame":
    """Return one row per step, layer, direction and unit.

    Args:
        parts: layers with arrays of (step, unit), and columns to stand before theirs: one value per
            step.

    Returns:
        The columns given (texts as categories: each is kept once, however many rows hold it), then
        step, layer, direction, unit, then the quantities; empty where a layer has no such quantity,
        or a unit none of it (with ``proj_size``).

    Raises:
        MissingPackageError: the package pandas is not installed.
    """
    pandas = need("pandas", "A table of a recording", "app")
    tables = []
    for layers, columns in parts:
        # numpy would give every text the room of the longest, and cut off NUL at its end.
        given = {
            name: pandas.Categorical(values) if _has_texts(values) else np.asarray(values)
            for name, values in columns.items()
        }
        tables += [pandas.DataFrame(_rows(layer, given)) for layer in layers]
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
