"""Do a module's numbers depend on the text alone?

A text is read in several runs, one for each beginning of it. A module that keeps something from one
call to the next, or draws at random, says in each run what it would not say in another.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import WrapError
from lstm_viz.model.state_locations import named
from lstm_viz.model.state_snapshot import Snapshot, changed_since, put_back, take_snapshot
from lstm_viz.model.text_trace import EXACT

Run = tuple[Tensor, Tensor]  # what was read, and the scores at its end

_DRAWS = (
    "it draws at random",
    "Let forward draw only while self.training is true, as in F.dropout(x, p, self.training), and "
    "begin with zeros in place of random states.",
)
_OWN_GENERATORS = (torch.Generator, np.random.Generator, np.random.RandomState, random.Random)


@dataclass(frozen=True, slots=True)
class StateBefore:
    """How things stood before a module was run."""

    kept: Snapshot
    generators: list[object]


class DeterminismCheck:
    """Whether a module says the same of a text whenever it is asked.

    What it is found to keep is remembered as it was first met, so that a later text can also be
    read as if there had been no earlier one.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._at_first: Snapshot = {}

    def before(self) -> StateBefore:
        """Return how things stand now; to be asked for before the first run of a reading."""
        kept = take_snapshot(self._network)
        return StateBefore(kept, _generators(self._network, kept))

    def check(
        self,
        before: StateBefore,
        ask: Callable[[Tensor], Tensor],
        runs: Sequence[Run],
        shortest: int,
        pairs: Sequence[Run] = (),
    ) -> None:
        """Ask again, and compare; what was drawn from changed generators is asked for throughout.

        Args:
            before: how things stood before the first of the runs.
            ask: runs the module, and returns what it says at the end.
            runs: of this reading.
            shortest: which of them read least.
            pairs: what two runs over one text computed, if that was done already.

        Raises:
            WrapError: two runs of one text differ by more than rounding.
        """
        kept = changed_since(before.kept, self._network)
        drawn = before.generators != _generators(self._network, before.kept)
        # The shortest tells most: a long text makes a network forget how it began. Twice, so that
        # what is kept for one call only, or is dropped now and then, is met.
        for inputs, scores in [*(runs if drawn else ()), *[runs[shortest]] * 2]:
            self._compare(ask(inputs), scores, kept, drawn=drawn)
        for one, other in pairs:
            self._compare(one, other, kept, drawn=drawn)
        self._at_first = {**kept, **self._at_first}
        # A cache that is full keeps nothing new, and may still be that of another text.
        for inputs, scores in _spread(runs) if self._at_first else ():
            with put_back(self._at_first, self._network):
                again = ask(inputs)
            self._compare(again, scores, self._at_first, drawn=drawn)

    def _compare(self, one: Tensor, other: Tensor, kept: Snapshot, *, drawn: bool) -> None:
        """Refuse a module whose runs differ by more than rounding; one on two threads may round."""
        if torch.equal(one, other):
            return
        if one.shape == other.shape:
            one, other = one.double(), other.double()
            size = (
                float(other.nan_to_num(0, 0, 0).abs().max().clamp_min(1)) if other.numel() else 1.0
            )
            if torch.allclose(one, other, rtol=0, atol=size * self._rounding(), equal_nan=True):
                return
            came = f"two runs of one text differ by {(one - other).abs().max().item():.1g}"
        else:
            came = f"one run put out the shape {tuple(one.shape)}, another {tuple(other.shape)}"
        reason, remedy = _DRAWS if drawn and not kept else self._keeps(kept)
        if drawn and kept:  # perhaps it is another thread, or a check of types, that drew
            reason, remedy = f"{reason}, or {_DRAWS[0]}", f"{remedy} {_DRAWS[1]}"
        raise WrapError("the same numbers for the same text", f"{came}: {reason}", remedy)

    def _rounding(self) -> float:
        kinds = {p.dtype for p in self._network.parameters() if p.is_floating_point()}
        return max([EXACT, *(4 * torch.finfo(kind).eps for kind in kinds)])

    def _keeps(self, kept: Snapshot) -> tuple[str, str]:
        names = {module: name for name, module in self._network.named_modules()}
        places = [named(stood.owner, stood.name, names) for stood in kept.values()]
        where = f" (in {', '.join(places[:3])})" if places else ""
        return (
            f"it keeps something from one call to the next{where}",
            "Let each call of forward start afresh, without a state, counter, cache or random "
            "generator that the call before left changed.",
        )


class Prefixes(Sequence[Run]):
    """The runs over a text of one word, of two …; made when they are asked for."""

    def __init__(self, inputs: Tensor, scores: Tensor) -> None:
        self._inputs, self._scores = inputs, scores

    def __len__(self) -> int:
        return len(self._scores)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401
        end = range(len(self))[index] + 1
        return self._inputs[:, :end], self._scores[end - 1 : end]


def _spread(runs: Sequence[Run]) -> Iterator[Run]:
    """Return the first, second, fourth, eighth … and the last of the runs."""
    end = 1
    while end < len(runs):
        yield runs[end - 1]
        end *= 2
    yield runs[-1]


def _generators(network: nn.Module, kept: Snapshot) -> list[object]:
    """Return the states of the generators that a module may draw from."""
    device = next((p.device for p in network.parameters()), torch.device("cpu"))
    states: list[object] = [
        torch.get_rng_state(),
        random.getstate(),
        np.random.get_state(legacy=False),
    ]
    if device.type == "cuda":
        states.append(torch.cuda.get_rng_state(device))
    states += [_state(stood.value) for stood in kept.values() if _draws(stood.value)]
    return [_comparable(state) for state in states]


def _draws(value: object) -> bool:
    # What the system draws has no state to look at.
    return isinstance(value, _OWN_GENERATORS) and not isinstance(value, random.SystemRandom)


def _state(generator: Any) -> object:  # noqa: ANN401
    if isinstance(generator, random.Random):
        return generator.getstate()
    if isinstance(generator, np.random.Generator):
        return generator.bit_generator.state
    if isinstance(generator, np.random.RandomState):
        return generator.get_state(legacy=False)
    return generator.get_state()


def _comparable(state: object) -> object:
    """Return the state of a generator as something that == compares as a whole."""
    if isinstance(state, Tensor | np.ndarray):
        return np.asarray(state).tobytes()
    if isinstance(state, Mapping):
        return [(key, _comparable(value)) for key, value in state.items()]
    return state
