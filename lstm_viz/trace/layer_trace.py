"""Everything that one layer computed, in one direction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

import numpy as np
from jaxtyping import Float

from lstm_viz.errors import MissingQuantityError
from lstm_viz.notation import BY_NAME, in_order

Array = TypeVar("Array")
Other = TypeVar("Other")
Direction = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True, eq=False)
class PreActivation(Generic[Array]):
    """What goes into the activation of one gate, in three parts with the axes of the gate.

    Attributes:
        input: from what the layer read.
        recurrent: from the hidden state before the step.
        bias: what is there without either.
    """

    input: Array
    recurrent: Array
    bias: Array

    @property
    def total(self) -> Array:
        """Their sum, of which the gate is the sigmoid and the candidate the tanh."""
        total: Array = self.input + self.recurrent + self.bias  # type: ignore[operator]
        return total

    def map(self, change: Callable[[Array], Other]) -> "PreActivation[Other]":
        """Return the same with each array changed."""
        return PreActivation(change(self.input), change(self.recurrent), change(self.bias))


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class LayerTrace(Generic[Array]):
    """Everything one layer computed in one direction, one attribute per quantity.

    The arrays of a ``Recording`` are torch tensors with the axes (batch, step, unit); those of a
    ``TextTrace`` are float32 numpy arrays with the axes (step, unit). An attribute that the layer
    does not have is not in ``dir(layer)``, and raises a ``MissingQuantityError``.

    ============  ============  =========  =================================================
    layer         quantity      range      meaning
    ============  ============  =========  =================================================
    LSTM          forget_gate   [0, 1]     share of the old cell state that is kept
    LSTM          input_gate    [0, 1]     share of the candidate that is written
    LSTM, GRU     candidate     [-1, 1]    what would be written
    LSTM          output_gate   [0, 1]     share of tanh(cell_state) that is shown
    LSTM          cell_state    unbounded  memory after the step
    GRU           update_gate   [0, 1]     share of the old hidden state that is kept
    GRU           reset_gate    [0, 1]     share of the recurrent product that the candidate
                                           receives
    all           hidden_state  [-1, 1]    output of the step (unbounded with ``proj_size``,
                                           which also changes the number of units, and with
                                           relu)
    ============  ============  =========  =================================================

    Attributes:
        layer: 0 for the layer that reads the input.
        direction: in which the layer reads; arrays are aligned to the input's steps either way.
        quantities: the arrays by name, in the order of ``lstm_viz.notation``.
        initial: hidden_state, and cell_state of an LSTM, before the first step that the layer
            reads, without the step axis.
        pre_activations: the three parts of what went into each activation, by the name of the
            gate; empty unless they were asked for.

    Law:
        The equations in ``lstm_viz.trace.cells``; for an LSTM
        cell_state[t] = forget_gate[t] · cell_state[t-1] + input_gate[t] · candidate[t] and
        hidden_state[t] = output_gate[t] · tanh(cell_state[t]) (then projected, with proj_size).
    """

    layer: int
    direction: Direction
    quantities: Mapping[str, Array]
    initial: Mapping[str, Array]
    pre_activations: Mapping[str, PreActivation[Array]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bring what was computed into the order of the notation."""
        for name in ("quantities", "pre_activations"):
            object.__setattr__(self, name, in_order(getattr(self, name)))

    @property
    def forget_gate(self) -> Array:
        """Forget gate f of an LSTM: the share of the old cell state that is kept, in [0, 1]."""
        return self._quantity("forget_gate")

    @property
    def input_gate(self) -> Array:
        """Input gate i of an LSTM: the share of the candidate that is written, in [0, 1]."""
        return self._quantity("input_gate")

    @property
    def update_gate(self) -> Array:
        """Update gate z of a GRU: the share of the old hidden state that is kept, in [0, 1]."""
        return self._quantity("update_gate")

    @property
    def candidate(self) -> Array:
        """Candidate g of an LSTM, n of a GRU: what would be written, in [-1, 1]."""
        return self._quantity("candidate")

    @property
    def reset_gate(self) -> Array:
        """Reset gate r of a GRU: the share of the recurrent product that is used, in [0, 1]."""
        return self._quantity("reset_gate")

    @property
    def output_gate(self) -> Array:
        """Output gate o of an LSTM: the share of tanh(cell state) that is shown, in [0, 1]."""
        return self._quantity("output_gate")

    @property
    def cell_state(self) -> Array:
        """Cell state c of an LSTM: the memory after the step, unbounded."""
        return self._quantity("cell_state")

    @property
    def hidden_state(self) -> Array:
        """Hidden state h of any layer: its output after the step; see above for its range."""
        return self._quantity("hidden_state")

    def _quantity(self, name: str) -> Array:
        try:
            return self.quantities[name]
        except KeyError:
            raise MissingQuantityError(name, self.quantities) from None

    def __dir__(self) -> list[str]:
        """List the quantities that the layer has, and no others."""
        names = object.__dir__(self)
        return [name for name in names if name not in BY_NAME or name in self.quantities]

    def __repr__(self) -> str:
        """Say what there is, without the numbers."""
        shapes = [f"{name} {shape_of(array)}" for name, array in self.quantities.items()]
        return f"LayerTrace(layer {self.layer} {self.direction}: {', '.join(shapes)})"

    def map(self, change: Callable[[Array], Other]) -> "LayerTrace[Other]":
        """Return the same layer with each array changed, for instance to numpy."""
        return LayerTrace(
            self.layer,
            self.direction,
            {name: change(array) for name, array in self.quantities.items()},
            {name: change(array) for name, array in self.initial.items()},
            {name: parts.map(change) for name, parts in self.pre_activations.items()},
        )


def state_before(layer: LayerTrace[np.ndarray], name: str) -> Float[np.ndarray, "step unit"]:
    """Return a state before each step, in the direction in which the layer reads.

    Args:
        layer: with the axes (step, unit).
        name: cell_state or hidden_state.
    """
    states, initial = layer.quantities[name], layer.initial[name][None]
    if layer.direction == "backward":
        return np.concatenate([states[1:], initial])
    return np.concatenate([initial, states[:-1]])


def shape_of(array: object) -> str:
    """Return the shape of an array as it is written: 2 × 5 × 4."""
    return " × ".join(str(size) for size in getattr(array, "shape", ()))
