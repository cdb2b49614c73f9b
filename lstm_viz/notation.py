"""What is each quantity called, how is it written, and in which range does it lie?

The one place that spells the names: code, axis titles, links and downloads take them from here.
"""

from dataclasses import dataclass
from typing import Literal

Scale = Literal["gate", "state"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that an LSTM computes at each step for each unit.

    Attributes:
        name: in code, links and files.
        label: on screen.
        symbol: in the equations.
        meaning: in one plain sentence.
        scale: "gate" lies in [0, 1]; "state" has a sign and is drawn around 0.
        limit: largest size on a fixed colour scale; None where the quantity has no bound.
        color: key into the palette.
    """

    name: str
    label: str
    symbol: str
    meaning: str
    scale: Scale
    limit: float | None
    color: str


INPUT_GATE = Quantity(
    "input_gate",
    "Input gate",
    "i",
    "the share of the candidate that is written",
    "gate",
    1.0,
    "input",
)
FORGET_GATE = Quantity(
    "forget_gate",
    "Forget gate",
    "f",
    "the share of the old cell state that is kept",
    "gate",
    1.0,
    "forget",
)
CANDIDATE = Quantity(
    "candidate", "Candidate", "g", "what would be written", "state", 1.0, "candidate"
)
OUTPUT_GATE = Quantity(
    "output_gate",
    "Output gate",
    "o",
    "the share of tanh(cell state) that is shown",
    "gate",
    1.0,
    "output",
)
CELL_STATE = Quantity(
    "cell_state", "Cell state", "c", "the memory after the word", "state", None, "ink"
)
HIDDEN_STATE = Quantity(
    "hidden_state",
    "Hidden state",
    "h",
    "what the layer puts out after the word",
    "state",
    1.0,
    "muted",
)

LSTM = (INPUT_GATE, FORGET_GATE, CANDIDATE, OUTPUT_GATE, CELL_STATE, HIDDEN_STATE)
GATES = (INPUT_GATE, FORGET_GATE, OUTPUT_GATE)

BY_NAME = {quantity.name: quantity for quantity in LSTM}
