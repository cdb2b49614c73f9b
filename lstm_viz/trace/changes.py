"""What is forced in a layer, and where gradients with respect to its quantities come in."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from lstm_viz.trace.force import Force
from lstm_viz.trace.kinds import Module, Place, quantities_of, width_of
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.seen import Seen

Squash = Callable[[Tensor], Tensor]
Change = Callable[..., Tensor]  # of a name, a value, and an activation if it goes through one
_Acting = tuple[Force, Sequence[Tensor], Sequence[Tensor]]


class Changes:
    """What happens to each quantity of one layer in one direction when it is computed.

    What leans acts before the activation; the others after it, in the order of the forces.
    """

    def __init__(
        self,
        module: Module,
        seen: Seen,
        place: Place,
        forces: Sequence[Force],
        exact: torch.dtype,
        *,
        tapped: bool,
    ) -> None:
        self._module, self._seen, self._place = module, seen, place
        self._leaning: dict[str, list[_Acting]] = {}
        self._forced: dict[str, list[_Acting]] = {}
        for force in forces:
            blank = self._zeros(force.quantity, exact)
            mask, amount = map(self._in_turn, force.mask_and_amount(blank))
            when = self._leaning if force.operation == "lean" else self._forced
            when.setdefault(force.quantity, []).append((force, mask, amount))
        self._leaves: dict[str, Tensor] = {}
        self._taps: dict[str, tuple[Tensor, ...]] = {}
        for name in quantities_of(module) if tapped else ():
            leaf = self._zeros(name, seen.hidden_state.dtype).transpose(0, 1).contiguous()
            self._leaves[name] = leaf.requires_grad_()
            # Zeros that carry the gradient: what is added changes no value.
            self._taps[name] = self._in_turn(leaf.transpose(0, 1).to(exact))

    def _zeros(self, quantity: str, dtype: torch.dtype) -> Tensor:
        shape = (*self._seen.features.shape[:2], width_of(self._module, quantity))
        return torch.zeros(shape, dtype=dtype, device=self._seen.hidden_state.device)

    def _in_turn(self, values: Tensor) -> tuple[Tensor, ...]:
        """Return the values of each step, in the order in which the layer reads."""
        return (self._seen.reversed(values) if self._place.backward else values).unbind()

    def __call__(self, step: int, name: str, value: Tensor, squash: Squash | None = None) -> Tensor:
        """Return a quantity as it is after all changes.

        Args:
            step: counted as the layer reads.
            name: of the quantity.
            value: what goes into its activation; the quantity itself where it has none.
            squash: the activation.
        """
        for force, mask, amount in self._leaning.get(name, ()):
            value = force.apply(value, mask[step], amount[step])
        if squash:
            value = squash(value)
        for force, mask, amount in self._forced.get(name, ()):
            value = force.apply(value, mask[step], amount[step])
        return value + self._taps[name][step] if name in self._taps else value

    def as_leaves(self, layer: LayerTrace[Tensor]) -> LayerTrace[Tensor]:
        """Return the same numbers in the tensors that carry the gradient, where there are such."""
        if not self._leaves:
            return layer
        layer = layer.map(Tensor.detach)
        with torch.no_grad():
            for name, values in layer.quantities.items():
                self._leaves[name].copy_(values)
        return replace(layer, quantities={name: self._leaves[name] for name in layer.quantities})
