"""The calls that one recording keeps of its modules, and the forces that act in each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from lstm_viz.errors import ForceError, SequenceError, UnsupportedModuleError
from lstm_viz.trace.call import Call
from lstm_viz.trace.call_sequence import CallSequence, SequenceFinder
from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.force import Force
from lstm_viz.trace.modules import STEP_CLASSES, Module


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """How to record; see ``record``."""

    capture: CaptureOptions
    detach: bool
    forces: tuple[Force, ...] | None

    @property
    def keeps_graph(self) -> bool:
        """Whether what is kept belongs to the graph, so that the layers are run step by step."""
        return self.forces is not None or not self.detach


class CallLog:
    """Keeps the calls of some modules, in order.

    Attributes:
        modules: by name.
        options: how they are recorded.
        missed: whether one of them ran in a thread that is not recorded.
    """

    def __init__(self, modules: Mapping[str, Module], options: RecordingOptions) -> None:
        self.modules = modules
        self.options = options
        self.missed = False
        self._names = {id(module): name for name, module in modules.items()}
        self._entries: list[Call | CallSequence] = []
        self._sequences = SequenceFinder()
        self._joining: dict[str, CallSequence] | None = None
        self._acted: set[int] = set()  # forces by identity: comparing their arrays takes long
        self._longest: dict[str, int] = {}

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was kept, in the order of the calls; joined calls stand where the first was."""
        return tuple(
            entry.call() if isinstance(entry, CallSequence) else entry for entry in self._entries
        )

    def name_of(self, module: Module) -> str:
        """Return the name of a module inside the model."""
        return self._names[id(module)]

    def start_joining(self) -> None:
        """Join all calls of a module, until ``stop_joining``, into one sequence.

        Raises:
            SequenceError: calls are being joined already.
        """
        if self._joining is not None:
            came = "one `recording.sequence()` is inside another"
            raise SequenceError(", ".join(self.modules), came, "Leave the first one before.")
        self._joining = {}

    def stop_joining(self) -> None:
        """Tell sequences apart by their states again."""
        self._joining = None

    def sequence_of(
        self, module: Module, initial: tuple[Tensor, ...], steps: int, *, fresh: bool
    ) -> CallSequence:
        """Return the sequence that a call belongs to.

        Args:
            module: that was called.
            initial: the states before the call.
            steps: of the call.
            fresh: whether the module made these states itself, since none were passed.

        Raises:
            SequenceError: forces depend on its step, which is not known.
        """
        name = self.name_of(module)
        if self._joining is not None:
            return self._joining.setdefault(name, CallSequence(name))
        if steps != 1 and not isinstance(module, STEP_CLASSES):
            return self._sequences.begin(name, is_open=False)
        must_know = any(force.depends_on_step for force in self._forces_for(name, module))
        return self._sequences.sequence(name, initial, fresh=fresh, must_know=must_know)

    def forces_on(
        self, module: Module, sequence: CallSequence, count: int, batch: int
    ) -> list[Force]:
        """Return the forces that act in a call, with its steps counted from 0.

        Args:
            module: that is called.
            sequence: that the call continues.
            count: of its steps.
            batch: its rows.
        """
        steps = range(sequence.steps, sequence.steps + count)
        self._longest[sequence.name] = max(self._longest.get(sequence.name, 0), steps.stop)
        forces = self._forces_for(sequence.name, module)
        acting = [force for force in forces if force.acts_in(steps)]
        self._acted.update(map(id, acting))
        return [force.for_steps(steps, batch) if sequence.is_open else force for force in acting]

    def _forces_for(self, name: str, module: Module) -> list[Force]:
        return [force for force in self.options.forces or () if force.applies_to(name, module)]

    def add(
        self,
        sequence: CallSequence,
        module: Module,
        call: Call,
        initial: tuple[Tensor, ...],
        final: tuple[Tensor, ...],
        steps: int,
    ) -> None:
        """Keep what a module computed in a call.

        Args:
            sequence: that the call belongs to.
            module: that was called.
            call: what it computed.
            initial: the states before it.
            final: the states after it.
            steps: of the call.
        """
        call = replace(call, name=sequence.name)
        if self._joining is not None or isinstance(module, STEP_CLASSES):
            if sequence.is_empty:
                self._entries.append(sequence)
            sequence.append(call, initial)
        else:
            self._entries.append(call)
        if sequence.is_open or self.options.forces:  # otherwise its end is not needed
            sequence.advance(steps, initial, final)
        if self._joining is None and sequence.is_open:
            self._sequences.note_end(sequence, final)

    def check_end(self) -> None:
        """Refuse a recording that, at its end, did not do what it was opened for.

        Raises:
            ForceError: a force never acted.
            UnsupportedModuleError: the model ran only in other threads.
        """
        if self.missed and not self._entries:
            reason = "it ran in other threads than the one that records"
            remedy = "Open the recording in the thread that runs the model."
            raise UnsupportedModuleError(next(iter(self.modules)), reason, remedy)
        for force in self.options.forces or ():
            if id(force) in self._acted:
                continue
            ran = [n for n, module in self.modules.items() if force.applies_to(n, module)]
            longest = max((self._longest.get(name, 0) for name in ran), default=0)
            if longest:
                came = f"no call came to any of its steps: {force.describe()}"
                raise ForceError(f"a step from 0 to {longest - 1}", came)
            called = f"a call of {' or '.join(n or 'the module' for n in ran)} that can be recorded"
            raise ForceError(called, f"none came inside the block: {force.describe()}")
