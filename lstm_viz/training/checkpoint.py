"""The state of a stage of training: everything that is needed to resume it exactly."""

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
    """The state of a stage that is running.

    Attributes:
        stage: the curves so far.
        weights, averages: of every parameter; the average is over about the last thousand steps.
        best: the weights that did best on held-out texts; empty without early stopping.
        optimizer: the optimizer's own tensors, by parameter.
        sums: loss, right answers and possible answers since the last point of the curves.
        counted: number of steps in ``sums``.
    """

    stage: Stage
    weights: dict[str, Tensor]
    averages: dict[str, Tensor]
    best: dict[str, Tensor]
    optimizer: dict[str, dict[str, Tensor]]
    sums: Tensor
    counted: int

    @classmethod
    def initial(cls, stage: Stage, parameters: Parameters) -> "State":
        """Return the state before the first step."""
        weights = _copies(parameters)
        averages = _copies(parameters)
        return cls(stage, weights, averages, {}, {}, torch.zeros(3, dtype=torch.float64), 0)

    def load_into(self, parameters: Parameters, optimizer: torch.optim.Optimizer) -> None:
        """Load the state into a module and its optimizer, on their device."""
        _assign(parameters, self.weights)
        for name, value in parameters.items():
            self.averages[name] = self.averages[name].to(value.device)
            if name in self.optimizer:
                optimizer.state[value] = {
                    key: tensor.to(value.device) for key, tensor in self.optimizer[name].items()
                }

    @torch.no_grad()
    def update_averages(self, parameters: Parameters, decay: float, step: int) -> None:
        """Update the moving average of the weights after a step, from 0 on.

        The decay rises to its value, so that the random initial weights are soon forgotten.
        """
        if decay:
            weight = 1 - min(decay, (step + 1) / (step + 10))
            averages = [self.averages[name] for name in parameters]  # a file has its own order
            torch._foreach_lerp_(averages, [*parameters.values()], weight)

    def keep_best(self, parameters: Parameters) -> None:
        """Keep the present weights as the best so far."""
        self.best = _copies(parameters)

    def reset_sums(self) -> None:
        """Start the next point of the curves."""
        self.sums, self.counted = torch.zeros(3, dtype=torch.float64), 0

    @contextmanager
    def averaged_weights(self, parameters: Parameters, *, averaged: bool) -> Iterator[None]:
        """Put the averaged weights, if there are any, into the module for a while."""
        if not averaged:
            yield
            return
        own = _copies(parameters)
        _assign(parameters, self.averages)
        try:
            yield
        finally:
            _assign(parameters, own)


def save(
    stem: Path, state: State, parameters: Parameters, optimizer: torch.optim.Optimizer
) -> None:
    """Write a checkpoint in place of the previous one."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    tensors = {f"weight.{name}": value.detach() for name, value in parameters.items()}
    tensors |= {f"average.{name}": value for name, value in state.averages.items()}
    tensors |= {f"best.{name}": value for name, value in state.best.items()}
    for name, value in parameters.items():
        for key, tensor in optimizer.state[value].items():
            tensors[f"optimiser.{key}.{name}"] = tensor
    tensors["sums"] = state.sums
    facts = {"stage": asdict(state.stage), "counted": state.counted}
    # Renamed when it is complete: a process killed while writing leaves the previous one.
    temporary = stem.with_name(f"{stem.name}.writing")
    save_file(
        {name: tensor.contiguous().cpu() for name, tensor in tensors.items()},
        temporary,
        {"facts": json.dumps(facts)},
    )
    temporary.replace(_file(stem))


def load(stem: Path) -> State | None:
    """Load a checkpoint, if there is one."""
    if not _file(stem).is_file():
        return None
    tensors = load_file(_file(stem))
    with safe_open(_file(stem), "pt") as opened:
        facts: dict[str, Any] = json.loads(opened.metadata()["facts"])
    optimizer: dict[str, dict[str, Tensor]] = {}
    for full, tensor in _with_prefix(tensors, "optimiser").items():
        key, name = full.split(".", 1)
        optimizer.setdefault(name, {})[key] = tensor
    return State(
        stage_of(facts["stage"]),
        _with_prefix(tensors, "weight"),
        _with_prefix(tensors, "average"),
        _with_prefix(tensors, "best"),
        optimizer,
        tensors["sums"],
        facts["counted"],
    )


def _file(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.safetensors")  # a name may contain a dot


def _with_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    dotted = f"{prefix}."
    return {k.removeprefix(dotted): v for k, v in tensors.items() if k.startswith(dotted)}


def _copies(parameters: Parameters) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in parameters.items()}


@torch.no_grad()
def _assign(parameters: Parameters, values: Mapping[str, Tensor]) -> None:
    for name, parameter in parameters.items():
        parameter.copy_(values[name])
