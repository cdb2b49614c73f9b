"""Do a module's outputs depend on the text alone?

A text is read in several runs, one for each prefix. A module that keeps state from one call to the
next, or draws random numbers, gives other outputs in each run.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import WrapError
from lstm_viz.model.state_locations import location_name
from lstm_viz.model.state_snapshot import Snapshot, changed_since, put_back, take_snapshot
from lstm_viz.model.text_trace import EXACT

Run = tuple[Tensor, Tensor]  # the inputs, and the scores at their end

_DRAWS = (
    "it draws random numbers",
    "Let forward draw only while self.training is true, as in F.dropout(x, p, self.training), and "
    "begin with zeros instead of random states.",
)
_OWN_GENERATORS = (torch.Generator, np.random.Generator, np.random.RandomState, random.Random)


@dataclass(frozen=True, slots=True)
class StateBefore:
    """The state of a module and of its random generators before it was run."""

    kept: Snapshot
    generators: list[object]


class DeterminismCheck:
    """Checks that a module gives the same outputs for a text in every run.

    State that it is found to keep is remembered as it was at first, so that a later text can also
    be read as if there had been no earlier one.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._at_first: Snapshot = {}

    def before(self) -> StateBefore:
        """Return the current state; call it before the first run over a text."""
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
        """Run the module again and compare; if a generator has changed, repeat all runs.

        Args:
            before: the state before the first of the runs.
            ask: runs the module, and returns the scores at the end.
            runs: over this text or these texts.
            shortest: index of the run with the fewest words.
            pairs: outputs of two runs over one text, if there are any already.

        Raises:
            WrapError: two runs of one text differ by more than rounding.
        """
        kept = changed_since(before.kept, self._network)
        drawn = before.generators != _generators(self._network, before.kept)
        # The shortest shows most: a long text makes a network forget its initial state. Twice, to
        # find state that is kept for one call only, or is reset now and then.
        for inputs, scores in [*(runs if drawn else ()), *[runs[shortest]] * 2]:
            self._compare(ask(inputs), scores, kept, drawn=drawn)
        for one, other in pairs:
            self._compare(one, other, kept, drawn=drawn)
        self._at_first = {**kept, **self._at_first}
        # A full cache keeps nothing new, and may still hold another text.
        for inputs, scores in _spread(runs) if self._at_first else ():
            with put_back(self._at_first, self._network):
                again = ask(inputs)
            self._compare(again, scores, self._at_first, drawn=drawn)

    def _compare(self, one: Tensor, other: Tensor, kept: Snapshot, *, drawn: bool) -> None:
        """Refuse a module whose runs differ by more than rounding, which several threads cause."""
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
        if drawn and kept:  # perhaps another thread drew, or a type checker
            reason, remedy = f"{reason}, or {_DRAWS[0]}", f"{remedy} {_DRAWS[1]}"
        raise WrapError("the same numbers for the same text", f"{came}: {reason}", remedy)

    def _rounding(self) -> float:
        kinds = {p.dtype for p in self._network.parameters() if p.is_floating_point()}
        return max([EXACT, *(4 * torch.finfo(kind).eps for kind in kinds)])

    def _keeps(self, kept: Snapshot) -> tuple[str, str]:
        names = {module: name for name, module in self._network.named_modules()}
        places = [location_name(one.owner, one.name, names) for one in kept.values()]
        where = f" (in {', '.join(places[:3])})" if places else ""
        return (
            f"it keeps state from one call to the next{where}",
            "Let each call of forward start afresh, without a state, counter, cache or random "
            "generator that an earlier call has changed.",
        )


class Prefixes(Sequence[Run]):
    """The runs over the first word of a text, the first two, and so on; made when needed."""

    def __init__(self, inputs: Tensor, scores: Tensor) -> None:
        self._inputs, self._scores = inputs, scores

    def __len__(self) -> int:
        return len(self._scores)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401
        end = range(len(self))[index] + 1
        return self._inputs[:, :end], self._scores[end - 1 : end]


def _spread(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield the first, second, fourth, eighth … and the last run."""
    end = 1
    while end < len(runs):
        yield runs[end - 1]
        end *= 2
    yield runs[-1]


def _generators(network: nn.Module, kept: Snapshot) -> list[object]:
    """Return the states of all random generators that a module may use."""
    device = next((p.device for p in network.parameters()), torch.device("cpu"))
    states: list[object] = [
        torch.get_rng_state(),
        random.getstate(),
        np.random.get_state(legacy=False),
    ]
    if device.type == "cuda":
        states.append(torch.cuda.get_rng_state(device))
    states += [_state(one.value) for one in kept.values() if _draws(one.value)]
    return [_comparable(state) for state in states]


def _draws(value: object) -> bool:
    # The system's generator has no state to compare.
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
    """Return the state of a generator as something that can be compared with ==."""
    if isinstance(state, Tensor | np.ndarray):
        return np.asarray(state).tobytes()
    if isinstance(state, Mapping):
        return [(key, _comparable(value)) for key, value in state.items()]
    return state
