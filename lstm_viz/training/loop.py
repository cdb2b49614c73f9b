"""One pass of optimisation that can be stopped and taken up again at any moment."""

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

_WARM_UP = 0.25  # share of the steps in which the rate rises
_AVERAGED = 0.999  # weights are averaged over about a thousand steps: smoother than the last ones
_EVERY = 200  # steps between two checkpoints


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast.

    Attributes:
        name: of the stage, as shown and in file names.
        steps: how many updates.
        peak_rate: highest learning rate.
        clip: largest norm of a gradient.
        seed: of dropout and sampling; each step draws from its own.
    """

    name: str
    steps: int
    peak_rate: float
    clip: float
    seed: int


@dataclass(slots=True)
class Progress:
    """How far a stage has come.

    Attributes:
        step: updates done.
        seconds: time spent on them, over all runs.
        losses: the mean loss up to every 200th step.
    """

    step: int
    seconds: float
    losses: list[tuple[int, float]]


def optimise(
    module: nn.Module,
    plan: Plan,
    loss_of: Callable[[int], Tensor],
    folder: Path,
) -> Progress:
    """Minimise a loss, leaving the averaged weights in the module.

    Every random choice of a step depends on the seed and the step alone, and a checkpoint holds
    weights, averages and the optimiser's state: a stopped run continues to the same result.

    Args:
        module: whose parameters are trained, in place.
        plan: how long and how fast.
        loss_of: the loss at a step.
        folder: of the checkpoints; a stage that is complete there is only read back.

    Returns:
        What was done, over all runs of the stage.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parameters = dict(module.named_parameters())
    optimiser = torch.optim.Adam(parameters.values(), lr=plan.peak_rate, fused=True)
    averages = {name: value.detach().clone() for name, value in parameters.items()}
    progress = _restore(folder / plan.name, parameters, averages, optimiser)
    module.train()
    total, counted, started = 0.0, 0, time.monotonic() - progress.seconds
    for step in range(progress.step, plan.steps):
        torch.manual_seed(plan.seed * 1_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = plan.peak_rate * _one_cycle(step / plan.steps)
        optimiser.zero_grad()
        loss = loss_of(step)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters.values(), plan.clip)
        optimiser.step()
        _average(averages, parameters, step)
        total, counted = total + loss.item(), counted + 1
        if (step + 1) % _EVERY == 0 or step + 1 == plan.steps:
            progress.step, progress.seconds = step + 1, time.monotonic() - started
            progress.losses.append((step + 1, total / counted))
            total, counted = 0.0, 0
            _save(folder / plan.name, parameters, averages, optimiser, progress)
            _tell(plan, progress)
    with torch.no_grad():
        for name, value in parameters.items():
            value.copy_(averages[name])
    module.eval()
    return progress


def _one_cycle(done: float) -> float:
    """Return the learning rate as a share of its peak: up in a line, down in a cosine."""
    if done < _WARM_UP:
        return 0.04 + 0.96 * done / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


@torch.no_grad()
def _average(averages: dict[str, Tensor], parameters: dict[str, nn.Parameter], step: int) -> None:
    weight = 1 - min(_AVERAGED, (step + 1) / (step + 10))
    torch._foreach_lerp_(list(averages.values()), list(parameters.values()), weight)


def _save(
    stem: Path,
    parameters: dict[str, nn.Parameter],
    averages: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
    progress: Progress,
) -> None:
    tensors = {f"weight.{name}": value.detach() for name, value in parameters.items()}
    tensors |= {f"average.{name}": value for name, value in averages.items()}
    for name, value in parameters.items():
        for key, state in optimiser.state[value].items():
            tensors[f"{key}.{name}"] = state
    # Written beside and renamed: a run that is stopped while writing keeps the one before.
    aside = stem.with_suffix(".writing")
    facts = {"step": progress.step, "seconds": progress.seconds, "losses": progress.losses}
    save_file(tensors, aside, {"progress": json.dumps(facts)})
    aside.replace(stem.with_suffix(".safetensors"))


def _restore(
    stem: Path,
    parameters: dict[str, nn.Parameter],
    averages: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
) -> Progress:
    file = stem.with_suffix(".safetensors")
    if not file.is_file():
        return Progress(0, 0.0, [])
    tensors = load_file(file)
    with torch.no_grad():
        for name, value in parameters.items():
            value.copy_(tensors[f"weight.{name}"])
            averages[name].copy_(tensors[f"average.{name}"])
            optimiser.state[value] = {
                key: tensors[f"{key}.{name}"] for key in ("step", "exp_avg", "exp_avg_sq")
            }
    with safe_open(file, "pt") as opened:
        facts = json.loads(opened.metadata()["progress"])
    return Progress(facts["step"], facts["seconds"], [tuple(pair) for pair in facts["losses"]])


def _tell(plan: Plan, progress: Progress) -> None:
    left = progress.seconds / progress.step * (plan.steps - progress.step)
    sys.stderr.write(
        f"{plan.name}: step {progress.step:,} of {plan.steps:,}, "
        f"loss {progress.losses[-1][1]:.4f}, {left / 60:.0f} min left\n"
    )
