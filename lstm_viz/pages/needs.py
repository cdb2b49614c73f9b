"""What must a model have for a page to make sense, and what stands there otherwise?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lstm_viz.model import TextTrace
from lstm_viz.notation import gates_among


@dataclass(frozen=True, slots=True)
class Need:
    """Something that not every model has.

    Attributes:
        is_met: whether the model of a trace has it.
        sentence: shown in place of the page otherwise.
    """

    is_met: Callable[[TextTrace], bool]
    sentence: str


GATES = Need(
    lambda trace: bool(gates_among(trace.top.quantities)),
    "This model is a plain RNN: it has no gates.",
)
CELL_STATE = Need(
    lambda trace: "cell_state" in trace.top.quantities,
    "This model has no cell state: its hidden state is its only memory.",
)
READOUT = Need(
    lambda trace: trace.readout_weight is not None,
    "This model's prediction is not a weighted sum of its hidden state: units have no votes.",
)
ONE_DIRECTION = Need(
    lambda trace: all(layer.direction == "forward" for layer in trace.layers),
    "This model reads a text from both ends: it has no single state half-way through.",
)


def unmet_need(needs: Iterable[Need], trace: TextTrace) -> str:
    """Return why a page makes no sense for the model of a trace; "" if it makes sense."""
    return next((need.sentence for need in needs if not need.is_met(trace)), "")
