"""Everything a classifier computed while it read one text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lstm_viz import notebook
from lstm_viz.archive import Archive, write, writing
from lstm_viz.text import Token, replace_surrogates
from lstm_viz.trace import Force, LayerTrace, spell_forces
from lstm_viz.trace.force.serialization import (
    forces_from_arrays,
    forces_from_sentences,
    forces_to_arrays,
)
from lstm_viz.trace.serialization import from_arrays, to_arrays
from lstm_viz.trace.tables import to_frame

if TYPE_CHECKING:
    import pandas

_SHORT = 80  # characters of a text where it only names the trace
_ARRAYS = ("logits", "probabilities", "readout_weight", "readout_bias")
_FACTS = ("model", "text", "labels", "error")
EXACT = 2e-5  # float32: what rounding may do to values around 1

Steps = Float[np.ndarray, "_ _"]


@dataclass(frozen=True, slots=True, weakref_slot=True, repr=False, eq=False)
class TextTrace:
    """Everything a classifier computed while it read one text; a step is one token.

    Attributes:
        model: the classifier's name.
        text: as given.
        tokens: read at each step; ``text[token.start:token.end]`` is the token as typed.
        labels: what each output stands for.
        logits: float32, the scores after reading tokens 0…step.
        probabilities: float32 in [0, 1], their softmax; each row sums to 1.
        layers: what each layer computed, float32 numpy arrays with the axes (step, unit).
        error: largest difference between what was rebuilt and the model's own output; the
            hidden and cell states of every layer, and the logits.
        readout_weight: logits = readout_weight · hidden_state of the last layer + readout_bias;
            (plus a constant per step); None if the logits are made in another way.
        readout_bias: see above.
        forced: what was forced, in order; empty for nothing. In a trace from a file of format 1,
            the numbers of a force with an array are not known.
    """

    model: str
    text: str
    tokens: tuple[Token, ...]
    labels: tuple[str, ...]
    logits: Float[np.ndarray, "step label"]
    probabilities: Float[np.ndarray, "step label"]
    layers: tuple[LayerTrace[Steps], ...]
    error: float
    readout_weight: Float[np.ndarray, "label unit"] | None = None
    readout_bias: Float[np.ndarray, " label"] | None = None
    forced: tuple[Force, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether ``error`` is no more than rounding.

        Rounding grows with the numbers that are rounded: the error of a cell state of 60 may be 60
        times that of a state of 1. If a state is not finite, nothing is exact.
        """
        states = ("cell_state", "hidden_state")
        sizes = [
            float(np.abs(layer.quantities[name]).max())
            for layer in self.layers
            for name in states
            if name in layer.quantities
        ]
        largest = float(np.max([1.0, *sizes]))
        return bool(np.isfinite(largest)) and self.error <= EXACT * largest

    @property
    def top(self) -> LayerTrace[Steps]:
        """The last layer that reads forward."""
        return last_forward(self.layers)

    def save(self, path: str | Path) -> None:
        """Write the trace to a file.

        Args:
            path: ends in .npz or .json, for ``lstm_viz.read``; or in .parquet, for other programs,
                which then have the rows of ``to_dataframe``.

        Raises:
            TraceFileError: it ends otherwise, or nothing can be written there.
            MissingPackageError: it ends in .parquet, and pandas is not installed.
            ForceError: more was forced than can be read again: more than 10,000 forces, than
                2,097,152 units and steps in all, or than a million characters name.

        Law:
            ``lstm_viz.read(path)`` has the same text, tokens and numbers, bit for bit, and equal
            forces.
        """
        path = Path(path)
        if path.suffix == ".parquet":
            with writing(path):
                self.to_dataframe().to_parquet(path)
            return
        layers, arrays = to_arrays(self.layers)
        forced, of_forces = forces_to_arrays(self.forced)
        arrays |= of_forces
        for name in _ARRAYS:
            if getattr(self, name) is not None:
                arrays[name] = getattr(self, name)
        facts = {name: getattr(self, name) for name in _FACTS}
        tokens = [(token.start, token.end, token.known) for token in self.tokens]
        more = {"tokens": tokens, "layers": layers, "forced": forced}
        write(path, Archive("text", {**facts, **more}, arrays))

    @classmethod
    def of(cls, archive: Archive) -> "TextTrace":
        """Return the trace that was saved; ``lstm_viz.read`` checks that it can be one."""
        facts, arrays = dict(archive.facts), archive.arrays
        for array in arrays.values():
            array.flags.writeable = False
        text = facts["text"]
        tokens = tuple(Token(text[a:b], a, b, known) for a, b, known in facts.pop("tokens"))
        layers = from_arrays(facts["layers"], arrays)
        return cls(
            **{name: tuple(v) if isinstance(v, list) else v for name, v in facts.items()}
            | {name: arrays.get(name) for name in _ARRAYS}
            | {"tokens": tokens, "layers": layers, "forced": _forced(archive)}
        )

    def to_dataframe(self) -> "pandas.DataFrame":
        """Return one row per step, layer, direction and unit.

        Returns:
            The columns token (as categories), start, end, step, layer, direction, unit, and one per
            quantity; of an experiment also forced, its spelling.

        Raises:
            MissingPackageError: the package pandas is not installed.
        """
        places: dict[str, Sequence[object]] = {
            "token": [replace_surrogates(token.text) for token in self.tokens],
            "start": [token.start for token in self.tokens],
            "end": [token.end for token in self.tokens],
        }
        if self.forced:
            places["forced"] = [spell_forces(self.forced)] * len(self)
        return to_frame([(self.layers, places)])

    def __repr__(self) -> str:
        """Return the text and the outcome, without the numbers."""
        return f"TextTrace({self.text[:_SHORT]!r}: {', '.join(self._facts())})"

    def _repr_html_(self) -> str:
        """Return the HTML for a notebook: the outcome, and small maps of every layer."""
        text = replace_surrogates(self.text)
        title = text if len(text) <= _SHORT else text[:_SHORT] + " …"
        layers = [(f"layer {one.layer}, {one.direction}", one.quantities) for one in self.layers]
        return notebook.recording_html(title, self._facts(), layers)

    def _facts(self) -> list[str]:
        last = self.probabilities[-1]
        best = int(last.argmax())
        facts = [
            self.model,
            f"{len(self)} tokens",
            f"{self.labels[best]} {last[best]:.1%}",
            f"error {self.error:.1e}",
        ]
        forced = "; ".join(force.describe() for force in self.forced)
        return [*facts, f"forced: {forced}"] if self.forced else facts

    def __len__(self) -> int:
        """Return how many steps there are."""
        return len(self.tokens)


def last_forward(layers: Sequence[LayerTrace[Steps]]) -> LayerTrace[Steps]:
    """Return the last layer that reads forward."""
    return [layer for layer in layers if layer.direction == "forward"][-1]


def _forced(archive: Archive) -> tuple[Force, ...]:
    older = archive.version == 1  # in which the very first traces said nothing of forces
    said = archive.facts.get("forced", []) if older else archive.facts["forced"]
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise ValueError("forced is no list of texts")
    return forces_from_sentences(said) if older else forces_from_arrays(said, archive.arrays)
