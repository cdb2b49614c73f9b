"""What is each quantity called, how is it written, and what is its range?

The names and their order stand only here: code, screens, notebooks, axis titles, links and
downloads take them from this file. The order is that of the cell diagram, along the memory: what is
kept, what is written, what is passed on. Which of them a cell has is in ``trace/cells``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

Value = TypeVar("Value")
Scale = Literal["gate", "state"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that a recurrent layer computes at each step for each unit.

    Attributes:
        name: in code, links and files.
        label: on screen.
        symbol: in the equations.
        meaning: in one plain sentence.
        scale: "gate" is in [0, 1]; "state" has a sign and is drawn around 0.
        limit: largest size on a fixed colour scale; None if the quantity has no bound.
        color: key into the palette.
    """

    name: str
    label: str
    symbol: str
    meaning: str
    scale: Scale
    limit: float | None
    color: str


FORGET_GATE = Quantity(
    "forget_gate",
    "Forget gate",
    "f",
    "the share of the old cell state that is kept",
    "gate",
    1.0,
    "forget",
)
INPUT_GATE = Quantity(
    "input_gate",
    "Input gate",
    "i",
    "the share of the candidate that is written",
    "gate",
    1.0,
    "input",
)
CANDIDATE = Quantity(
    "candidate", "Candidate", "g", "what would be written", "state", 1.0, "candidate"
)
OUTPUT_GATE = Quantity(
    "output_gate",
    "Output gate",
    "o",
    "the share of tanh(cell state) that is passed on",
    "gate",
    1.0,
    "output",
)
UPDATE_GATE = Quantity(
    "update_gate",
    "Update gate",
    "z",
    "the share of the old hidden state that is kept",
    "gate",
    1.0,
    "input",
)
RESET_GATE = Quantity(
    "reset_gate",
    "Reset gate",
    "r",
    "the share of the recurrent product that the candidate uses",
    "gate",
    1.0,
    "forget",
)
CELL_STATE = Quantity(
    "cell_state", "Cell state", "c", "the memory after the word", "state", None, "ink"
)
HIDDEN_STATE = Quantity(
    "hidden_state",
    "Hidden state",
    "h",
    "the output of the layer after the word",
    "state",
    1.0,
    "muted",
)

ALL = (
    FORGET_GATE, INPUT_GATE, UPDATE_GATE, CANDIDATE, RESET_GATE, OUTPUT_GATE, CELL_STATE,
    HIDDEN_STATE,
)  # fmt: skip
BY_NAME = {quantity.name: quantity for quantity in ALL}


def in_order(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return values by quantity in the one order; unknown names come last."""
    return {name: values[name] for name in [*BY_NAME, *values] if name in values}


def among(names: Collection[str]) -> tuple[Quantity, ...]:
    """Return the quantities that a layer has, in the one order."""
    return tuple(quantity for quantity in ALL if quantity.name in names)


def gates_among(names: Collection[str]) -> tuple[Quantity, ...]:
    """Return the gates that a layer has: three, two, or none."""
    return tuple(quantity for quantity in among(names) if quantity.scale == "gate")
