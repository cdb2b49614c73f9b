"""What does the cell keep at each word, and what does it write?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lstm_viz.notation import BY_NAME
from lstm_viz.trace import LayerTrace
from lstm_viz.trace.layer_trace import state_before

Values = Float[np.ndarray, "step unit"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a cell's equation, at every word.

    Attributes:
        name: of the quantity, or memory_before, kept, written.
        label: on screen.
        color: key into the palette.
        signed: whether it has a sign; then its size is averaged instead of its value.
        values: (step, unit).
    """

    name: str
    label: str
    color: str
    signed: bool
    values: Values

    @property
    def mean(self) -> Float[np.ndarray, " step"]:
        """Mean over units: of the value, or of the size of a signed value."""
        mean: Float[np.ndarray, " step"] = (
            np.abs(self.values) if self.signed else self.values
        ).mean(1)
        return mean


def terms(layer: LayerTrace[Values]) -> tuple[Term, ...]:
    """Split what a layer computes into the terms of its equation, in the equation's order.

    Law:
        kept + written is the memory after the word: the cell state of an LSTM, f · c' + i · g; the
        hidden state of a GRU, z · h' + (1 - z) · n. A plain RNN has no kept part.
    """
    found = layer.quantities
    if "cell_state" in found:
        before = state_before(layer, "cell_state")
        written = layer.input_gate * layer.candidate
        return (
            Term("memory_before", "Memory before", "ink", signed=True, values=before),
            _quantity_term(layer, "forget_gate"),
            Term("kept", "Kept", "forget", signed=True, values=layer.forget_gate * before),
            _quantity_term(layer, "input_gate"),
            _quantity_term(layer, "candidate"),
            Term("written", "Written", "input", signed=True, values=written),
            _quantity_term(layer, "cell_state", "Memory after"),
            _quantity_term(layer, "output_gate"),
            _quantity_term(layer, "hidden_state", "Output h"),
        )
    before = state_before(layer, "hidden_state")
    start = Term("memory_before", "Memory before", "ink", signed=True, values=before)
    if "update_gate" not in found:
        return start, _quantity_term(layer, "hidden_state", "Memory after")
    kept, written = layer.update_gate * before, (1 - layer.update_gate) * layer.candidate
    return (
        start,
        _quantity_term(layer, "update_gate"),
        Term("kept", "Kept", "input", signed=True, values=kept),
        _quantity_term(layer, "reset_gate"),
        _quantity_term(layer, "candidate"),
        Term("written", "Written", "candidate", signed=True, values=written),
        _quantity_term(layer, "hidden_state", "Memory after"),
    )


def _quantity_term(layer: LayerTrace[Values], name: str, label: str | None = None) -> Term:
    quantity = BY_NAME[name]
    return Term(
        name, label or quantity.label, quantity.color, quantity.scale == "state",
        layer.quantities[name],
    )  # fmt: skip
