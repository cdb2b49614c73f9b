"""How do layers become named arrays, for files, and layers again?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstm_viz.notation import BY_NAME
from lstm_viz.trace.layer_trace import LayerTrace, PreActivation

Layers = Sequence[LayerTrace[np.ndarray]]
_PARTS = ("input", "recurrent", "bias")


def to_arrays(layers: Layers) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """Return facts on the layers, and their arrays under names such as layer0.forward.cell_state.

    Law:
        ``from_arrays`` gives the same layers back.
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


def from_arrays(
    facts: Sequence[Mapping[str, Any]], arrays: Mapping[str, np.ndarray]
) -> tuple[LayerTrace[np.ndarray], ...]:
    """Return the layers that ``to_arrays`` took apart.

    Raises:
        ValueError, LookupError, TypeError: these are not its result.
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
