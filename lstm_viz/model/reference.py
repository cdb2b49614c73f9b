"""Which values are usual for a model? Statistics of its gates and memory on held-out texts.

"Memory" is the cell state of an LSTM, and the hidden state of a GRU and of a plain RNN.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import Float
from safetensors.numpy import save_file

from lstm_viz.model import reference_file
from lstm_viz.model.config import Config
from lstm_viz.trace.cells import CellKind
from lstm_viz.trace.layer_trace import Direction


@dataclass(frozen=True, slots=True, eq=False)
class UnitStatistics:
    """The distribution of a quantity of each unit over the words of many texts; float32.

    Attributes:
        mean: over the words.
        deviation: standard deviation over the words.
        low: 10th percentile.
        high: 90th percentile.
    """

    mean: Float[np.ndarray, " unit"]
    deviation: Float[np.ndarray, " unit"]
    low: Float[np.ndarray, " unit"]
    high: Float[np.ndarray, " unit"]


@dataclass(frozen=True, slots=True)
class WordStatistics:
    """The distribution of a number per word over the words of many texts.

    Attributes:
        mean: over the words.
        deviation: standard deviation over the words.
        low: 10th percentile.
        high: 90th percentile.
    """

    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class LayerReference:
    """Usual values of one layer in one direction.

    Attributes:
        layer: counted as in ``TextTrace.layers``.
        direction: of reading.
        cell: its kind.
        units: of each gate (in [0, 1]), and of ``candidate_size``, the size |g| of the candidate
            (in [0, 1]; not of a plain RNN), by name.
        memory_limit: the 99.5th percentile of the size of each unit's memory after a word, 0 or
            more, float32: a scale for all but the rarest values.
        word: of a word's mean over the units: each gate and ``candidate_size`` as above;
            ``memory_size``, the mean size of the memory after the word (0 or more);
            ``sign_changes``, the share of units whose memory changes sign at the word (in [0, 1]);
            and, not of a plain RNN, ``kept``, the share of the memory that is kept (in [0, 1]).

    Law:
        kept = Σ |f · c before| / Σ |c before| over the units of an LSTM, and of a GRU with z and h
        in place of f and c. Where the memory before is empty, as at the first word that a
        direction reads, ``kept`` and ``sign_changes`` are not defined, and such words are left out
        of them. The mean of ``word[gate].mean`` is the mean of ``units[gate].mean``.
    """

    layer: int
    direction: Direction
    cell: CellKind
    units: Mapping[str, UnitStatistics]
    memory_limit: Float[np.ndarray, " unit"]
    word: Mapping[str, WordStatistics]

    @property
    def gates(self) -> dict[str, UnitStatistics]:
        """Usual values of each unit's gates, by the gate's name; empty for a plain RNN."""
        return {name: self.units[name] for name in reference_file.gate_names(self.cell)}


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceStatistics:
    """Usual values of a model, layer by layer.

    Attributes:
        layers: each layer and direction, as in ``TextTrace.layers``.
        source: the texts that were measured, in words.
        texts: how many were read.
        skipped: how many could not be read, for instance blank ones.
        words: how many were read.
        measured: how many of these words the statistics are of, evenly spaced.
        weights: digest of the weights that were measured; see ``weights_digest``.
    """

    layers: tuple[LayerReference, ...]
    source: str
    texts: int
    skipped: int
    words: int
    measured: int
    weights: str

    def layer(self, layer: int, direction: Direction = "forward") -> LayerReference:
        """Return the usual values of one layer in one direction.

        Raises:
            KeyError: the model has no such layer.
        """
        for one in self.layers:
            if (one.layer, one.direction) == (layer, direction):
                return one
        raise KeyError(f"layer {layer} {direction}")

    @property
    def top(self) -> LayerReference:
        """The last layer, in the direction in which the text is read, as in ``TextTrace.top``."""
        return [one for one in self.layers if one.direction == "forward"][-1]

    @property
    def word(self) -> Mapping[str, WordStatistics]:
        """Usual values of a word in ``top``; see ``LayerReference.word``."""
        return self.top.word

    @property
    def gate_means(self) -> Mapping[str, Float[np.ndarray, " unit"]]:
        """Mean of each gate of each unit of ``top``, by the gate's name; read only."""
        return MappingProxyType({name: one.mean for name, one in self.top.gates.items()})

    def save(self, path: Path) -> None:
        """Write a safetensors file with all tensors, and the facts about them.

        Law:
            ``ReferenceStatistics.open(path, config, weights)`` has the same numbers, bit for bit.
        """
        tensors = {}
        for one in self.layers:
            place = reference_file.place(one.layer, one.direction)
            for name, unit in one.units.items():
                tensors[f"{place}.unit.{name}"] = np.stack(_values(unit))
            for name, word in one.word.items():
                tensors[f"{place}.word.{name}"] = np.array(astuple(word), np.float32)
            tensors[f"{place}.memory_limit"] = one.memory_limit
        about = reference_file.About(
            "+".join(dict.fromkeys(one.cell for one in self.layers)),
            self.source, self.texts, self.skipped, self.words, self.measured, self.weights,
        )  # fmt: skip
        aside = path.with_name(f"writing-{path.name}")  # and renamed, so that the file is whole
        save_file(tensors, aside, about.metadata())
        aside.chmod(0o644)
        aside.replace(path)

    @classmethod
    def open(cls, path: Path, config: Config, weights: str) -> "ReferenceStatistics":
        """Read and check the usual values of a model.

        Args:
            path: of the file.
            config: the model's.
            weights: the model's, see ``weights_digest``.

        Raises:
            ModelFileError: the file is missing, too large, damaged, of a newer version, measured
                with other weights, or does not hold such statistics of such a model.
        """
        about, tensors = reference_file.read(path, config, weights)
        layers = tuple(
            _layer(layer, direction, config.cell, tensors)
            for layer, direction in reference_file.places(config)
        )
        return cls(
            layers, about.source, about.texts, about.skipped, about.words, about.measured, weights
        )


def _layer(
    layer: int,
    direction: Direction,
    cell: CellKind,
    tensors: Mapping[str, np.ndarray],
) -> LayerReference:
    place = reference_file.place(layer, direction)
    return LayerReference(
        layer,
        direction,
        cell,
        {
            name: UnitStatistics(*tensors[f"{place}.unit.{name}"])
            for name in reference_file.unit_names(cell)
        },
        tensors[f"{place}.memory_limit"],
        {
            name: WordStatistics(*map(float, tensors[f"{place}.word.{name}"]))
            for name in reference_file.word_names(cell)
        },
    )


def _values(of: UnitStatistics) -> list[np.ndarray]:
    return [of.mean, of.deviation, of.low, of.high]
