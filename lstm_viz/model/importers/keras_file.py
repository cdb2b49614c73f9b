"""What does a file that Keras saved say? Its layers and their numbers; nothing in it is executed.

Keras 3 writes a zip of JSON and HDF5 (.keras); Keras 2, and Keras 3 on demand, one HDF5 file (.h5).
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.errors import MissingPackageError, ModelFileError

_LARGEST = 200 * 2**20  # bytes that a file, or an entry of it, may unfold to
_RESTORE = "Save the model again with model.save(path)."
_ROOTS = ("layers", "_layer_checkpoint_dependencies")  # of all versions of the zip


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
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    weights: tuple[np.ndarray, ...]
    inputs: tuple[str, ...]


def read(path: Path) -> list[SavedLayer]:
    """Read the layers of a file in the order in which it has them.

    Raises:
        MissingPackageError: the package h5py is not installed.
        ModelFileError: the file is no saved model, is damaged or oversized, or points elsewhere.
    """
    try:
        import h5py
    except ImportError as error:
        raise MissingPackageError("h5py", "Opening a Keras file", "keras") from error
    if not path.is_file():
        raise ModelFileError(path.name, "a model saved by Keras", "there is no such file", _RESTORE)
    try:
        if zipfile.is_zipfile(path):
            return _from_zip(path, h5py)
        with h5py.File(path, "r") as file:
            return _from_hdf5(path, file)
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        first = (str(error).splitlines() or [""])[0]
        came = f"it is damaged or of another kind ({first})"
        raise ModelFileError(path.name, "a model saved by Keras", came, _RESTORE) from error


def _from_zip(path: Path, h5py: Any) -> list[SavedLayer]:  # noqa: ANN401  (a module)
    with zipfile.ZipFile(path) as file:
        model = json.loads(_entry(path, file, "config.json"))
        raw = _entry(path, file, "model.weights.h5")
    with h5py.File(io.BytesIO(raw), "r") as weights:
        roots = [weights[root] for root in _ROOTS if _is_own(weights, root)]
        seen: Counter[str] = Counter()
        layers = []
        for name, kind, config, inputs in _described(model):
            numbered = f"{_snake(kind)}_{seen[kind]}" if seen[kind] else _snake(kind)
            seen[kind] += 1
            group = _group_of(roots, name, numbered)
            found = [] if group is None else list(_variables(path, group))
            layers.append(SavedLayer(name, kind, config, tuple(found), inputs))
    return layers


def _from_hdf5(path: Path, file: Any) -> list[SavedLayer]:  # noqa: ANN401  (an HDF5 group)
    if "model_config" not in file.attrs:
        came = "it holds weights alone, without the layers"
        raise ModelFileError(path.name, "a model saved by Keras", came, _RESTORE)
    model = json.loads(_text(file.attrs["model_config"]))
    groups = file["model_weights"]
    layers = []
    for name, kind, config, inputs in _described(model):
        keys = _names(groups[name], "weight_names") if _is_own(groups, name) else []
        found = [_numbers(path, groups[name], key) for key in keys]
        layers.append(SavedLayer(name, kind, config, tuple(found), inputs))
    return layers


def _described(
    model: Mapping[str, Any],
) -> Iterator[tuple[str, str, Mapping[str, Any], tuple[str, ...]]]:
    """Give name, class, options and inputs of each layer of a model."""
    config = model["config"]
    layers = config if isinstance(config, list) else config["layers"]  # Keras 1 and 2.0: a list
    for layer in layers:
        name = layer["config"].get("name", layer.get("name"))
        inputs = tuple(dict.fromkeys(_histories(layer.get("inbound_nodes", []))))
        yield str(name), str(layer["class_name"]), layer["config"], inputs


def _histories(node: Any) -> Iterator[str]:  # noqa: ANN401  (JSON of either version)
    """Give the names of the layers that a layer was called on, in the order of its arguments."""
    if isinstance(node, Mapping):
        if "keras_history" in node:
            yield str(node["keras_history"][0])
        for value in node.values():
            yield from _histories(value)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            yield node[0]
        else:
            for value in node:
                yield from _histories(value)


def _group_of(roots: Sequence[Any], name: str, numbered: str) -> Any:  # noqa: ANN401
    """Find the group of a layer: it says its layer's name, or is named by class and number."""
    for root in roots:
        for key in root:
            if _is_own(root, key) and _is_own(root[key], "vars"):
                said = root[key]["vars"].attrs.get("name")
                if said is not None and _text(said) == name:
                    return root[key]
        for key in (numbered, name):
            if _is_own(root, key) and "name" not in _attributes(root[key]):
                return root[key]
    return None


def _attributes(group: Any) -> Mapping[str, Any]:  # noqa: ANN401
    found: Mapping[str, Any] = group["vars"].attrs if _is_own(group, "vars") else {}
    return found


def _variables(path: Path, group: Any) -> Iterator[np.ndarray]:  # noqa: ANN401
    """Give the arrays of a layer, those of the layers inside it after its own."""
    if _is_own(group, "vars"):
        inside = group["vars"]
        for key in sorted(inside, key=int):
            yield _numbers(path, inside, key)
    for part in ("cell", "layer", "forward_layer", "backward_layer"):
        if _is_own(group, part):
            yield from _variables(path, group[part])


def _numbers(path: Path, group: Any, key: str) -> np.ndarray:  # noqa: ANN401
    """Read one array that lies in the file itself."""
    dataset = group
    for part in key.split("/"):
        if not _is_own(dataset, part):
            came = f"{key!r} is missing or lies in another place"
            raise ModelFileError(path.name, "all numbers inside the file", came, _RESTORE)
        dataset = dataset[part]
    if dataset.external or dataset.is_virtual:
        came = f"{key!r} lies in another file"
        raise ModelFileError(path.name, "all numbers inside the file", came, _RESTORE)
    if dataset.dtype.kind != "f" or dataset.size * dataset.dtype.itemsize > _LARGEST:
        came = f"{key!r} has {dataset.size:,} of type {dataset.dtype}"
        raise ModelFileError(path.name, f"at most {_LARGEST:,} bytes of floats", came, _RESTORE)
    array = np.asarray(dataset[()], dtype=np.float32)
    if not np.isfinite(array).all():
        raise ModelFileError(path.name, f"finite numbers in {key!r}", "some are not", _RESTORE)
    return array


def _is_own(group: Any, key: str) -> bool:  # noqa: ANN401
    """Whether a group has an entry that is no link to somewhere else."""
    link = group.get(key, getlink=True) if hasattr(group, "get") else None
    return type(link).__name__ == "HardLink"


def _names(group: Any, key: str) -> list[str]:  # noqa: ANN401
    """Return a list of names; long ones are cut into key0, key1, …."""
    parts = [group.attrs[key]] if key in group.attrs else []
    while f"{key}{len(parts)}" in group.attrs:
        parts.append(group.attrs[f"{key}{len(parts)}"])
    return [_text(name) for part in parts for name in part]


def _entry(path: Path, file: zipfile.ZipFile, name: str) -> bytes:
    if name not in file.namelist():
        raise ModelFileError(
            path.name, f"a zip with {name}", f"it holds {file.namelist()[:5]}", _RESTORE
        )
    size = file.getinfo(name).file_size
    if size > _LARGEST:
        came = f"{name} unfolds to {size:,}"
        raise ModelFileError(path.name, f"at most {_LARGEST:,} bytes", came, _RESTORE)
    return file.read(name)


def _text(value: Any) -> str:  # noqa: ANN401  (HDF5 has bytes or text)
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _snake(kind: str) -> str:
    """Write a class name as Keras names its groups: TimeDistributed, time_distributed."""
    name = re.sub(r"\W+", "", kind)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
