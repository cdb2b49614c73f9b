"""One stage of training that can be stopped and taken up again at any moment.

Devices, processes and precision are Lightning Fabric's business; what is computed does not depend
on them, to rounding. It knows neither signals nor a terminal, and runs in any thread.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from torch import Tensor, nn

from lstm_viz.errors import DivergedError
from lstm_viz.model.history import Curve, Point, Stage
from lstm_viz.progress import Cancelled, Progress, unwatched
from lstm_viz.training import checkpoint
from lstm_viz.training.checkpoint import State
from lstm_viz.training.recipe import Stage as StageRecipe
from lstm_viz.training.texts.batches import Batch

_WARM_UP = 0.25  # share of the steps in which the rate rises
REPORT = 100  # steps between two points of the curves, and two checkpoints
_OPTIMISERS: dict[str, Any] = {"Adam": torch.optim.Adam, "RMSprop": torch.optim.RMSprop}
# Keras's RMSprop forgets at 0.9, as the texts that ask for it mean.
_MORE: dict[str, Any] = {"Adam": {"fused": True}, "RMSprop": {"alpha": 0.9, "eps": 1e-7}}

Measure = Callable[[], Sequence[list[Batch]]]
Snapshot = Callable[[int], None]


class Stopped(Cancelled):
    """Training was asked to stop, and everything so far is in a checkpoint."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a stage does at each step.

    Attributes:
        recipe: of the stage.
        batches: the batches of a step.
        steps: how many there are.
        epochs: the steps after which each epoch ends.
        clip: largest norm of a gradient.
        seed: of dropout and sampling; each step draws from its own.
        watched: batches that the stage is measured on as it goes, by the name of their curve.
        snapshot: what is done with the module after each of the recipe's snapshots.
    """

    recipe: StageRecipe
    batches: Callable[[int], list[Batch]]
    steps: int
    epochs: tuple[int, ...]
    seed: int
    watched: dict[Curve, Measure]
    snapshot: Snapshot


def optimise(
    module: nn.Module, plan: Plan, fabric: Fabric, stem: Path, progress: Progress = unwatched
) -> Stage:
    """Train a module, leaving the weights in it that are to be kept.

    Args:
        module: returns this process's part of a step: the loss to be made small, the loss to be
            shown, right answers, and possible ones.
        plan: what is done.
        fabric: devices and processes.
        stem: path of the checkpoint without suffix; a stage that is complete there is only read.
        progress: called around every step, in every process, with how many steps are done and kept.
            If it stops one, all stop together, after their step and with a checkpoint. A sentence
            comes with each point of the curves, to the first process alone.

    Returns:
        The curves, over all runs of the stage.

    Raises:
        Stopped: the progress stopped it; the same call goes on from where it was.
        DivergedError: the rate is too high.

    Law:
        A stopped run ends with the same weights as an unbroken one, bit for bit on one processor:
        every random choice of a step depends on the seed and the step alone, and the checkpoint
        holds weights, averages, the optimiser's state and what was measured since.
    """
    run = _Run(module, plan, fabric, stem, progress)
    if run.is_asked(run.state.stage.steps):
        raise Stopped
    for step in range(run.state.stage.steps, plan.steps):
        if run.is_over():
            break
        run.update(step)
        asked = run.is_asked(step)  # this step counts once it is kept
        if step + 1 in run.reports or asked:
            run.report(step + 1)
        if asked:
            raise Stopped
    if run.is_asked(plan.steps):  # during the last measurement
        raise Stopped
    return run.finished()


class _Run:
    """A stage on its way."""

    def __init__(
        self, module: nn.Module, plan: Plan, fabric: Fabric, stem: Path, progress: Progress
    ) -> None:
        self.plan, self.fabric, self.stem, self.progress = plan, fabric, stem, progress
        self.stopped = False  # this process, by its progress
        recipe = plan.recipe
        kind = _OPTIMISERS[recipe.optimizer]
        optimiser = kind(module.parameters(), lr=recipe.rate, **_MORE[recipe.optimizer])
        self.inner = module
        self.parameters = dict(module.named_parameters())
        stage = Stage(recipe.name, 0, 0.0, (), (), plan.epochs, 0)
        self.state = checkpoint.read(stem) or State.fresh(stage, self.parameters)
        every = recipe.measured_every
        ends = range(every, plan.steps + 1, every) if every else plan.epochs
        self.measured = {*ends, plan.steps}
        self.snapshots = {*recipe.snapshots} if recipe.snapshots else set()
        self.reports = {*range(REPORT, plan.steps, REPORT), *self.measured, *self.snapshots}
        if 0 in self.snapshots and not self.state.stage.steps:
            plan.snapshot(0)
        self.module, self.optimiser = fabric.setup(module, optimiser)
        self.state.into(self.parameters, self.optimiser.optimizer)
        self.since = time.monotonic()
        self.module.train()

    def update(self, step: int) -> None:
        """Do one step."""
        plan, recipe, fabric = self.plan, self.plan.recipe, self.fabric
        rate = recipe.rate * (
            one_cycle(step / plan.steps) if recipe.schedule == "one cycle" else 1.0
        )
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        own = [one.of(fabric.global_rank, fabric.world_size) for one in plan.batches(step)]
        found = self.module(self._here(own, plan.seed * 1_000_003 + step))
        # Processes average their gradients; the mean loss of all is the sum of their parts.
        fabric.backward(found[0] * fabric.world_size)
        if recipe.clip:
            norm = fabric.clip_gradients(
                self.module, self.optimiser, max_norm=recipe.clip, error_if_nonfinite=False
            )
            if norm is not None and not norm.isfinite():
                raise DivergedError("gradients", f"stage {recipe.name!r}")
        self.optimiser.step()
        self.state.average(self.parameters, recipe.averaged, step)
        self.state.sums += found[1:].detach().double().cpu()
        self.state.counted += 1

    def report(self, step: int) -> None:
        """Add points to the curves, and keep everything."""
        state = self.state
        if step in self.reports:
            train = _point(step, _over_all(self.fabric, state.sums), state.counted)
            state.clear()
            state.stage = state.stage.with_point("train", train)
        if step in self.measured:
            self._measure(step)
        if step in self.snapshots:
            with state.swapped(self.parameters, averaged=bool(self.plan.recipe.averaged)):
                self.plan.snapshot(step)
        now = time.monotonic()
        state.stage = replace(
            state.stage, steps=step, seconds=state.stage.seconds + now - self.since
        )
        self.since = now
        if self.fabric.is_global_zero:
            checkpoint.write(self.stem, state, self.parameters, self.optimiser.optimizer)
            self._tell(step, _sentence(state.stage, self.plan))

    def is_asked(self, done: int) -> bool:
        """Whether any process was told to stop: all know, so that all stop together."""
        self._tell(done)
        return bool(_over_all(self.fabric, torch.tensor(float(self.stopped))))

    def _tell(self, done: int, what: str = "") -> None:
        try:
            self.progress(done, self.plan.steps, what)
        except Cancelled:
            self.stopped = True

    def is_over(self) -> bool:
        """Whether measurements on held-out texts have not improved for too long."""
        patience, points = self.plan.recipe.patience, self.state.stage.held_out
        later = [point for point in points if point.step > self.state.stage.kept]
        return bool(patience and len(later) >= patience)

    def finished(self) -> Stage:
        """Put the weights that are kept into the module."""
        state = self.state
        kept = state.best if self.plan.recipe.patience and state.best else None
        weights = kept or (state.averages if self.plan.recipe.averaged else None)
        if weights is not None:
            with torch.no_grad():
                for name, value in self.parameters.items():
                    value.copy_(weights[name])
        self.inner.eval()
        if not (self.plan.recipe.patience and state.best):
            state.stage = replace(state.stage, kept=state.stage.steps)
        return state.stage

    def _here(self, batches: list[Batch], seed: int) -> list[Batch]:
        """Return batches on this process's device, where their chance depends on the seed alone."""
        device = self.fabric.device
        generator = torch.Generator(device).manual_seed(seed)
        return [batch.to(device, generator) for batch in batches]

    @torch.no_grad()
    def _measure(self, step: int) -> None:
        """Measure the weights that would be kept on texts that are not trained on."""
        state = self.state
        self.inner.eval()
        with state.swapped(self.parameters, averaged=bool(self.plan.recipe.averaged)):
            for name, batches in self.plan.watched.items():
                point = self._measured(step, batches())
                state.stage = state.stage.with_point(name, point)
            points = state.stage.held_out
            if points and points[-1].loss <= min(point.loss for point in points):
                state.stage = replace(state.stage, kept=step)
                if self.plan.recipe.patience:
                    state.keep(self.parameters)
        self.inner.train()

    def _measured(self, step: int, steps: Sequence[list[Batch]]) -> Point:
        """Return the mean over texts, shared out among the processes."""
        sums, texts = torch.zeros(3, dtype=torch.float64), 0
        for number, batches in enumerate(steps):
            texts += batches[0].texts
            if number % self.fabric.world_size == self.fabric.global_rank:
                found = self.inner(self._here(batches, number))  # each time by the same chance
                found[1] *= batches[0].texts
                sums += found[1:].double().cpu()
        return _point(step, _over_all(self.fabric, sums), texts)


def one_cycle(done: float) -> float:
    """Return the learning rate as a share of its peak: up in a line, down in a cosine."""
    if done < _WARM_UP:
        return 0.04 + 0.96 * done / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


def _point(step: int, sums: Float[Tensor, "3"], number: int) -> Point:
    loss, right, possible = sums.tolist()
    return Point(step, loss / number, right / possible if possible else None)


def _over_all(fabric: Fabric, values: Tensor) -> Tensor:
    """Add up what all processes have."""
    if fabric.world_size == 1:
        return values
    total: Tensor = fabric.all_reduce(values.to(fabric.device), reduce_op="sum")  # type: ignore[assignment]
    return total.cpu()


def _sentence(stage: Stage, plan: Plan) -> str:
    held_out = ""
    if stage.held_out and stage.held_out[-1].step == stage.steps:
        held_out = f", held out {_both(stage.held_out[-1])}"
    train = _both(stage.train[-1]) if stage.train else "not yet known"
    return f"{stage.name}: step {stage.steps:,} of {plan.steps:,}, loss {train}{held_out}"


def _both(point: Point) -> str:
    right = "" if point.accuracy is None else f" ({point.accuracy:.1%} right)"
    return f"{point.loss:.4f}{right}"
