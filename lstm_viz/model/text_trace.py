"""Everything a classifier computed while it read one text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lstm_viz.text import Token
from lstm_viz.trace import LayerTrace

EXACT = 2e-5  # float32: what rounding may do to values around 1

Steps = Float[np.ndarray, "_ _"]


@dataclass(frozen=True, slots=True)
class TextTrace:
    """Everything a classifier computed while it read one text; a step is one token.

    Attributes:
        model: the classifier's name.
        text: as given.
        tokens: what was read at each step; ``text[token.start:token.end]`` is it as typed.
        labels: what each output stands for.
        logits: float32, the scores after reading tokens 0…step.
        probabilities: float32 in [0, 1], their softmax; each row sums to 1.
        layers: what each layer computed, float32 numpy arrays with the axes (step, unit).
        error: largest difference between what was rebuilt and the model's own output; the
            hidden and cell states of every layer, and the logits.
        readout_weight: logits = readout_weight · hidden_state of the last layer + readout_bias;
            None where the verdict is made in another way.
        readout_bias: see above.
        forced: what was forced, in words; empty for what the model does by itself.
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
    forced: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether ``error`` is no more than rounding.

        Rounding grows with the numbers that are rounded: a cell state of 60 may be off by 60
        times as much as one of 1.
        """
        states = ("cell_state", "hidden_state")
        sizes = [
            float(np.abs(layer.quantities[name]).max())
            for layer in self.layers
            for name in states
            if name in layer.quantities
        ]
        return self.error <= EXACT * max(1.0, *sizes)

    @property
    def top(self) -> LayerTrace[Steps]:
        """The last layer, in the direction in which the text is read."""
        return last_forward(self.layers)

    def __len__(self) -> int:
        """Return how many steps there are."""
        return len(self.tokens)


def last_forward(layers: Sequence[LayerTrace[Steps]]) -> LayerTrace[Steps]:
    """Return the last layer that reads in the direction of the text."""
    return [layer for layer in layers if layer.direction == "forward"][-1]
