"""At which step of its sequence does a call stand, where a module is called step by step?"""

from collections.abc import Sequence
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
        initial: the states before its first step.
        put_out: the states after its last one.
        steps: how many there are so far.
        doubtful: whether it may be the middle of another sequence.
    """

    name: str
    initial: States = ()
    put_out: States = ()
    steps: int = 0
    doubtful: bool = False
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
        self.initial = self.initial or given
        self.put_out = put_out
        self.steps += steps

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
                remedy = "Sort the batch by length, or use a `recording.sequence()` for each part."
                raise SequenceError(self.name, came, remedy)


class Places:
    """Tells which sequence each call of a module goes on with.

    PyTorch gives states back and takes states, and nothing else links one step with the next. A
    call goes on with a sequence if it is given the very states that this put out: the same memory,
    or the same numbers. It begins one if it is given none, or zeros, or the states with which
    another sequence began, or if it is the first.
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
        known = self._of.setdefault(name, [])
        if not fresh:
            before = self._ends.get((name, given[0].data_ptr()))
            if before and _same_memory(given, before.put_out):
                before.doubtful = False
                return before
            if known and _any(given) and same_values(given, known[-1].put_out):
                return known[-1]
        doubtful = must_know and not fresh and not _begins(given, known)
        if doubtful and _made_of(given, known[-1].put_out):
            came = "it is given states that were changed since it put them out"
            raise SequenceError(name, came, _REMEDY)
        new = self.begin(name)
        new.doubtful = doubtful
        return new

    def begin(self, name: str) -> CallSequence:
        """Return a new sequence for a call of which it is known that it begins one."""
        new = CallSequence(name)
        self._of.setdefault(name, []).append(new)
        return new

    def ended(self, sequence: CallSequence) -> None:
        """Note where a sequence has come to by now."""
        self._ends[sequence.name, sequence.put_out[0].data_ptr()] = sequence

    def check(self) -> None:
        """Refuse what nothing came to explain.

        Raises:
            SequenceError: it is not known whether some call begins a sequence.
        """
        for name, sequences in self._of.items():
            if any(sequence.doubtful for sequence in sequences):
                came = "it is given states that it did not put out, and nothing tells its step"
                raise SequenceError(name, came, _REMEDY)


def same_values(some: States, others: States) -> bool:
    """Whether states are equal, number by number."""
    return len(some) == len(others) and all(
        a.shape == b.shape and a.dtype == b.dtype and torch.equal(a, b)
        for a, b in zip(some, others, strict=True)
    )


def _begins(given: States, known: Sequence[CallSequence]) -> bool:
    if not known:
        return True
    if not _any(given):  # after zeros that it put out itself, zeros could be either
        return _any(known[-1].put_out)
    return any(same_values(given, sequence.initial) for sequence in (known[0], known[-1]))


def _same_memory(some: States, others: States) -> bool:
    return len(some) == len(others) > 0 and all(
        a is b
        or (a.shape == b.shape and a.stride() == b.stride() and a.data_ptr() == b.data_ptr() != 0)
        for a, b in zip(some, others, strict=True)
    )


def _made_of(given: States, put_out: States) -> bool:
    """Whether some number of the states given, not 0, is one that was put out."""
    return not _any(given) or any(
        bool(torch.isin(a[a != 0], b).any()) for a, b in zip(given, put_out, strict=False)
    )


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
