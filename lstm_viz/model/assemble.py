"""What a network computed while it read a text, with what this says of the text."""

from collections.abc import Sequence

from lstm_viz.model.arrays import frozen
from lstm_viz.model.encoded import Encoded
from lstm_viz.model.incremental import Segment
from lstm_viz.model.readout import ReadoutFinder
from lstm_viz.model.text_trace import TextTrace, last_forward
from lstm_viz.trace import Force


def text_trace(
    model: str,
    labels: tuple[str, ...],
    encoded: Encoded,
    found: Segment,
    finder: ReadoutFinder,
    given: Sequence[Force],
) -> TextTrace:
    """Return the trace of a text.

    Args:
        model: its name.
        labels: of the model.
        encoded: the text.
        found: what was computed at all its words.
        finder: of the model's read-out.
        given: what was forced, as it was asked for.
    """
    readout, gap = finder.fitting(last_forward(found.layers).hidden_state, found.logits)
    return TextTrace(
        model=model,
        text=encoded.text,
        tokens=encoded.tokens,
        labels=labels,
        logits=frozen(found.logits),
        probabilities=frozen(found.logits.softmax(-1)),
        layers=found.layers,
        error=max(found.error, gap),
        readout_weight=readout and readout.weight,
        readout_bias=readout and readout.bias,
        forced=tuple(given),
    )
