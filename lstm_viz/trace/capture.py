"""What a module computed in one call of its kernel, for all recordings that are open."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.call import Call
from lstm_viz.trace.call_log import CallLog, RecordingOptions
from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.captured_call import CapturedCall
from lstm_viz.trace.concrete_values import hidden_from_tracer, is_transformed
from lstm_viz.trace.force import Force
from lstm_viz.trace.intercept import ModuleCall
from lstm_viz.trace.kernel import KernelCall
from lstm_viz.trace.kernel_layout import captured_call, layout_of
from lstm_viz.trace.layer_trace import LayerTrace
from lstm_viz.trace.modules import Module
from lstm_viz.trace.reconstruct import reconstruct
from lstm_viz.trace.unrolled import run_unrolled
from lstm_viz.trace.walk import Run

# Of the largest state: far above rounding, far below what other equations would give.
_OWN, _OWN_UNDER_AUTOCAST = 1e-4, 1e-2


def capture(call: ModuleCall, kernel: KernelCall) -> tuple[Tensor, ...] | None:
    """Add what a module computed in one call of its kernel to the logs of all open recordings.

    Several recordings that are open at once get the same: the result of all their forces, those of
    the outermost first.

    Returns:
        The replacement for the kernel's output if something is forced.

    Raises:
        UnsupportedModuleError: the gates cannot be rebuilt exactly, or not with these options.
        SequenceError: forces depend on the step, which is not known.
    """
    module, logs = call.module, call.logs
    name = logs[-1].name_of(module)
    options = _united(name, [log.options for log in logs])
    if call.own is not None:
        kernel = kernel.with_output(name, call.own)
    if options.keeps_graph and is_transformed(kernel.output[0]):
        reason = "torch.func transforms it, which cannot be joined with force= or detach=False"
        raise UnsupportedModuleError(name, reason, "Record it outside the transform.")
    kernel = kernel if options.keeps_graph else kernel.plain()
    layout = layout_of(name, kernel, call.packed)
    with nullcontext() if options.keeps_graph else torch.no_grad(), _unobserved(options):
        captured = captured_call(name, module, kernel, layout)
        (steps, batch), fresh, initial = captured.features.shape[:2], call.fresh, kernel.initial
        sequences = [log.sequence_of(module, initial, steps, fresh=fresh) for log in logs]
        pairs = list(zip(logs, sequences, strict=True))
        forces = [f for log, one in pairs for f in log.forces_on(module, one, steps, batch)]
        with _without_autocast(captured.hidden_state.device.type):
            calls, forced = _computed(options, logs, module, captured, forces)
    if call.own is not None:
        _check_own_forward(name, module, captured, calls[0].error)
    replacement = None
    if forced:
        replacement = layout.kernel_output(forced.hidden_state, forced.final, captured.lengths)
    final = kernel.final_states(replacement)
    for (log, sequence), computed in zip(pairs, calls, strict=True):
        log.add(sequence, module, computed, initial, final, steps)
    return replacement


def _united(name: str, every: Sequence[RecordingOptions]) -> RecordingOptions:
    """Return the options that cover those of every recording."""
    if len(every) == 1:
        return every[0]
    forced = any(options.forces is not None for options in every)
    detach = all(options.detach for options in every)
    if forced and any(options.forces is None and not options.detach for options in every):
        reason = "of two open recordings one forces it, and one is to keep the graph (detach=False)"
        raise UnsupportedModuleError(name, reason, "Close one of them before.")
    names = [options.capture.quantities for options in every]
    quantities = None if None in names else frozenset().union(*(n for n in names if n is not None))
    parts = any(options.capture.pre_activations for options in every)
    return RecordingOptions(CaptureOptions(quantities, parts), detach, () if forced else None)


def _computed(
    options: RecordingOptions,
    logs: Sequence[CallLog],
    module: Module,
    captured: CapturedCall,
    forces: Sequence[Force],
) -> tuple[list[Call], Run | None]:
    """Return the call for each log, and the forced run if something is forced."""
    if not options.keeps_graph:
        runs = [reconstruct(module, captured, log.options.capture) for log in logs]
        return [Call("", run.layers, captured.lengths, run.error) for run in runs], None
    if options.forces is None:
        done, forced = run_unrolled(module, captured, options.capture, (), with_leaves=False), None
        error = done.error
    else:
        with torch.no_grad():
            nothing = CaptureOptions(frozenset())
            error = run_unrolled(module, captured, nothing, (), with_leaves=False).error
        with_leaves = torch.is_grad_enabled()
        done = forced = run_unrolled(
            module, captured, options.capture, forces, with_leaves=with_leaves
        )
    selected = [[_selected(layer, log.options) for layer in done.layers] for log in logs]
    return [Call("", tuple(layers), captured.lengths, error) for layers in selected], forced


def _selected(layer: LayerTrace[Tensor], options: RecordingOptions) -> LayerTrace[Tensor]:
    """Return what one of several recordings keeps of a layer."""
    names = options.capture.quantities
    layer = layer if options.keeps_graph else layer.map(Tensor.detach)
    return replace(
        layer,
        quantities={
            name: array
            for name, array in layer.quantities.items()
            if names is None or name in names
        },
        pre_activations=layer.pre_activations if options.capture.pre_activations else {},
    )


@contextmanager
def _unobserved(options: RecordingOptions) -> Iterator[None]:
    """Compute apart from what acts on the model: a tracer, a function mode, a default device."""
    traced = nullcontext() if options.keeps_graph else hidden_from_tracer()
    with torch._C.DisableTorchFunction(), traced:
        yield


def _without_autocast(device: str) -> AbstractContextManager[Any]:
    """Return a context without autocast: what is rebuilt must be exact."""
    if torch.is_autocast_enabled(device):
        return torch.autocast(device, enabled=False)
    return nullcontext()


def _check_own_forward(name: str, module: Module, captured: CapturedCall, error: float) -> None:
    """Refuse a subclass that computes something else than its base class."""
    states = [
        captured.hidden_state.detach(),
        *(state.detach() for state in captured.final.values()),
    ]
    size = max((float(state.abs().max()) for state in states if state.numel()), default=1.0)
    rounding = 16 * torch.finfo(captured.hidden_state.dtype).eps
    cast = torch.is_autocast_enabled(captured.hidden_state.device.type)
    allowed = size * ((_OWN_UNDER_AUTOCAST if cast else _OWN) + rounding)
    if not error <= allowed:  # written so that NaN is refused too
        kind = type(module).__name__
        reason = (
            f"{kind}.forward, or a hook on it, puts out something else than its base class "
            f"(off by {error:.1g})"
        )
        remedy = "Record a model that is made of PyTorch's own recurrent modules."
        raise UnsupportedModuleError(name, reason, remedy)
