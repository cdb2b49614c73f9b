"""Which gate and memory values are usual for a model? Measured on many texts."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from lstm_viz.analyses.sample import Sample
from lstm_viz.errors import DataError, LstmVizError, NotFiniteError, TextError
from lstm_viz.model import Classifier
from lstm_viz.model.digest import weights_digest
from lstm_viz.model.reference import (
    LayerReference,
    ReferenceStatistics,
    UnitStatistics,
    WordStatistics,
)
from lstm_viz.model.reference_file import gate_names, is_source, unit_names, word_names
from lstm_viz.trace import LayerTrace
from lstm_viz.trace.cells import CellKind, cell_with
from lstm_viz.trace.layer_trace import Direction, state_before

WORDS = 20_000  # kept at most; that is 51 MB for a layer of 128 LSTM units
LOW, HIGH, LIMIT = 10.0, 90.0, 99.5  # percentiles

_Place = tuple[int, Direction, CellKind]
Progress = Callable[[int, int], object]
Steps = Float[np.ndarray, "step unit"]


def measure_reference(
    classifier: Classifier,
    texts: Sequence[str],
    *,
    source: str = "texts of one's own",
    progress: Progress | None = None,
) -> ReferenceStatistics:
    """Measure the usual gate and memory values of a classifier.

    Args:
        classifier: any; also one made by ``lstm_viz.wrap``.
        texts: that it was not trained on. Those that cannot be read, such as blank ones, are
            skipped and counted.
        source: which texts these are, in words, on one line.
        progress: called with the number of texts done and of all texts, first with 0; raising an
            error in it cancels the measurement.

    Returns:
        The statistics of every layer and direction. Percentiles need the values themselves: of
        more than 20,000 words every second one is kept, of more than 40,000 every fourth, and so
        on; all statistics are computed from the words that are kept.

    Raises:
        TextError: one string in place of many.
        DataError: no text could be read (the cause is the error of the last one), or every text
            has only one word, so that there is no memory before it.

    Law:
        Those of ``LayerReference``. A backward direction has read whole texts.
    """
    if isinstance(texts, str | bytes) or not isinstance(texts, Sequence):
        raise TextError("a list of texts", texts)
    if not is_source(source):
        raise DataError("the source as a line of text", f"{source!r} came")
    samples = _Samples()
    for index, text in enumerate(texts):
        if progress:
            progress(index, len(texts))
        samples.read(classifier, text)
    if progress:
        progress(len(texts), len(texts))
    if not samples.by_layer:
        raise DataError(
            "a text that can be read", f"of {len(texts)} none can be"
        ) from samples.failure
    layers = tuple(_of(place, sample) for place, sample in samples.by_layer.items())
    some = next(iter(samples.by_layer.values()))
    return ReferenceStatistics(
        layers, source, len(texts) - samples.skipped, samples.skipped, some.read, some.kept,
        weights_digest(classifier.network),
    )  # fmt: skip


class _Samples:
    """The words sampled so far, by layer, direction and kind of cell."""

    def __init__(self) -> None:
        self.by_layer: dict[_Place, Sample] = {}
        self.skipped = 0
        self.failure: LstmVizError | None = None

    def read(self, classifier: Classifier, text: str) -> None:
        """Add the words of a text, or count it as skipped."""
        try:
            layers = classifier.trace(text).layers
            rows = {
                (one.layer, one.direction, cell_with(one.quantities).kind): _rows(one)
                for one in layers
            }
        except LstmVizError as error:
            self.skipped += 1
            self.failure = error
            return
        for place, parts in rows.items():
            self.by_layer.setdefault(place, Sample(WORDS)).add(parts)


def _rows(layer: LayerTrace[Steps]) -> dict[str, np.ndarray]:
    """Return the numbers of each word of a text in one layer.

    Returns:
        units: (step, quantity, unit), float32: those of ``unit_names``, and the memory's size.
        word: (step, quantity), float64: those of ``word_names``; NaN where one is not defined.

    Raises:
        NotFiniteError: the model computed a value that is not finite.
    """
    cell = cell_with(layer.quantities)
    memory, before = layer.quantities[cell.memory], state_before(layer, cell.memory)
    units = {name: layer.quantities[name] for name in gate_names(cell.kind)}
    if "candidate" in layer.quantities:
        units["candidate_size"] = np.abs(layer.quantities["candidate"])
    units["memory_size"] = np.abs(memory)
    for name, values in units.items():
        if not np.isfinite(values).all():
            raise NotFiniteError(name, int(np.argwhere(~np.isfinite(values))[0, 0]))
    word = {name: values.mean(1, dtype=np.float64) for name, values in units.items()}
    held = np.abs(before).sum(1, dtype=np.float64)
    there = np.where(held > 0, held, np.nan)
    changes = (np.sign(memory) * np.sign(before) < 0).mean(1)
    word["sign_changes"] = np.where(held > 0, changes, np.nan)
    if cell.keep_gate is not None:
        gate = layer.quantities[cell.keep_gate]
        word["kept"] = np.abs(gate * before).sum(1, dtype=np.float64) / there
    return {
        "units": np.stack([units[name] for name in (*unit_names(cell.kind), "memory_size")], 1),
        "word": np.stack([word[name] for name in word_names(cell.kind)], 1),
    }


def _of(place: _Place, sample: Sample) -> LayerReference:
    """Return the statistics of one layer."""
    layer, direction, cell = place
    units, word = sample.values("units"), sample.values("word")
    missing = np.isnan(word).all(0)
    if missing.any():
        raise DataError("a text of two words or more", "each has one: before it there is no memory")
    of_units = {
        name: UnitStatistics(*_summary(units[:, number]))
        for number, name in enumerate(unit_names(cell))
    }
    of_words = {
        name: WordStatistics(*map(float, _summary(values[~np.isnan(values)])))
        for name, values in zip(word_names(cell), word.T, strict=True)
    }
    limit = _frozen(np.percentile(units[:, -1], LIMIT, axis=0))
    return LayerReference(layer, direction, cell, of_units, limit, of_words)


def _summary(values: Float[np.ndarray, "word ..."]) -> Float[np.ndarray, "4 ..."]:
    """Return mean, standard deviation, 10th and 90th percentile over the words, float32."""
    wide = values.astype(np.float64)
    low, high = np.percentile(wide, (LOW, HIGH), axis=0)
    return _frozen(np.array([wide.mean(0), wide.std(0), low, high]))


def _frozen(values: np.ndarray) -> np.ndarray:
    array = values.astype(np.float32)
    array.flags.writeable = False  # statistics are shared between sessions
    return array
