"""What a stage of training must know to go on as if it had never been stopped."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lstm_viz.model.history import Stage, stage_of

Parameters = Mapping[str, nn.Parameter]


@dataclass(slots=True)
class State:
    """A stage on its way.

    Attributes:
        stage: the curves so far.
        weights, averages: of every parameter; the average is over about the last thousand steps.
        best: the weights that did best on held-out texts; empty if nobody asks for them.
        optimiser: the optimiser's own tensors, by parameter.
        sums: loss, right answers and possible answers since the last point of the curves.
        counted: how many steps these are.
    """

    stage: Stage
    weights: dict[str, Tensor]
    averages: dict[str, Tensor]
    best: dict[str, Tensor]
    optimiser: dict[str, dict[str, Tensor]]
    sums: Tensor
    counted: int

    @classmethod
    def fresh(cls, stage: Stage, parameters: Parameters) -> "State":
        """Return the state before the first step."""
        weights = {name: value.detach().clone() for name, value in parameters.items()}
        averages = {name: value.clone() for name, value in weights.items()}
        return cls(stage, weights, averages, {}, {}, torch.zeros(3, dtype=torch.float64), 0)

    def into(self, parameters: Parameters, optimiser: torch.optim.Optimizer) -> None:
        """Put the state into a module and its optimiser, on whatever device they are."""
        with torch.no_grad():
            for name, value in parameters.items():
                value.copy_(self.weights[name])
                self.averages[name] = self.averages[name].to(value.device)
                if name in self.optimiser:
                    optimiser.state[value] = {
                        key: tensor.to(value.device) for key, tensor in self.optimiser[name].items()
                    }

    @torch.no_grad()
    def average(self, parameters: Parameters, share: float, step: int) -> None:
        """Take the weights after a step into the average."""
        if share:
            weight = 1 - min(share, (step + 1) / (step + 10))
            averages = [self.averages[name] for name in parameters]  # a file has its own order
            torch._foreach_lerp_(averages, [*parameters.values()], weight)

    def keep(self, parameters: Parameters) -> None:
        """Remember the weights as the best so far."""
        self.best = {name: value.detach().clone() for name, value in parameters.items()}

    def clear(self) -> None:
        """Begin the next point of the curves."""
        self.sums, self.counted = torch.zeros(3, dtype=torch.float64), 0

    @contextmanager
    def swapped(self, parameters: Parameters, *, averaged: bool) -> Iterator[None]:
        """Have the averaged weights in the module for a while."""
        if not averaged:
            yield
            return
        own = {name: value.detach().clone() for name, value in parameters.items()}
        _copy(parameters, self.averages)
        try:
            yield
        finally:
            _copy(parameters, own)


def write(
    stem: Path, state: State, parameters: Parameters, optimiser: torch.optim.Optimizer
) -> None:
    """Write a checkpoint, in place of the one before."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    tensors = {f"weight.{name}": value.detach() for name, value in parameters.items()}
    tensors |= {f"average.{name}": value for name, value in state.averages.items()}
    tensors |= {f"best.{name}": value for name, value in state.best.items()}
    for name, value in parameters.items():
        for key, tensor in optimiser.state[value].items():
            tensors[f"optimiser.{key}.{name}"] = tensor
    tensors["sums"] = state.sums
    facts = {"stage": asdict(state.stage), "counted": state.counted}
    # Written beside and renamed: a run that is killed while writing keeps the one before.
    aside = stem.with_name(f"{stem.name}.writing")
    save_file(
        {name: tensor.contiguous().cpu() for name, tensor in tensors.items()},
        aside,
        {"facts": json.dumps(facts)},
    )
    aside.replace(_file(stem))


def read(stem: Path) -> State | None:
    """Read a checkpoint, if there is one."""
    if not _file(stem).is_file():
        return None
    tensors = load_file(_file(stem))
    with safe_open(_file(stem), "pt") as opened:
        facts: dict[str, Any] = json.loads(opened.metadata()["facts"])
    optimiser: dict[str, dict[str, Tensor]] = {}
    for full, tensor in _of(tensors, "optimiser").items():
        key, name = full.split(".", 1)
        optimiser.setdefault(name, {})[key] = tensor
    return State(
        stage_of(facts["stage"]),
        _of(tensors, "weight"),
        _of(tensors, "average"),
        _of(tensors, "best"),
        optimiser,
        tensors["sums"],
        facts["counted"],
    )


def _file(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.safetensors")  # a name may hold a dot


def _of(tensors: Mapping[str, Tensor], kind: str) -> dict[str, Tensor]:
    prefix = f"{kind}."
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


@torch.no_grad()
def _copy(parameters: Parameters, values: Mapping[str, Tensor]) -> None:
    for name, parameter in parameters.items():
        parameter.copy_(values[name])
