"""The forces on one layer, and the leaves through which gradients reach its quantities."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from lstm_viz.trace.captured_call import CapturedCall
from lstm_viz.trace.cells.cell import Activation
from lstm_viz.trace.force.force import Force
from lstm_viz.trace.layer_trace import LayerTrace
from lstm_viz.trace.modules import LayerSlot, Module, width_of

_Acting = tuple[Force, Sequence[Tensor], Sequence[Tensor]]  # with its mask and amount at each step


class LayerForces:
    """What changes the quantities of one layer in one direction while they are computed.

    Leans act before the activation; the other forces after it, in their order.
    """

    def __init__(
        self,
        module: Module,
        call: CapturedCall,
        slot: LayerSlot,
        forces: Sequence[Force],
        *,
        with_leaves: bool,
    ) -> None:
        """Prepare masks and amounts for every step.

        Args:
            module: that was called.
            call: of the module.
            slot: of the layer in the module.
            forces: that act on the layer.
            with_leaves: whether gradients with respect to the quantities are wanted.
        """
        self._module, self._call, self._slot = module, call, slot
        self._leans: dict[str, list[_Acting]] = {}
        self._others: dict[str, list[_Acting]] = {}
        for force in forces:
            zeros = self._zeros(force.quantity, call.exact_dtype)
            mask, amount = map(self._by_step, force.mask_and_amount(zeros))
            group = self._leans if force.operation == "lean" else self._others
            group.setdefault(force.quantity, []).append((force, mask, amount))
        self._leaves: dict[str, Tensor] = {}
        self._zeros_of_leaves: dict[str, tuple[Tensor, ...]] = {}
        for name in call.cell.names if with_leaves else ():
            leaf = self._zeros(name, call.dtype).transpose(0, 1).contiguous().requires_grad_()
            self._leaves[name] = leaf
            # Added to the quantity, zeros carry its gradient to the leaf and change no value.
            zeros = leaf.transpose(0, 1).to(call.exact_dtype)
            self._zeros_of_leaves[name] = self._by_step(zeros)

    def _zeros(self, quantity: str, dtype: torch.dtype) -> Tensor:
        shape = (*self._call.features.shape[:2], width_of(self._module, quantity))
        return torch.zeros(shape, dtype=dtype, device=self._call.hidden_state.device)

    def _by_step(self, values: Tensor) -> tuple[Tensor, ...]:
        """Return the values of each step, in the order in which the layer reads."""
        return self._call.in_reading_order(values, self._slot).unbind()

    def __call__(
        self, step: int, name: str, value: Tensor, activation: Activation | None = None
    ) -> Tensor:
        """Return a quantity after all forces.

        Args:
            step: counted as the layer reads.
            name: of the quantity.
            value: what goes into its activation; the quantity itself where it has none.
            activation: of the quantity.
        """
        for force, mask, amount in self._leans.get(name, ()):
            value = force.apply(value, mask[step], amount[step])
        if activation:
            value = activation(value)
        for force, mask, amount in self._others.get(name, ()):
            value = force.apply(value, mask[step], amount[step])
        zeros = self._zeros_of_leaves.get(name)
        return value if zeros is None else value + zeros[step]

    def with_leaves(self, layer: LayerTrace[Tensor]) -> LayerTrace[Tensor]:
        """Return the same numbers in the leaves that receive the gradients, if there are any."""
        if not self._leaves:
            return layer
        layer = layer.map(Tensor.detach)
        with torch.no_grad():
            for name, values in layer.quantities.items():
                self._leaves[name].copy_(values)
        return replace(layer, quantities={name: self._leaves[name] for name in layer.quantities})
