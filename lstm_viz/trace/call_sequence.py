"""Which calls of a module that is called step by step are parts of one sequence?"""

from dataclasses import dataclass, field
from math import isnan, nan
from typing import TypeVar

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import pad

from lstm_viz.errors import SequenceError
from lstm_viz.trace.call import Call
from lstm_viz.trace.layer_trace import LayerTrace, PreActivation

StateTuple = tuple[Tensor, ...]
_REMEDY = "Put the loop over its steps into `with recording.sequence():`."


@dataclass(slots=True)
class CallSequence:
    """The calls of a module that read one sequence, part by part.

    Attributes:
        name: of the module inside the model.
        initial: a copy of the states before its first step.
        final: a copy of the states after its last step so far.
        steps: how many there are so far.
        is_open: whether a call for a single step may continue it; not so after a call for several
            steps, which is a sequence of its own.
    """

    name: str
    initial: StateTuple = ()
    final: StateTuple = ()
    steps: int = 0
    is_open: bool = True
    _original_final: StateTuple = ()  # not copied, and perhaps changed in place since
    _parts: list[Call] = field(default_factory=list)
    _joined: Call | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it has no part yet."""
        return not self._parts

    def append(self, part: Call, initial: StateTuple) -> None:
        """Add the next part.

        Args:
            part: what the module computed next.
            initial: the states before it.

        Raises:
            SequenceError: it does not continue the part before.
        """
        self._check(part, initial)
        self._parts.append(part)
        self._joined = None

    def advance(self, steps: int, initial: StateTuple, final: StateTuple) -> None:
        """Note that it is longer by some steps, and the states before and after these."""
        self.initial = self.initial or _copies(initial)
        self._original_final = tuple(state.detach() for state in final)
        self.final = _copies(final)
        self.steps += steps

    def ended_with(self, states: StateTuple) -> bool:
        """Whether these are the very tensors of its last states, and unchanged."""
        return _same_memory(states, self._original_final) and same_values(states, self.final)

    def call(self) -> Call:
        """Return all parts as one call."""
        if self._joined is None:
            first = self._parts[0]
            layers = tuple(
                _concatenated([part.layers[index] for part in self._parts], len(first.lengths))
                for index in range(len(first.layers))
            )
            errors = [part.error for part in self._parts]
            worst = nan if any(map(isnan, errors)) else max(errors)
            self._joined = Call(self.name, layers, self._lengths(), worst)
        return self._joined

    def _lengths(self) -> Int[Tensor, " batch"]:
        lengths = torch.zeros_like(self._parts[0].lengths)
        for part in self._parts:
            lengths[: len(part.lengths)] += part.lengths
        return lengths

    def _check(self, part: Call, initial: StateTuple) -> None:
        """Refuse a part whose rows do not continue those of the part before."""
        if any(layer.direction == "backward" for layer in part.layers):
            came = "it reads backward too, so that its steps cannot come one after the other"
            raise SequenceError(self.name, came, "Record it outside `recording.sequence()`.")
        if len(set(part.lengths.tolist())) > 1:
            came = "a packed batch of several lengths came, which end at different steps"
            raise SequenceError(self.name, came, "Give it one step at a time.")
        before, now = len(self._parts[-1].lengths) if self._parts else 0, len(part.lengths)
        if self._parts and before != now:
            first_rows = [state.narrow(-2, 0, min(now, before)) for state in self.final]
            if now > before or not same_values(initial, tuple(first_rows)):
                came = f"its batch went from {before} to {now} rows, and not to the first {now}"
                remedy = "Let the first rows go on as they are: sort the batch by length."
                raise SequenceError(self.name, came, remedy)


class SequenceFinder:
    """Finds the sequence that each call of a module continues.

    PyTorch returns states and takes states, and nothing else links one step with the next. A call
    continues a sequence if its initial states are the final states of the sequence: the same
    memory, or the same numbers. It begins one if it has none, or zeros, or the states with which
    another sequence began or another module ended (an encoder's), or if it is the first call.
    """

    def __init__(self) -> None:
        self._by_module: dict[str, list[CallSequence]] = {}
        self._by_memory: dict[tuple[str, int], CallSequence] = {}  # address of the final states

    def sequence(
        self, name: str, initial: StateTuple, *, fresh: bool, must_know: bool
    ) -> CallSequence:
        """Return the sequence that a call continues, or a new one.

        Args:
            name: of the module.
            initial: the states before the call.
            fresh: whether the module made them itself, since none were passed.
            must_know: whether anything depends on the step of the call.

        Raises:
            SequenceError: the step of the call is not known.
        """
        known = self._by_module.get(name, [])
        if not fresh:
            before = self._by_memory.get((name, initial[0].data_ptr()))
            if before and before.ended_with(initial):
                return before
            last = known[-1] if known and known[-1].is_open else None
            alike = last is not None and same_values(initial, last.final)
            if last and alike and (_any(initial) or not initial[0].numel()):
                return last
        if must_know and not fresh and not self._begins(name, initial):
            came = "it is given states that are not those that it put out last"
            raise SequenceError(name, came, _REMEDY)
        return self.begin(name)

    def begin(self, name: str, *, is_open: bool = True) -> CallSequence:
        """Return a new sequence, for a call that begins one."""
        new = CallSequence(name, is_open=is_open)
        self._by_module.setdefault(name, []).append(new)
        return new

    def note_end(self, sequence: CallSequence, final: StateTuple) -> None:
        """Note where in memory the final states of a sequence are."""
        self._by_memory[sequence.name, final[0].data_ptr()] = sequence

    def _begins(self, name: str, initial: StateTuple) -> bool:
        known = self._by_module.get(name)
        if not known:
            return True
        if not _any(initial):  # where the final states are zeros too, zeros may continue them
            return _any(known[-1].final)
        if any(same_values(initial, sequence.initial) for sequence in (known[0], known[-1])):
            return True
        others = [found[-1] for other, found in self._by_module.items() if other != name]
        return any(_are_among(initial, other.final) for other in others)


def same_values(some: StateTuple, others: StateTuple) -> bool:
    """Whether states are equal, number by number."""
    return len(some) == len(others) and all(
        a.shape == b.shape and a.dtype == b.dtype and torch.equal(a, b)
        for a, b in zip(some, others, strict=True)
    )


def _same_memory(some: StateTuple, others: StateTuple) -> bool:
    return len(some) == len(others) > 0 and all(
        a is b
        or (a.shape == b.shape and a.stride() == b.stride() and a.data_ptr() == b.data_ptr() != 0)
        for a, b in zip(some, others, strict=True)
    )


def _are_among(initial: StateTuple, final: StateTuple) -> bool:
    """Whether each state equals a final state, perhaps that of one of several layers."""
    return len(initial) <= len(final) and all(
        any(
            one.shape == state.shape and torch.equal(one, state)
            for one in (*(ended if ended.dim() == 3 else ()), ended)
        )
        for state, ended in zip(initial, final, strict=False)
    )


def _copies(states: StateTuple) -> StateTuple:
    return tuple(state.detach().clone() for state in states)


def _any(states: StateTuple) -> bool:
    return any(bool(state.any()) for state in states)


Parts = TypeVar("Parts", LayerTrace[Tensor], PreActivation[Tensor])


def _concatenated(parts: list[LayerTrace[Tensor]], batch: int) -> LayerTrace[Tensor]:
    """Concatenate the parts of one layer; rows that ended are 0 in later parts."""
    first = parts[0]

    def joined(arrays: list[Tensor]) -> Tensor:
        return torch.cat([pad(a, (0, 0, 0, 0, 0, batch - len(a))) for a in arrays], 1)

    quantities = {
        name: joined([part.quantities[name] for part in parts]) for name in first.quantities
    }
    pre_activations = {
        name: PreActivation(
            *(
                joined([getattr(part.pre_activations[name], which) for part in parts])
                for which in ("input", "recurrent", "bias")
            )
        )
        for name in first.pre_activations
    }
    return LayerTrace(first.layer, first.direction, quantities, first.initial, pre_activations)
