"""What the browser needs to know of a reading: facts, and every value of one layer, as bytes.

A gate is a whole number of 16 bits on a fixed range, which is off by less than one in a hundred
thousand; states are float32, bit for bit. What follows from these is not sent: the hidden state of
an LSTM is its output gate times tanh of its cell state.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from hashlib import blake2b
from typing import Any

import numpy as np

from lstm_viz import palette, scales
from lstm_viz.analyses.classes import Band, bands
from lstm_viz.analyses.experiment import describe_forces
from lstm_viz.analyses.known_words import is_readable, known_words
from lstm_viz.analyses.prediction_path import PredictionPath, prior_probabilities
from lstm_viz.analyses.readout import readout_contrast, unit_readout_contrast
from lstm_viz.analyses.units import ORDERS, Order, unit_order
from lstm_viz.components.player.view import PlayerStart, PlayerView
from lstm_viz.errors import NotFiniteError
from lstm_viz.model import TextTrace
from lstm_viz.notation import Quantity, among
from lstm_viz.text import replace_surrogates
from lstm_viz.text.file_names import file_stem
from lstm_viz.trace import LayerTrace
from lstm_viz.trace.cells import cell_with
from lstm_viz.trace.force import spell_forces

FORMAT = 2  # a player of another format refuses it
_STEPS = 65_535  # of a whole number of 16 bits
_SAME = 2e-5  # a hidden state that follows from what is sent, to rounding
_SPACE = re.compile(r"\s+")
_PALETTES = {colors.name: scales.theme(colors) for colors in (palette.LIGHT, palette.DARK)}
_TINTS = asdict(scales.TINTS)


@dataclass(frozen=True, slots=True)
class Menus:
    """What else there is to be looked at.

    Attributes:
        models: names.
        model: the one that is looked at.
        examples: name and title of each.
        example: the one that is looked at; "" for a text of one's own.
        text_kind: what one types oneself: "review", "news title".
        max_length: characters of such a text.
        unread_text: the end of a text that was too long; typing goes on with it in the field.
    """

    models: tuple[str, ...]
    model: str
    examples: tuple[tuple[str, str], ...]
    example: str
    text_kind: str
    max_length: int
    unread_text: str = ""


def payload(
    trace: TextTrace,
    layer: LayerTrace[np.ndarray],
    path: PredictionPath,
    start: PlayerStart,
    truncated: int = 0,
    menus: Menus | None = None,
) -> bytes:
    """Return a reading as bytes: the length of the facts, the facts as JSON, arrays one by one.

    Args:
        trace: of the text.
        layer: of the trace; the one that is looked into.
        path: of the prediction in the same trace.
        start: what is looked at when the text is new.
        truncated: words behind the stated limit, which were not read.
        menus: what else there is; None where there is nobody to ask for it.

    Raises:
        NotFiniteError: the model computed what is no number.

    Law:
        Every value is the trace's own: states and probabilities bit for bit, gates within
        ``facts["rounding"]``.
    """
    _check(trace, layer)
    arrays = {**_scores(trace, layer), **_states(layer), **_gates(layer)}
    facts = _facts(trace, layer, path, start)
    facts |= {"truncated": truncated, "menus": menus and _flat(menus)}
    facts["experiment"] = describe_forces(trace.forced, trace.tokens)
    if trace.forced and menus is None:  # where there are menus, the page itself says so
        facts["about"] = f"What if: {facts['experiment']}. {facts['about']}".strip()
    facts["arrays"] = [array.header(name) for name, array in arrays.items()]
    facts["rounding"] = max(array.rounding for array in arrays.values())
    head = json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    head += b" " * (-len(head) % 4)
    pieces = [len(head).to_bytes(4, "little"), head]
    for array in arrays.values():
        raw = array.values.tobytes()
        pieces += [raw, b"\0" * (-len(raw) % 4)]
    return b"".join(pieces)


def _flat(menus: Menus) -> dict[str, Any]:
    return {field: getattr(menus, field) for field in Menus.__slots__}


def _check(trace: TextTrace, layer: LayerTrace[np.ndarray]) -> None:
    for name, values in {"prediction": trace.probabilities, **layer.quantities}.items():
        steps = np.flatnonzero(~np.isfinite(values).all(1))
        if len(steps):
            raise NotFiniteError(name.replace("_", " "), int(steps[0]))


@dataclass(frozen=True, slots=True)
class _Array:
    """One array as it is sent: value = low + (high - low) · whole / 65,535, or float32."""

    values: np.ndarray
    low: float = 0.0
    high: float = 0.0

    @property
    def rounding(self) -> float:
        return (self.high - self.low) / (2 * _STEPS)

    def header(self, name: str) -> dict[str, Any]:
        dtype = "uint16" if self.high > self.low else "float32"
        rows, columns = self.values.shape
        return {"name": name, "dtype": dtype, "low": self.low, "high": self.high,
                "rows": rows, "columns": columns}  # fmt: skip


def _exact(values: np.ndarray) -> _Array:
    return _Array(np.atleast_2d(np.ascontiguousarray(values, dtype="<f4")))


def _on_a_range(values: np.ndarray, least: float) -> _Array:
    # A forced gate may lie outside its range.
    low, high = min(least, float(values.min())), max(1.0, float(values.max()))
    whole = np.rint((values.astype(np.float64) - low) / (high - low) * _STEPS)
    return _Array(np.ascontiguousarray(whole, dtype="<u2"), low, high)


def _scores(trace: TextTrace, layer: LayerTrace[np.ndarray]) -> dict[str, _Array]:
    """Return the probabilities, and what units say of each label if they say anything."""
    found = {"probability": _exact(trace.probabilities)}
    weights = [readout_contrast(trace, label) for label in range(len(trace.labels))]
    if layer is trace.top and all(weight is not None for weight in weights):
        found["weight"] = _exact(np.stack([weight for weight in weights if weight is not None]))
    return found


def _states(layer: LayerTrace[np.ndarray]) -> dict[str, _Array]:
    found = layer.quantities
    sent = [name for name in ("cell_state", "hidden_state") if name in found]
    if "cell_state" in found and _follows(layer):
        sent.remove("hidden_state")
    states = {name: _exact(found[name]) for name in sent}
    for name, values in layer.initial.items():
        states[f"initial_{name}"] = _exact(values)
    return states


def _follows(layer: LayerTrace[np.ndarray]) -> bool:
    """Whether the hidden state is output gate · tanh(cell state): not so behind a projection."""
    if layer.hidden_state.shape != layer.cell_state.shape:
        return False
    again = layer.output_gate * np.tanh(layer.cell_state)
    return bool(np.abs(again - layer.hidden_state).max() <= _SAME)


def _gates(layer: LayerTrace[np.ndarray]) -> dict[str, _Array]:
    bounded = [q for q in among(layer.quantities) if q.name not in ("cell_state", "hidden_state")]
    return {
        quantity.name: _on_a_range(
            layer.quantities[quantity.name], 0.0 if quantity.scale == "gate" else -1.0
        )
        for quantity in bounded
    }


def _facts(
    trace: TextTrace, layer: LayerTrace[np.ndarray], path: PredictionPath, start: PlayerStart
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": identity(trace, layer, start),
        "about": _about(trace, layer),
        "words": list(_words(trace)),
        "known": known_words(trace),
        "readable": is_readable(trace),
        "file": file_stem(
            trace.text, [token.text for token in trace.tokens], forced=bool(trace.forced)
        ),
        "tail": replace_surrogates(trace.text[trace.tokens[-1].end :]),
        "labels": [_SPACE.sub(" ", replace_surrogates(label)).strip() for label in trace.labels],
        "label": path.label,
        "prior": prior_probabilities(trace).tolist(),
        "bias": _bias(trace) if layer is trace.top else None,
        "bands": [_band(band) for band in bands(trace)] if len(trace.labels) > 2 else [],
        "turningPoint": path.turning_point,
        "kind": cell_with(layer.quantities).kind,
        "quantities": [_quantity(quantity) for quantity in among(layer.quantities)],
        "orders": _orders(trace, layer, path),
        "layers": [[one.layer, one.direction] for one in trace.layers],
        "layer": [layer.layer, layer.direction],
        **{row.name: getattr(start, row.name) for row in fields(PlayerView)},
        "tints": _TINTS,
        "palettes": _PALETTES,
        "font": scales.FONT,
    }  # fmt: skip


def _words(trace: TextTrace) -> Iterator[tuple[str, str, bool]]:
    """Give the space before each word, the word, and whether the model knows it."""
    end = 0
    for token in trace.tokens:
        yield (
            replace_surrogates(trace.text[end : token.start]),
            replace_surrogates(token.text),
            token.known,
        )
        end = token.end


def identity(trace: TextTrace, layer: LayerTrace[np.ndarray], start: PlayerStart) -> str:
    """Return what tells the browser that another text, or another place in it, was opened."""
    place = f"{layer.layer}\0{layer.direction}\0{start.visit}\0{spell_forces(trace.forced)}"
    raw = f"{trace.model}\0{trace.text}\0{place}".encode("utf-8", "replace")
    return blake2b(raw, digest_size=8).hexdigest()


def _about(trace: TextTrace, layer: LayerTrace[np.ndarray]) -> str:
    """Say what a prediction half-way means where that is not plain, and where a layer leads."""
    said = []
    if not trace.exact:
        said.append(
            f"Not exact: what is drawn differs from the model's own output by {trace.error:.0e}."
        )
    if any(one.direction == "backward" for one in trace.layers):
        said.append(
            "This model reads in two directions: each prediction is what it would say if the text "
            "ended there; gates and states are those in the whole text."
        )
    if layer.layer < trace.top.layer:
        said.append(f"Layer {layer.layer + 1} feeds layer {layer.layer + 2}.")
    return " ".join(said)


def _bias(trace: TextTrace) -> list[float] | None:
    """Return what speaks for each label without any unit, against the mean of the others."""
    if trace.readout_bias is None:
        return None
    bias = trace.readout_bias.astype(np.float64)
    found: list[float] = (bias - (bias.sum() - bias) / (len(bias) - 1)).tolist()
    return found


def _band(band: Band) -> dict[str, Any]:
    return {"label": band.label, "labels": band.labels, "rest": band.rest}


def _orders(
    trace: TextTrace, layer: LayerTrace[np.ndarray], path: PredictionPath
) -> dict[Order, list[int]]:
    """Return the units in each order there is; by index they stand in the browser unsaid."""
    weight = unit_readout_contrast(trace, path.label) if layer is trace.top else None
    return {
        order: unit_order(order, layer, weight).tolist()
        for order in ORDERS
        if order == "similarity" or (order == "weight" and weight is not None)
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "name": quantity.name,
        "label": quantity.label,
        "symbol": quantity.symbol,
        "gate": quantity.scale == "gate",
        "color": quantity.color,
        "scale": scales.on_the_wire(quantity),
    }
