"""On which scale is a quantity drawn? Limits, ramps, tints and type, for figures and player.

No drawing library is used here. Figures take these values as they are; the browser gets them with
each trace (``theme``, ``on_the_wire``), so no number is written twice.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from lstm_viz.notation import Quantity
from lstm_viz.palette import Palette, mix

Encoding = Literal["linear", "tanh"]

FONT = '"Source Sans", "Source Sans Pro", "Source Sans 3", "Reading Sans", sans-serif'
# Sizes of the type in figures, in pixels.
SMALL, LABEL, TEXT, NAME = 12, 13, 14, 15

SIGNED_POWER = 0.8  # of signed values; below 1, so that 0.1 can be seen
CELL_END = 2.0  # the cell state has no bound: its scale is labelled up to here and continues


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of a quantity, the same for every text.

    Attributes:
        encoding: what is done to a value before it is drawn.
        low, high: ends of the scale, of encoded values; values beyond are drawn as the end.
        ticks: true values that are labelled.
    """

    encoding: Encoding
    low: float
    high: float
    ticks: tuple[float, float, float]

    def encode(self, values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Return the values to draw, of the same shape and precision as the true values."""
        return np.tanh(values) if self.encoding == "tanh" else values

    @property
    def places(self) -> tuple[float, ...]:
        """Where the ticks stand among encoded values."""
        return tuple(float(value) for value in self.encode(np.array(self.ticks)))


GATE = Scale("linear", 0.0, 1.0, (0.0, 0.5, 1.0))
STATE = Scale("linear", -1.0, 1.0, (-1.0, 0.0, 1.0))
# The output gate passes on tanh of the cell state. No value of it is cut off.
UNBOUNDED = Scale("tanh", -1.0, 1.0, (-CELL_END, 0.0, CELL_END))
DEPARTURE = Scale("linear", -0.5, 0.5, (-0.5, 0.0, 0.5))


def scale_of(quantity: Quantity) -> Scale:
    """Return the scale of a quantity: of a gate, of a state, or of a state without a bound."""
    if quantity.scale == "gate":
        return GATE
    return STATE if quantity.limit is not None else UNBOUNDED


def gate_color(share: float, hue: str, colors: Palette) -> str:
    """Return the colour of a gate: the panel at 0, its hue at 1, linear between them."""
    return mix(colors.panel, hue, min(max(share, 0.0), 1.0))


def signed_color(share: float, colors: Palette) -> str:
    """Return the colour of a signed value: negative at -1, the panel at 0, positive at 1."""
    end = colors.positive if share > 0 else colors.negative
    return mix(colors.panel, end, min(abs(share), 1.0) ** SIGNED_POWER)


def color(quantity: Quantity, value: float, colors: Palette) -> str:
    """Return the colour of a true value of a quantity, as every picture draws it."""
    scale = scale_of(quantity)
    share = float(scale.encode(np.array([value]))[0])
    if quantity.scale == "gate":
        return gate_color(share, colors[quantity.color], colors)
    return signed_color(share / scale.high, colors)


@dataclass(frozen=True, slots=True)
class Tints:
    """How words are tinted by how much they change the prediction; never rescaled to a text.

    Attributes:
        least: smallest change with a tint: noise must look like noise.
        full: smallest change with the full tint.
        numbered: smallest change, in points, whose number stands beside the word.
        ground: largest share of a gate's hue in the background of readable text.
        pale: share of its background that a word has before it is read.
    """

    least: float = 0.03
    full: float = 0.30
    numbered: float = 10.0
    ground: float = 0.45
    pale: float = 0.45


TINTS = Tints()


def tint(change: float, colors: Palette) -> str | None:
    """Return the background of a word that changes the prediction by so much; None for none."""
    if abs(change) < TINTS.least:
        return None
    end = colors.full_negative if change < 0 else colors.full_positive
    return mix(colors.page, end, min(1.0, abs(change) / TINTS.full))


def theme(colors: Palette) -> dict[str, Any]:
    """Return the colours of a theme and how they are mixed, as the browser gets them."""
    return {**asdict(colors), "power": SIGNED_POWER}


def on_the_wire(quantity: Quantity) -> dict[str, Any]:
    """Return the scale of a quantity, as the browser gets it."""
    return asdict(scale_of(quantity))
