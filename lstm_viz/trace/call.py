"""What a recurrent module computed when it was called: once, or step by step in a loop."""

from dataclasses import dataclass, field
from math import isnan, nan

import torch
from jaxtyping import Int
from torch import Tensor, nn

from lstm_viz.trace.cell import EQUATIONS, CellWeights
from lstm_viz.trace.layers import LayerTrace

States = tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What a recurrent module computed when it was called once.

    Attributes:
        name: of the module inside the model; "" is the model itself.
        layers: layer 0 first, forward before backward; the arrays are (batch, step, unit), batch
            first whatever the module's own layout, and an unbatched input is a batch of 1.
        lengths: steps of each sequence; past its length everything is 0.
        error: the largest difference between what was rebuilt and the module's own output.
    """

    name: str
    layers: tuple[LayerTrace[Tensor], ...]
    lengths: Int[Tensor, " batch"]
    error: float


@dataclass(slots=True)
class Loop:
    """The calls of a cell in a plain loop, each with the states that the one before put out.

    Attributes:
        name: of the cell inside the model.
        steps: the traces of the steps, one step each.
        put_out: the states that the last step put out.
        error: the largest of all steps.
    """

    name: str
    steps: list[LayerTrace[Tensor]] = field(default_factory=list)
    put_out: States = ()
    error: float = 0.0
    _joined: Call | None = None

    def goes_on_with(self, states: States) -> bool:
        """Whether a call with these states is the next step: they are the very same tensors."""
        return len(states) == len(self.put_out) > 0 and all(
            given is before for given, before in zip(states, self.put_out, strict=True)
        )

    @torch.no_grad()
    def add(self, module: nn.RNNCellBase, x: Tensor, states: States, put_out: States) -> None:
        """Rebuild one more step.

        Args:
            module: the cell.
            x: what it read, batched or not.
            states: that it was given; none for zeros.
            put_out: the states after the step.
        """
        dtype = put_out[0].dtype
        exact = torch.promote_types(dtype, torch.float32)
        after = [_batched(state).to(exact, copy=True) for state in put_out]
        before = [_batched(state).to(exact, copy=True) for state in states]
        before = before or [torch.zeros_like(state) for state in after]
        initial = dict(zip(("hidden_state", "cell_state"), before, strict=False))
        weights = CellWeights.of(module, "", exact)
        quantities, rebuilt = EQUATIONS[_mode(module)](
            weights, _batched(x).to(exact)[None], after[0][None], initial
        )
        ours = [rebuilt[0], *(quantities[name][0] for name in list(initial)[1:])]
        for mine, theirs in zip(ours, after, strict=True):
            gap = float((mine - theirs).abs().max()) if mine.numel() else 0.0
            self.error = nan if isnan(gap + self.error) else max(gap, self.error)
        trace = LayerTrace(0, "forward", quantities, initial).map(lambda array: array.to(dtype))
        self.steps.append(trace)
        self.put_out = put_out
        self._joined = None

    def call(self) -> Call:
        """Return all steps as one call."""
        if self._joined is None:
            first = self.steps[0]
            quantities = {
                name: torch.cat([step.quantities[name] for step in self.steps]).transpose(0, 1)
                for name in first.quantities
            }
            layer = LayerTrace(0, "forward", quantities, first.initial)
            lengths = torch.full((len(layer.hidden_state),), len(self.steps), dtype=torch.long)
            self._joined = Call(self.name, (layer,), lengths, self.error)
        return self._joined


def _mode(cell: nn.RNNCellBase) -> str:
    if isinstance(cell, nn.RNNCell):
        return f"RNN_{cell.nonlinearity.upper()}"
    return "LSTM" if isinstance(cell, nn.LSTMCell) else "GRU"


def _batched(values: Tensor) -> Tensor:
    return values.detach() if values.dim() == 2 else values.detach()[None]
