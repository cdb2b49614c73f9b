"""What did a module compute in one call of its kernel? For all recordings that are open."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.call import Call
from lstm_viz.trace.force import Force
from lstm_viz.trace.kernel import KernelCall
from lstm_viz.trace.kinds import Module
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.layout import layout_of, seen
from lstm_viz.trace.reconstruct import rebuilt
from lstm_viz.trace.recorder import Options, Recorder
from lstm_viz.trace.seen import Seen
from lstm_viz.trace.unrolled import Run, run
from lstm_viz.trace.values import is_transformed, unseen_by_the_tracer
from lstm_viz.trace.wanted import Wanted
from lstm_viz.trace.watch import ModuleCall

# Of the largest state: far above rounding, far below what other equations would give.
_OWN, _OWN_UNDER_AUTOCAST = 1e-4, 1e-2


def observe(call: ModuleCall, kernel: KernelCall) -> tuple[Tensor, ...] | None:
    """Let all recorders that watch a module take what it computed in one call of its kernel.

    Several recordings that are open at once see the same: what all their forces made of it, those
    of the outermost first.

    Returns:
        What takes the place of the kernel's output if something is forced.

    Raises:
        UnsupportedModuleError: the gates cannot be rebuilt exactly, or not as asked.
        SequenceError: forces hang on the step, which is not known.
    """
    module, recorders = call.module, call.recorders
    name = recorders[-1].name_of(module)
    options = _united(name, [recorder.options for recorder in recorders])
    if call.own is not None:
        kernel = kernel.putting_out(name, call.own)
    if options.attached and is_transformed(kernel.output[0]):
        reason = "torch.func transforms it, which cannot be joined with force= or detach=False"
        raise UnsupportedModuleError(name, reason, "Record it outside the transform.")
    kernel = kernel if options.attached else kernel.numbers()
    layout = layout_of(name, kernel, call.packed)
    with nullcontext() if options.attached else torch.no_grad(), _undisturbed(options):
        what = seen(name, module, kernel, layout)
        (steps, batch), fresh, given = what.features.shape[:2], call.fresh, kernel.initial
        taken = [(r, r.sequence_of(module, given, steps, fresh=fresh)) for r in recorders]
        forces = [f for r, place in taken for f in r.forces_on(module, place, steps, batch)]
        with _without_autocast(what.hidden_state.device.type):
            found, forced = _computed(options, recorders, module, what, forces)
    if call.own is not None:
        _check_own_forward(name, module, what, found[0].error)
    answer = layout.put_back(forced.hidden_state, forced.final, what.lengths) if forced else None
    for (recorder, sequence), mine in zip(taken, found, strict=True):
        recorder.take(sequence, module, mine, given, kernel.states_of(answer), steps)
    return answer


def _united(name: str, every: Sequence[Options]) -> Options:
    """Return what has to be computed so that each recording can have what it asked for."""
    if len(every) == 1:
        return every[0]
    forced = any(options.forces is not None for options in every)
    detach = all(options.detach for options in every)
    if forced and any(options.forces is None and not options.detach for options in every):
        reason = "of two open recordings one forces it, and one is to keep the graph (detach=False)"
        raise UnsupportedModuleError(name, reason, "Close one of them before.")
    names = [options.wanted.quantities for options in every]
    quantities = None if None in names else frozenset().union(*(n for n in names if n is not None))
    parts = any(options.wanted.pre_activations for options in every)
    return Options(Wanted(quantities, parts), detach, () if forced else None)


def _computed(
    options: Options,
    recorders: Sequence[Recorder],
    module: Module,
    what: Seen,
    forces: Sequence[Force],
) -> tuple[list[Call], Run | None]:
    """Return what each recorder keeps, and the run that counts instead if something is forced."""
    if not options.attached:
        each = [rebuilt(module, what, recorder.options.wanted) for recorder in recorders]
        return [Call("", layers, what.lengths, error) for layers, error in each], None
    if options.forces is None:
        done, forced = run(module, what, options.wanted, (), tapped=False), None
        error = done.error
    else:
        with torch.no_grad():
            error = run(module, what, Wanted(frozenset()), (), tapped=False).error
        tapped = torch.is_grad_enabled()
        done = forced = run(module, what, options.wanted, forces, tapped=tapped)
    asked = [[_as_asked(layer, r.options) for layer in done.layers] for r in recorders]
    return [Call("", tuple(layers), what.lengths, error) for layers in asked], forced


def _as_asked(layer: LayerTrace[Tensor], options: Options) -> LayerTrace[Tensor]:
    """Return of a layer what one of several recorders is to keep."""
    names = options.wanted.quantities
    layer = layer if options.attached else layer.map(Tensor.detach)
    return replace(
        layer,
        quantities={
            name: array
            for name, array in layer.quantities.items()
            if names is None or name in names
        },
        pre_activations=layer.pre_activations if options.wanted.pre_activations else {},
    )


@contextmanager
def _undisturbed(options: Options) -> Iterator[None]:
    """Compute unseen by what watches the model: a tracer, a function mode, a default device."""
    traced = nullcontext() if options.attached else unseen_by_the_tracer()
    with torch._C.DisableTorchFunction(), traced:
        yield


def _without_autocast(device: str) -> AbstractContextManager[Any]:
    """Return a context in which nothing is cast down: what is rebuilt must be exact."""
    if torch.is_autocast_enabled(device):
        return torch.autocast(device, enabled=False)
    return nullcontext()


def _check_own_forward(name: str, module: Module, what: Seen, error: float) -> None:
    """Refuse a subclass that computes something else than the class it is made from."""
    states = [what.hidden_state.detach(), *(state.detach() for state in what.final.values())]
    size = max((float(state.abs().max()) for state in states if state.numel()), default=1.0)
    rounding = 16 * torch.finfo(what.hidden_state.dtype).eps
    cast = torch.is_autocast_enabled(what.hidden_state.device.type)
    allowed = size * ((_OWN_UNDER_AUTOCAST if cast else _OWN) + rounding)
    if not error <= allowed:  # written so that NaN is refused too
        kind = type(module).__name__
        reason = (
            f"{kind}.forward, or a hook on it, puts out something else than its base class "
            f"(off by {error:.1g})"
        )
        remedy = "Record a model that is made of PyTorch's own recurrent modules."
        raise UnsupportedModuleError(name, reason, remedy)
