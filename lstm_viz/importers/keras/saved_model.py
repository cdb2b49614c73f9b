"""Which layers and weights are in a file that Keras saved? Nothing in it is executed.

Keras 3 writes a zip of JSON and HDF5 (.keras); Keras 2, and Keras 3 on demand, one HDF5 file (.h5).
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.errors import ModelFileError
from lstm_viz.extras import need
from lstm_viz.importers.keras.hdf5 import (
    LARGEST,
    LARGEST_TEXT,
    RESTORE,
    Numbers,
    attribute,
    is_own,
    names,
    text,
)
from lstm_viz.plain_file import opening, short, zip_entries

EXPECTED = "a model saved by Keras"
_PACKAGES = ("keras", "tf_keras", "tensorflow")
_LARGEST_HDF5 = 2**30  # bytes of a file, most of which is never read: what training needs
_LARGEST_ZIP = LARGEST + 2 * LARGEST_TEXT
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those that unfold no further than asked
_MOST_ENTRIES = 1_000  # of a zip, in which Keras writes three, and one for each asset
_MOST_LAYERS = 1_000
_MOST_GROUPS = 10_000
_DEEPEST = 4  # groups inside each other: Bidirectional, its layer, the cell
# Where the versions of the zip keep layers, and how often each of them counts one with weights.
_ROOTS = {"layers": 1, "_layer_checkpoint_dependencies": 2}
_NEWER = "Save the model again with a newer Keras, or as .keras."


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """A layer as it was saved.

    Attributes:
        name: that Keras gave it.
        kind: its class.
        config: its options.
        weights: its arrays in Keras's order: of a recurrent layer kernel, recurrent kernel and
            bias; of a bidirectional one those of the forward layer, then those of the backward.
        inputs: names of the layers whose output it reads; none where the file does not say.
        options: what else it is called with, by name.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    weights: tuple[np.ndarray, ...]
    inputs: tuple[str, ...]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model as it was saved.

    Attributes:
        kind: its class; "custom" for one that is not Keras's own.
        layers: in the order in which the file has them.
        outputs: names of the layers that it puts out; none where the file does not say.
    """

    kind: str
    layers: tuple[SavedLayer, ...]
    outputs: tuple[str, ...]


def read(path: Path) -> SavedModel:
    """Read the layers of a file in the order in which it has them.

    Raises:
        MissingPackageError: the package h5py is not installed.
        ModelFileError: the file is no saved model, is damaged or oversized, or points elsewhere.
    """
    h5py = need("h5py", "Opening a Keras file", "keras")
    with opening(path, EXPECTED, RESTORE, largest=_LARGEST_HDF5) as name:
        if zipfile.is_zipfile(path):
            with opening(path, EXPECTED, RESTORE, largest=_LARGEST_ZIP):
                return _from_zip(path, name, h5py)
        with h5py.File(path, "r") as file:
            return _from_hdf5(name, file)


def _from_zip(path: Path, title: str, h5py: Any) -> SavedModel:  # noqa: ANN401  (a module)
    if (count := zip_entries(path)) > _MOST_ENTRIES:
        came = f"it has room for {count:,}"
        raise ModelFileError(title, f"at most {_MOST_ENTRIES:,} entries", came, RESTORE)
    with zipfile.ZipFile(path) as file:
        model = json.loads(_entry(title, file, "config.json", LARGEST_TEXT))
        raw = _entry(title, file, "model.weights.h5", LARGEST)
    numbers = Numbers(title)
    with h5py.File(io.BytesIO(raw), "r") as weights:
        roots = [
            (weights[root], step, _group_names(weights[root]))
            for root, step in _ROOTS.items()
            if is_own(weights, root)
        ]
        seen: Counter[str] = Counter()

        def weights_of(name: str, kind: str) -> list[np.ndarray]:
            group = _group_of(roots, name, _snake(kind), seen[kind])
            seen[kind] += 1
            return [] if group is None else list(_variables(numbers, group))

        return _model(model, weights_of)


def _from_hdf5(title: str, file: Any) -> SavedModel:  # noqa: ANN401  (an HDF5 group)
    if "model_config" not in file.attrs:
        came = "it holds weights alone, without the layers"
        raise ModelFileError(title, EXPECTED, came, RESTORE)
    numbers = Numbers(title)

    def weights_of(name: str, _: str) -> list[np.ndarray]:
        place = f"model_weights/{name}"
        if not is_own(file, place):
            return []
        keys = names(file[place], "weight_names")
        if len(set(keys)) < len(keys):  # Keras 3.0 to 3.2 broke off while it saved such a file
            came = f"those of {name!r} share their names; the file was never complete"
            raise ModelFileError(title, "a name for each array", came, _NEWER)
        # Frozen weights stand last, whatever their direction.
        keys.sort(key=lambda key: "/backward_" in f"/{key}")
        return [numbers.read(file[place], key) for key in keys]

    if not is_own(file, "model_weights"):
        came = "its weights are missing or lie in another place"
        raise ModelFileError(title, "all numbers inside the file", came, RESTORE)
    description = text(attribute(file, "model_config"))
    if len(description) > LARGEST_TEXT:
        came = f"it has {len(description):,}"
        raise ModelFileError(
            title, f"at most {LARGEST_TEXT:,} letters of description", came, RESTORE
        )
    return _model(json.loads(description), weights_of)


def _model(
    model: Mapping[str, Any], weights_of: Callable[[str, str], list[np.ndarray]]
) -> SavedModel:
    config = model["config"]
    listed = isinstance(config, list)  # Keras 1 and 2.0 have nothing but the layers
    layers = []
    if len(given := config if listed else config["layers"]) > _MOST_LAYERS:
        raise ValueError(f"{len(given):,} layers")
    for layer in given:
        name = str(layer["config"].get("name", layer.get("name")))
        kind = kind_of(layer)
        inputs, options = _inbound(layer.get("inbound_nodes") or [])
        weights = tuple(weights_of(name, str(layer["class_name"])))
        layers.append(SavedLayer(name, kind, layer["config"], weights, inputs, options))
    outputs = () if listed else tuple(_histories(config.get("output_layers") or []))
    return SavedModel(kind_of(model), tuple(layers), outputs)


def kind_of(description: Mapping[str, Any]) -> str:
    """Return the class of a layer or model, marked if it is not Keras's own."""
    kind = str(description["class_name"])
    module = description.get("module", "keras")
    own = module is None or (isinstance(module, str) and module.split(".")[0] in _PACKAGES)
    if own and description.get("registered_name") in (None, "Functional", "NotEqual"):
        return kind
    return f"{kind} of its author's own"


def _inbound(nodes: Sequence[Any]) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """Return the names of the layers that a layer reads, and what else it is called with."""
    if not nodes:
        return (), {}
    node, *more = nodes
    options: dict[str, Any] = {"a second input": more} if more else {}
    if isinstance(node, Mapping):  # Keras 3
        first, *others = node["args"]
        options |= {f"argument {place}": value for place, value in enumerate(others, start=1)}
        return tuple(_histories(first)), options | node["kwargs"]
    entries = [node] if node and isinstance(node[0], str) else node
    for entry in entries:
        options |= entry[3] if len(entry) > 3 else {}
    return tuple(str(entry[0]) for entry in entries), options


def histories(node: Any) -> tuple[str, ...]:  # noqa: ANN401  (JSON of either version)
    """Return the names of the layers whose outputs are named somewhere in a description."""
    return tuple(_histories(node))


def _histories(node: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(node, Mapping):
        if "keras_history" in node:
            yield str(node["keras_history"][0])
            return
        for value in node.values():
            yield from _histories(value)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            yield node[0]
        else:
            for value in node:
                yield from _histories(value)


def _group_names(root: Any) -> dict[str, str]:  # noqa: ANN401  (an HDF5 group)
    """Return the keys of groups that hold their layer's name, by that name."""
    if len(root) > _MOST_GROUPS:
        raise ValueError(f"{len(root):,} groups of weights")
    found: dict[str, str] = {}
    for key in root:
        if is_own(root, key) and "name" in _attributes(root[key]):
            found.setdefault(text(attribute(root[key]["vars"], "name")), key)
    return found


def _group_of(
    roots: Sequence[tuple[Any, int, Mapping[str, str]]], name: str, snake: str, number: int
) -> Any:  # noqa: ANN401
    """Find the group of a layer: it holds the layer's name, or is named by class and number."""
    for root, step, said in roots:
        if name in said:
            return root[said[name]]
        numbered = f"{snake}_{number * step}" if number else snake
        for key in (numbered, name) if step == 1 else (numbered,):
            if is_own(root, key) and "name" not in _attributes(root[key]):
                return root[key]
    return None


def _attributes(group: Any) -> Mapping[str, Any]:  # noqa: ANN401
    found: Mapping[str, Any] = group["vars"].attrs if is_own(group, "vars") else {}
    return found


def _variables(numbers: Numbers, group: Any, depth: int = 1) -> Iterator[np.ndarray]:  # noqa: ANN401
    """Yield the arrays of a layer, then those of the layers inside it."""
    if depth > _DEEPEST:
        raise ValueError("groups of weights lie in each other without end")
    if is_own(group, "vars"):
        inside = group["vars"]
        if len(inside) > _MOST_GROUPS:
            raise ValueError(f"{len(inside):,} arrays in one layer")
        for key in sorted(inside, key=int):
            yield numbers.read(inside, key)
    for part in ("cell", "layer", "forward_layer", "backward_layer"):
        if is_own(group, part):
            yield from _variables(numbers, group[part], depth + 1)


def _entry(title: str, file: zipfile.ZipFile, name: str, largest: int) -> bytes:
    if name not in file.namelist():
        came = f"it holds {[short(other) for other in file.namelist()[:5]]}"
        raise ModelFileError(title, f"a zip with {name}", came, RESTORE)
    entry = file.getinfo(name)
    if entry.file_size > largest:
        came = f"{name} unfolds to {entry.file_size:,}"
        raise ModelFileError(title, f"at most {largest:,} bytes", came, RESTORE)
    if entry.compress_type not in _PACKINGS:
        raise ModelFileError(title, "entries stored or deflated", f"{name} is not", RESTORE)
    with file.open(entry) as opened:
        return opened.read(entry.file_size)  # asked for less, zipfile unfolds no more


def _snake(kind: str) -> str:
    """Write a class name as Keras names its groups: TimeDistributed, time_distributed."""
    name = re.sub(r"\W+", "", kind)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
