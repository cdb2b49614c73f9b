"""A recurrent module computed step by step, in autograd: where quantities can be forced.

Slower than ``reconstruct``, but everything that comes later depends on what is forced, and
gradients flow through it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.captured_call import CapturedCall, LayerInput
from lstm_viz.trace.cells import Cell, CellWeights
from lstm_viz.trace.cells.cell import Activation, Quantities, States
from lstm_viz.trace.force import Force
from lstm_viz.trace.force.layer_forces import LayerForces
from lstm_viz.trace.modules import Module, cell_of
from lstm_viz.trace.walk import LayerOutput, Run, walk


def run_unrolled(
    module: Module,
    call: CapturedCall,
    options: CaptureOptions,
    forces: Sequence[Force],
    *,
    with_leaves: bool,
) -> Run:
    """Run a module again, step by step.

    Args:
        module: that was called.
        call: the input and output of its kernel; not changed.
        options: what is kept.
        forces: what is forced, in order.
        with_leaves: whether the recorded quantities are leaves of the graph, with respect to which
            the output can be differentiated; else they depend on the weights and the input.

    Returns:
        Arrays as those of ``reconstruct``. The error means nothing if anything is forced.
    """
    of_layers: list[LayerForces] = []

    def compute(inputs: LayerInput) -> LayerOutput:
        acting = [force for force in forces if force.acts_on(inputs.slot)]
        layer_forces = LayerForces(module, call, inputs.slot, acting, with_leaves=with_leaves)
        of_layers.append(layer_forces)
        return LayerOutput(
            _steps(
                call.cell,
                inputs.weights,
                inputs.features,
                inputs.initial,
                layer_forces,
            )
        )

    done = walk(module, call, options, compute)
    pairs = zip(of_layers, done.layers, strict=True)
    return replace(done, layers=tuple(forces.with_leaves(layer) for forces, layer in pairs))


def recurrence(
    module: nn.RNNBase,
    features: Float[Tensor, "step batch feature"],
    recurrent_input: Callable[[Tensor], Tensor],
) -> Float[Tensor, "step batch unit"]:
    """Run one layer in one direction with another input to its recurrent product.

    Args:
        module: whose first layer runs, from states of 0; gradients flow into its weights.
        features: that it reads.
        recurrent_input: computes from h₍t−1₎ what takes its place in the recurrent product.

    Returns:
        The hidden state after each step.
    """
    cell = cell_of(module)
    weights = CellWeights.of(module.all_weights[0], biased=module.bias).to(features.dtype)
    zeros = features.new_zeros(features.shape[1], module.hidden_size)
    initial = dict.fromkeys(cell.states, zeros)
    found = _steps(cell, weights, features, initial, _not_forced, recurrent_input)
    return found["hidden_state"]


def _not_forced(
    step: int, name: str, value: Tensor, activation: Activation | None = None
) -> Tensor:
    del step, name
    return activation(value) if activation else value


def _unchanged(hidden_state: Tensor) -> Tensor:
    return hidden_state


def _steps(
    cell: Cell,
    weights: CellWeights,
    features: Tensor,
    initial: States,
    change: Callable[..., Tensor],
    recurrent_input: Callable[[Tensor], Tensor] = _unchanged,
) -> Quantities:
    """Return every quantity at every step, (step, batch, unit)."""
    before: States = initial
    steps: list[Quantities] = []
    for step, from_input in enumerate(linear(features, weights.from_input, weights.input_bias)):
        hidden = recurrent_input(before["hidden_state"])
        from_hidden = linear(hidden, weights.from_hidden, weights.hidden_bias)
        steps.append(cell.one_step(weights, from_input, from_hidden, before, partial(change, step)))
        before = steps[-1]
    return {name: torch.stack([step[name] for step in steps]) for name in steps[0]}
