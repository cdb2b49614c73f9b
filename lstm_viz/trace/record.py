"""What do the recurrent modules of a model compute when they are called?

with lstm_viz.record(model) as recording:
    model(x)
recording["encoder.lstm"].layers[0].forget_gate
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from types import TracebackType

from torch import nn

from lstm_viz.errors import UnknownCallError, UnknownQuantityError
from lstm_viz.trace import intercept
from lstm_viz.trace.call import Call
from lstm_viz.trace.call_log import CallLog, RecordingOptions
from lstm_viz.trace.capture import capture
from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.force import Force, listed_forces
from lstm_viz.trace.force.check import check_forces
from lstm_viz.trace.modules import Module, cell_of, recurrent_modules


class Recording:
    """The calls of a model's recurrent modules while the recording is open, in one thread.

    Attributes:
        names: the recurrent modules of the model; a shared module has its first name.
    """

    def __init__(self, modules: dict[str, Module], options: RecordingOptions) -> None:
        self.names = tuple(modules)
        self._log = CallLog(modules, options)
        self._end: Callable[[], None] | None = None
        self._depth = 0

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was recorded, in the order of the calls.

        A cell that is called in a plain loop, each time with its own last states, is
        one call with all its steps. So are all calls of one module inside ``sequence``.
        """
        return self._log.calls

    def __getitem__(self, name: str) -> Call:
        """Return the last call of a module.

        Raises:
            UnknownCallError: no module of that name was called; a ``KeyError`` too.
        """
        for call in reversed(self.calls):
            if call.name == name:
                return call
        raise UnknownCallError(name, dict.fromkeys(call.name for call in self.calls))

    @contextmanager
    def sequence(self) -> Iterator[None]:
        """Join the calls of each module inside the block: they are the steps of one sequence.

        This is for a cell, or for a layer that reads forward and is called with one or several
        steps at a time, with any states. The calls come out as one call, and forces count steps
        from its beginning. Row b of the call is row b of each of its steps; a batch may shrink to
        its first rows, with their states unchanged.

        Raises:
            SequenceError: inside another such block, or calls that cannot be joined.
        """
        self._log.start_joining()
        try:
            yield
        finally:
            self._log.stop_joining()

    def __enter__(self) -> "Recording":
        """Start recording."""
        if not self._depth:
            self._end = intercept.start(self._log, capture)
        self._depth += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop recording, also after an error.

        Raises:
            ForceError: a force never acted: none of its steps was reached, or no call came.
            UnsupportedModuleError: the model ran, but only in other threads.
        """
        self._depth -= 1
        if self._depth:
            return  # it was entered inside itself, and continues
        if self._end:
            self._end()
        if kind is None:
            self._log.check_end()

    def __repr__(self) -> str:
        """Say what was recorded."""
        return f"Recording({', '.join(map(repr, self.calls)) or f'of {self.names}: nothing yet'})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: every call with its maps."""
        return "".join(call._repr_html_() for call in self.calls) or escape(repr(self))


def record(
    model: nn.Module,
    *,
    modules: Iterable[str] | None = None,
    quantities: Iterable[str] | None = None,
    detach: bool = True,
    pre_activations: bool = False,
    force: Force | Iterable[Force] | None = None,
) -> Recording:
    """Record what the recurrent modules of any PyTorch model compute.

    Without ``force``, the model, its outputs and its gradients stay what they would have been.
    Gates are rebuilt at each call from the input and output of the module's kernel, whatever hooks
    or subclasses are around it, and compared with this output. Only the thread that opened the
    recording is recorded.

    Args:
        model: holds ``nn.LSTM``, ``nn.GRU`` or ``nn.RNN`` modules of any depth, in one direction
            or two, with or without bias and ``proj_size``, batch first or not; they may be called
            unbatched, packed, with given initial states, and more than once. Or it holds
            ``nn.LSTMCell``, ``nn.GRUCell`` or ``nn.RNNCell``.
        modules: names of the recurrent modules to record, as ``model.named_modules`` has them; all
            by default. Others are left alone, also those that cannot be recorded.
        quantities: names of those to keep, to save memory; all by default.
        detach: whether what is kept is plain numbers. With False it depends on the weights and
            the input, so that a loss may use it; the layers are run once more, step by step.
        pre_activations: whether to keep also what went into each activation, in three parts.
        force: what to change while the model runs. The modules are then run step by step, and what
            follows them sees the changed output. Also with an empty list, the model's output can
            be differentiated with respect to every quantity of a fused module, which are leaves
            of the graph: ``torch.autograd.grad(output, layer.forget_gate)``.

    Returns:
        To be used in a ``with`` statement.

    Raises:
        NoRecurrentModuleError: the model holds no recurrent module.
        UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
        UnknownModuleError: a name in ``modules`` that no recurrent module has.
        UnknownQuantityError: a name in ``quantities`` or ``force`` that no module of it computes.
        ForceError: a layer, unit or module to be forced that the model does not have.

    Law:
        Each layer obeys the equations in ``lstm_viz.trace.cells``; ``call.error`` is the largest
        deviation found. With ``force``, it is that of the unforced run.
    """
    found = recurrent_modules(model, modules)
    names = [quantities] if isinstance(quantities, str) else quantities
    selected = None if names is None else frozenset(names)
    known = dict.fromkeys(name for module in found.values() for name in cell_of(module).names)
    for name in sorted(selected or ()):
        if name not in known:
            raise UnknownQuantityError(name, known)
    forces = None if force is None else listed_forces(force)
    check_forces(forces or (), found)
    options = CaptureOptions(selected, pre_activations)
    return Recording(found, RecordingOptions(options, detach, forces))
