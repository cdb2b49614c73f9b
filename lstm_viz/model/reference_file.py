"""How are reference statistics stored in a file, and is a file valid?

Tensors of float32: ``0.forward.unit.forget_gate`` (4, unit) and ``0.forward.word.forget_gate`` (4)
are mean, standard deviation, 10th and 90th percentile in layer 0; ``0.forward.memory_limit`` (unit)
is one percentile. The metadata says what they were measured on.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, get_args

import numpy as np

from lstm_viz.errors import ModelFileError
from lstm_viz.model import tensor_file
from lstm_viz.model.config import Config
from lstm_viz.notation import BY_NAME, CANDIDATE
from lstm_viz.plain_file import Refusal
from lstm_viz.trace.cells import cell_of_kind
from lstm_viz.trace.layer_trace import Direction

FORMAT_VERSION = 1
NAME = "reference.safetensors"
COMMAND = "python -m lstm_viz.training.reference"
LONGEST_SOURCE = 200  # characters

_LARGEST = 2**24  # bytes; 10 layers of 4,096 units in both directions have 6 million
_SUMMARY = 4  # mean, standard deviation, 10th and 90th percentile
_ROUNDING = 1e-6
_COUNT = re.compile(r"[0-9]{1,15}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class About:
    """The metadata of a file; see ``ReferenceStatistics``."""

    cell: str
    source: str
    texts: int
    skipped: int
    words: int
    measured: int
    weights: str

    def metadata(self) -> dict[str, str]:
        """Return the metadata as strings."""
        own = {part.name: str(getattr(self, part.name)) for part in fields(self)}
        return {"format_version": str(FORMAT_VERSION), **own}

    @classmethod
    def of(cls, raw: Mapping[str, str] | None, refusal: Refusal) -> "About":
        """Read and check the metadata."""
        raw = dict(raw or {})
        version = raw.pop("format_version", "none")
        if version != str(FORMAT_VERSION):
            raise refusal(f"format_version {FORMAT_VERSION}", f"it is {version!r}")
        kinds = {part.name: part.type for part in fields(cls)}
        if set(raw) != set(kinds):
            raise refusal(f"the strings {sorted(kinds)}", f"they are {sorted(raw)}")
        for name in (name for name, kind in kinds.items() if kind is int):
            if not _COUNT.fullmatch(raw[name]):
                raise refusal(f"{name} as a whole number", f"it is {raw[name]!r}")
        values: dict[str, Any] = {
            name: int(text) if kinds[name] is int else text for name, text in raw.items()
        }
        found = cls(**values)
        if not 1 <= found.texts <= found.words or not 1 <= found.measured <= found.words:
            came = f"there are {found.texts}, {found.words} and {found.measured}"
            raise refusal("one text or more, each of one word or more, some of them measured", came)
        if not is_source(found.source):
            raise refusal("source as a line of text", "it is none, or too long")
        return found


def is_source(text: str) -> bool:
    """Whether a text can be the name of the source of measured texts."""
    return 0 < len(text) <= LONGEST_SOURCE and text.isprintable()


def gate_names(cell: str) -> tuple[str, ...]:
    """Return the gates of a kind of cell, in the one order."""
    return tuple(one.name for one in cell_of_kind(cell).quantities if one.scale == "gate")


def unit_names(cell: str) -> tuple[str, ...]:
    """Return the statistics that each unit has."""
    candidate = ["candidate_size"] if CANDIDATE in cell_of_kind(cell).quantities else []
    return (*gate_names(cell), *candidate)


def word_names(cell: str) -> tuple[str, ...]:
    """Return the statistics that a word has."""
    kept = ["kept"] if gate_names(cell) else []
    return (*unit_names(cell), *kept, "sign_changes", "memory_size")


def place(layer: int, direction: Direction) -> str:
    """Return the beginning of the names of a layer's tensors."""
    return f"{layer}.{direction}"


def places(config: Config) -> Iterator[tuple[int, Direction]]:
    """Yield the layers and directions of a model in order."""
    for layer in range(config.layers):
        for direction in get_args(Direction)[: config.directions]:
            yield layer, direction


def read(path: Path, config: Config, weights: str) -> tuple[About, dict[str, np.ndarray]]:
    """Read and check a file; see ``ReferenceStatistics.open``."""
    refusal = partial(_refusal, path)
    with tensor_file.open_tensors(path, _LARGEST, refusal) as found:
        about = About.of(found.metadata(), refusal)  # type: ignore[no-untyped-call]
        if about.cell != config.cell:
            raise refusal(
                f"statistics of a model of {config.cell} cells", f"it says {about.cell!r}"
            )
        if not _DIGEST.fullmatch(about.weights) or about.weights != weights:
            raise refusal("statistics of these weights", "they were measured on other weights")
        tensors = tensor_file.read(found, _shapes(config), refusal, types=("F32",))
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    for name, values in arrays.items():
        _check(name, values, config.cell, refusal)
        values.flags.writeable = False  # a model is shared between sessions
    return about, arrays


def _shapes(config: Config) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for at in places(config):
        own = place(*at)
        units = unit_names(config.cell)
        shapes |= {f"{own}.unit.{name}": (_SUMMARY, config.hidden_size) for name in units}
        shapes |= {f"{own}.word.{name}": (_SUMMARY,) for name in word_names(config.cell)}
        shapes[f"{own}.memory_limit"] = (config.hidden_size,)
    return shapes


def _check(name: str, values: np.ndarray, cell: str, refusal: Refusal) -> None:
    """Refuse statistics that no values in the range of the quantity can have."""
    is_memory = name.rpartition(".")[2].startswith("memory")
    limit = BY_NAME[cell_of_kind(cell).memory].limit if is_memory else 1.0
    most = inf if limit is None else limit
    if values.min() < 0 or values.max() > most + _ROUNDING:
        came = f"they go from {values.min():.3g} to {values.max():.3g}"
        raise refusal(f"{name} from 0 to {most:g}" if most < inf else f"{name} of 0 or more", came)
    if len(values) != _SUMMARY or name.endswith("memory_limit"):
        return
    _, deviation, low, high = values
    if (low > high).any():
        raise refusal(f"{name} with its 10th percentile below its 90th", "it is above")
    if (deviation > most / 2 + _ROUNDING).any():  # Popoviciu's inequality
        raise refusal(f"{name} with a standard deviation of at most 0.5", "it is larger")


def _refusal(path: Path, expected: str, came: str) -> ModelFileError:
    remedy = f"Measure them again: {COMMAND} {path.parent.name}"
    return ModelFileError(path.name, expected, came, remedy)
