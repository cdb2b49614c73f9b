"""At which step of its sequence does a call stand, where a module is called step by step?"""

from dataclasses import dataclass, field
from math import isnan, nan
from typing import TypeVar

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import pad

from lstm_viz.errors import SequenceError
from lstm_viz.trace.call import Call
from lstm_viz.trace.layers import LayerTrace, PreActivation

States = tuple[Tensor, ...]
_REMEDY = "Put the loop over its steps into `with recording.sequence():`."


@dataclass(slots=True)
class CallSequence:
    """The calls of a module that read one sequence, one part after the other.

    Attributes:
        name: of the module inside the model.
        initial: the states before its first step, as they were then.
        put_out: the states after its last one, likewise.
        steps: how many there are so far.
        is_open: whether a single step may go on with it; not with what was called with several,
            which count their steps each for themselves.
    """

    name: str
    initial: States = ()
    put_out: States = ()
    steps: int = 0
    is_open: bool = True
    _memory: States = ()  # where the last states lie; they may be changed in place
    _parts: list[Call] = field(default_factory=list)
    _joined: Call | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was joined yet."""
        return not self._parts

    def join(self, part: Call, given: States) -> None:
        """Take one more part, to be joined with those before it.

        Args:
            part: what the module computed next.
            given: the states before it.

        Raises:
            SequenceError: it does not go on where the others ended.
        """
        self._check(part, given)
        self._parts.append(part)
        self._joined = None

    def went_on(self, steps: int, given: States, put_out: States) -> None:
        """Note that it is so many steps longer, and the states before and after these."""
        self.initial = self.initial or _copies(given)
        self._memory = tuple(state.detach() for state in put_out)
        self.put_out = _copies(put_out)
        self.steps += steps

    def ended_with(self, given: States) -> bool:
        """Whether these are the very states that it put out last, and as they were."""
        return _same_memory(given, self._memory) and same_values(given, self.put_out)

    def call(self) -> Call:
        """Return all parts as one call."""
        if self._joined is None:
            first = self._parts[0]
            layers = tuple(
                _after_each_other([part.layers[at] for part in self._parts], len(first.lengths))
                for at in range(len(first.layers))
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

    def _check(self, part: Call, given: States) -> None:
        """Refuse a part that is no continuation row by row."""
        if any(layer.direction == "backward" for layer in part.layers):
            came = "it reads backward too, so that its steps cannot come one after the other"
            raise SequenceError(self.name, came, "Record it outside `recording.sequence()`.")
        if len(set(part.lengths.tolist())) > 1:
            came = "a packed batch of several lengths came, which end at different steps"
            raise SequenceError(self.name, came, "Give it one step at a time.")
        before, now = len(self._parts[-1].lengths) if self._parts else 0, len(part.lengths)
        if self._parts and before != now:
            kept = [state.narrow(-2, 0, min(now, before)) for state in self.put_out]
            if now > before or not same_values(given, tuple(kept)):
                came = f"its batch went from {before} to {now} rows, and not to the first {now}"
                remedy = "Let the first rows go on as they are: sort the batch by length."
                raise SequenceError(self.name, came, remedy)


class Places:
    """Tells which sequence each call of a module goes on with.

    PyTorch gives states back and takes states, and nothing else links one step with the next. A
    call goes on with a sequence if it is given the very states that this put out: the same memory,
    or the same numbers. It begins one if it is given none, or zeros, or the states with which
    another sequence began or another module ended (an encoder's), or if it is the first.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[CallSequence]] = {}
        self._ends: dict[tuple[str, int], CallSequence] = {}  # by where in memory they ended

    def sequence(self, name: str, given: States, *, fresh: bool, must_know: bool) -> CallSequence:
        """Return the sequence that a call goes on with, or a new one.

        Args:
            name: of the module.
            given: the states before the call.
            fresh: whether the module made them itself, since none were given.
            must_know: whether anything hangs on the place of the call.

        Raises:
            SequenceError: its place is not known.
        """
        known = self._of.get(name, [])
        if not fresh:
            before = self._ends.get((name, given[0].data_ptr()))
            if before and before.ended_with(given):
                return before
            last = known[-1] if known and known[-1].is_open else None
            if last and (_any(given) or not given[0].numel()) and same_values(given, last.put_out):
                return last
        if must_know and not fresh and not self._begins(name, given):
            came = "it is given states that are not those that it put out last"
            raise SequenceError(name, came, _REMEDY)
        return self.begin(name)

    def begin(self, name: str, *, is_open: bool = True) -> CallSequence:
        """Return a new sequence for a call of which it is known that it begins one."""
        new = CallSequence(name, is_open=is_open)
        self._of.setdefault(name, []).append(new)
        return new

    def ended(self, sequence: CallSequence, put_out: States) -> None:
        """Note where in memory a sequence has come to by now."""
        self._ends[sequence.name, put_out[0].data_ptr()] = sequence

    def _begins(self, name: str, given: States) -> bool:
        known = self._of.get(name)
        if not known:
            return True
        if not _any(given):  # after zeros that it put out itself, zeros could be either
            return _any(known[-1].put_out)
        if any(same_values(given, sequence.initial) for sequence in (known[0], known[-1])):
            return True
        others = [of[-1] for other, of in self._of.items() if other != name]
        return any(_are_of(given, other.put_out) for other in others)


def same_values(some: States, others: States) -> bool:
    """Whether states are equal, number by number."""
    return len(some) == len(others) and all(
        a.shape == b.shape and a.dtype == b.dtype and torch.equal(a, b)
        for a, b in zip(some, others, strict=True)
    )


def _same_memory(some: States, others: States) -> bool:
    return len(some) == len(others) > 0 and all(
        a is b
        or (a.shape == b.shape and a.stride() == b.stride() and a.data_ptr() == b.data_ptr() != 0)
        for a, b in zip(some, others, strict=True)
    )


def _are_of(given: States, put_out: States) -> bool:
    """Whether each state is one that was put out, perhaps that of one of several layers."""
    return len(given) <= len(put_out) and all(
        any(
            one.shape == state.shape and torch.equal(one, state)
            for one in (*(ended if ended.dim() == 3 else ()), ended)
        )
        for state, ended in zip(given, put_out, strict=False)
    )


def _copies(states: States) -> States:
    return tuple(state.detach().clone() for state in states)


def _any(states: States) -> bool:
    return any(bool(state.any()) for state in states)


Parts = TypeVar("Parts", LayerTrace[Tensor], PreActivation[Tensor])


def _after_each_other(parts: list[LayerTrace[Tensor]], batch: int) -> LayerTrace[Tensor]:
    """Join the parts of one layer; rows that ended before are 0 in later parts."""
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
