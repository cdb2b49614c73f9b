"""Can a classifier have computed this? A trace from a file is checked against its laws."""

import numpy as np

from lstm_viz.model.text_trace import Steps, TextTrace
from lstm_viz.notation import BY_NAME
from lstm_viz.trace import LayerTrace
from lstm_viz.trace.equation_check import check_equations
from lstm_viz.trace.structure_check import check_error, check_layers

_ROUNDING = 1e-3  # of probabilities that were computed in half precision
_OF_LOGITS = 1e-6  # of logits in float32, relative to their size
_OF_READOUT = 3e-4  # of the read-out's logits, likewise
_OF_RANGES = 1e-5


def check_text_trace(trace: TextTrace) -> None:
    """Check that a classifier can have computed a trace.

    Raises:
        ValueError: says what is wrong.
    """
    _check_facts(trace)
    _check_tokens(trace)
    _check_scores(trace)
    check_layers(trace.layers, (len(trace.tokens),), whole=True)
    if not any(layer.direction == "forward" for layer in trace.layers):
        raise ValueError("no layer reads forward")
    _check_readout(trace)
    if not trace.forced:
        for layer in trace.layers:
            _check_values(layer, finite=bool(np.isfinite(trace.error)))
            if np.isfinite(trace.error):  # else the numbers ran over, and follow from nothing
                check_equations(layer, trace.error)


def _check_facts(trace: TextTrace) -> None:
    check_error(trace.error)
    if not isinstance(trace.model, str) or not isinstance(trace.text, str):
        raise ValueError("model and text are no texts")
    labels = trace.labels
    if not isinstance(labels, tuple) or not all(isinstance(one, str) for one in labels):
        raise ValueError("labels are no list of texts")
    if len(trace.labels) < 2:
        raise ValueError("there are fewer than two labels")


def _check_tokens(trace: TextTrace) -> None:
    if not trace.tokens:
        raise ValueError("there is no token")
    before = 0
    for token in trace.tokens:
        whole = type(token.start) is int and type(token.end) is int and type(token.known) is bool
        if not whole or not before <= token.start <= token.end <= len(trace.text):
            raise ValueError("tokens do not follow one another inside the text")
        before = token.end


def _check_scores(trace: TextTrace) -> None:
    shape = (len(trace.tokens), len(trace.labels))
    for name in ("logits", "probabilities"):
        values = getattr(trace, name)
        if values is None or values.shape != shape or values.dtype.kind != "f":
            raise ValueError(f"there are not {name} of {shape[0]} steps and {shape[1]} labels")
        if not np.isfinite(values).all():
            raise ValueError(f"some {name} are not finite")
    chances = trace.probabilities.astype(np.float64)
    if chances.min() < 0 or chances.max() > 1 + _ROUNDING:
        raise ValueError("probabilities are not from 0 to 1")
    if np.abs(chances.sum(1) - 1).max() > _ROUNDING:
        raise ValueError("probabilities do not add up to 1")
    _compare(trace, trace.logits.astype(np.float64), _OF_LOGITS, "logits")


def _check_readout(trace: TextTrace) -> None:
    weight, bias = trace.readout_weight, trace.readout_bias
    if weight is None and bias is None:
        return
    hidden = trace.top.hidden_state.astype(np.float64)
    shapes = (len(trace.labels), hidden.shape[1]), (len(trace.labels),)
    if weight is None or bias is None or (weight.shape, bias.shape) != shapes:
        raise ValueError("the read-out does not fit labels and units")
    logits = hidden @ weight.astype(np.float64).T + bias.astype(np.float64)
    _compare(trace, logits, _OF_READOUT, "the read-out's logits")


def _compare(trace: TextTrace, logits: np.ndarray, relative: float, name: str) -> None:
    """Raise ValueError if probabilities are not the softmax of logits, to rounding."""
    centred = logits - logits.max(1, keepdims=True)
    again = np.exp(centred)
    again /= again.sum(1, keepdims=True)
    allowed = _ROUNDING + relative * float(np.abs(logits).max())
    if not np.abs(again - trace.probabilities).max() <= allowed:  # so that NaN is refused too
        raise ValueError(f"probabilities are not those of {name}")


def _check_values(layer: LayerTrace[Steps], *, finite: bool) -> None:
    """Raise ValueError if a quantity of a layer without forces is out of its range."""
    units = max(array.shape[1] for array in layer.quantities.values())
    for name, values in layer.quantities.items():
        quantity = BY_NAME[name]
        # A projection puts out any number, and so does a plain RNN with relu.
        free = name == "hidden_state" and (
            "cell_state" not in layer.quantities or values.shape[1] < units
        )
        high = np.inf if free or quantity.limit is None else quantity.limit + _OF_RANGES
        low = -_OF_RANGES if quantity.scale == "gate" else -high
        if (values < low).any() or (values > high).any():
            raise ValueError(f"the {quantity.label.lower()} is not in its range")
        if finite and not np.isfinite(values).all():
            raise ValueError(f"the {quantity.label.lower()} is not finite, but the error is")
