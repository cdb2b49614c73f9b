"""What does one recording keep of the calls of its modules, and which forces act in each?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from lstm_viz.errors import ForceError, SequenceError, UnsupportedModuleError
from lstm_viz.trace.call import Call
from lstm_viz.trace.force import Force
from lstm_viz.trace.kinds import CELLS, Module
from lstm_viz.trace.sequence import CallSequence, Places
from lstm_viz.trace.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Options:
    """How to record; see ``record``."""

    wanted: Wanted
    detach: bool
    forces: tuple[Force, ...] | None

    @property
    def attached(self) -> bool:
        """Whether what is kept belongs to the graph, so that it has to be run step by step."""
        return self.forces is not None or not self.detach


class Recorder:
    """Keeps the calls of some modules, in order.

    Attributes:
        modules: by name.
        options: how they are recorded.
        missed: whether one of them ran in another thread, which is not recorded.
    """

    def __init__(self, modules: Mapping[str, Module], options: Options) -> None:
        self.modules = modules
        self.options = options
        self.missed = False
        self._names = {id(module): name for name, module in modules.items()}
        self._pieces: list[Call | CallSequence] = []
        self._places = Places()
        self._joining: dict[str, CallSequence] | None = None
        self._reached: set[int] = set()  # by identity: to compare arrays at each step takes long
        self._longest: dict[str, int] = {}

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was kept, in the order of the calls; joined calls stand where the first was."""
        return tuple(p.call() if isinstance(p, CallSequence) else p for p in self._pieces)

    def name_of(self, module: Module) -> str:
        """Return the name of a module inside the model."""
        return self._names[id(module)]

    def join(self) -> None:
        """Take all calls of a module, until ``part``, for the steps of one sequence.

        Raises:
            SequenceError: this is so already.
        """
        if self._joining is not None:
            came = "one `recording.sequence()` is inside another"
            raise SequenceError(", ".join(self.modules), came, "Leave the first one before.")
        self._joining = {}

    def part(self) -> None:
        """Tell sequences apart by their states again."""
        self._joining = None

    def sequence_of(
        self, module: Module, given: tuple[Tensor, ...], steps: int, *, fresh: bool
    ) -> CallSequence:
        """Return the sequence that a call belongs to.

        Args:
            module: that was called.
            given: the states before the call.
            steps: of the call.
            fresh: whether the module made these states itself, since none were given.

        Raises:
            SequenceError: forces hang on its step, which is not known.
        """
        name = self.name_of(module)
        if self._joining is not None:
            return self._joining.setdefault(name, CallSequence(name))
        if steps != 1 and not isinstance(module, CELLS):
            return self._places.begin(name, is_open=False)
        must_know = any(force.by_step for force in self._forces_about(name, module))
        return self._places.sequence(name, given, fresh=fresh, must_know=must_know)

    def forces_on(
        self, module: Module, sequence: CallSequence, count: int, batch: int
    ) -> list[Force]:
        """Return the forces that act in a call of so many steps and rows, as if it were alone."""
        steps = range(sequence.steps, sequence.steps + count)
        self._longest[sequence.name] = max(self._longest.get(sequence.name, 0), steps.stop)
        forces = self._forces_about(sequence.name, module)
        acting = [force for force in forces if force.reaches(steps)]
        self._reached.update(map(id, acting))
        return [force.within(steps, batch) if sequence.is_open else force for force in acting]

    def _forces_about(self, name: str, module: Module) -> list[Force]:
        return [force for force in self.options.forces or () if force.concerns(name, module)]

    def take(
        self,
        sequence: CallSequence,
        module: Module,
        found: Call,
        given: tuple[Tensor, ...],
        put_out: tuple[Tensor, ...],
        steps: int,
    ) -> None:
        """Keep what a module computed in a call.

        Args:
            sequence: that the call belongs to.
            module: that was called.
            found: what it computed.
            given: the states before it.
            put_out: the states after it.
            steps: of the call.
        """
        found = replace(found, name=sequence.name)
        if self._joining is not None or isinstance(module, CELLS):
            if sequence.is_empty:
                self._pieces.append(sequence)
            sequence.join(found, given)
        else:
            self._pieces.append(found)
        if sequence.is_open or self.options.forces:  # else nobody asks where it came to
            sequence.went_on(steps, given, put_out)
        if self._joining is None and sequence.is_open:
            self._places.ended(sequence, put_out)

    def check_end(self) -> None:
        """Refuse what turned out, at the end of the block, not to be what was asked for.

        Raises:
            ForceError: a force never acted.
            UnsupportedModuleError: the model ran in other threads alone.
        """
        if self.missed and not self._pieces:
            reason = "it ran in other threads than the one that records"
            remedy = "Open the recording in the thread that runs the model."
            raise UnsupportedModuleError(next(iter(self.modules)), reason, remedy)
        for force in self.options.forces or ():
            if id(force) in self._reached:
                continue
            ran = [n for n, module in self.modules.items() if force.concerns(n, module)]
            longest = max((self._longest.get(name, 0) for name in ran), default=0)
            if longest:
                came = f"no call came to any of its steps: {force.describe()}"
                raise ForceError(f"a step from 0 to {longest - 1}", came)
            called = f"a call of {' or '.join(n or 'the module' for n in ran)} that can be watched"
            raise ForceError(called, f"none came inside the block: {force.describe()}")
