"""One stage of training, which can be stopped and resumed at any step.

Devices, processes and precision are left to Lightning Fabric; results do not depend on them, up to
rounding. Nothing here handles signals or writes to a terminal, so that it runs in any thread.
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
_OPTIMIZERS: dict[str, Any] = {"Adam": torch.optim.Adam, "RMSprop": torch.optim.RMSprop}
# RMSprop with the constants of Keras, which the published recipes were written for.
_OPTIONS: dict[str, Any] = {"Adam": {"fused": True}, "RMSprop": {"alpha": 0.9, "eps": 1e-7}}

Measure = Callable[[], Sequence[list[Batch]]]
Snapshot = Callable[[int], None]


class Stopped(Cancelled):
    """Training was asked to stop, and a checkpoint was written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a stage does at each step.

    Attributes:
        recipe: of the stage.
        batches: returns the batches of a step.
        steps: number of steps.
        epochs: the steps after which each epoch ends.
        seed: of dropout and sampling; each step has random numbers of its own.
        watched: batches on which the stage is measured as it runs, by the name of their curve.
        snapshot: called after each step of the recipe's snapshots, with the module as it is then.
    """

    recipe: StageRecipe
    batches: Callable[[int], list[Batch]]
    steps: int
    epochs: tuple[int, ...]
    seed: int
    watched: dict[Curve, Measure]
    snapshot: Snapshot


def optimize(
    module: nn.Module, plan: Plan, fabric: Fabric, stem: Path, progress: Progress = unwatched
) -> Stage:
    """Train a module; at the end it has the weights that are kept.

    Args:
        module: returns this process's part of a step: the loss to minimize, the loss to report,
            the number of right answers, and of possible ones.
        plan: of the stage.
        fabric: devices and processes.
        stem: path of the checkpoint without suffix. If the stage is complete there, it is loaded.
        progress: called before and after every step, in every process, with the number of steps
            done. If it stops one process, all stop together, after their step and with a
            checkpoint. A sentence comes with each point of the curves, in the first process alone.

    Returns:
        The curves of the stage, over all its runs.

    Raises:
        Stopped: by the progress; the same call resumes the stage.
        DivergedError: the rate is too high.

    Law:
        A stopped run ends with the same weights as an unbroken one, bit for bit on one processor:
        every random choice of a step depends on the seed and the step alone, and the checkpoint
        holds weights, averages, the optimizer's state and what was measured since.
    """
    run = _Run(module, plan, fabric, stem, progress)
    if run.is_stopped(run.state.stage.steps):
        raise Stopped
    for step in range(run.state.stage.steps, plan.steps):
        if run.is_out_of_patience():
            break
        run.update(step)
        stopped = run.is_stopped(step)  # this step counts once it is in a checkpoint
        if step + 1 in run.reports or stopped:
            run.report(step + 1)
        if stopped:
            raise Stopped
    if run.is_stopped(plan.steps):  # during the last measurement
        raise Stopped
    return run.finish()


class _Run:
    """A stage that is running."""

    def __init__(
        self, module: nn.Module, plan: Plan, fabric: Fabric, stem: Path, progress: Progress
    ) -> None:
        self.plan, self.fabric, self.stem, self.progress = plan, fabric, stem, progress
        self.cancelled = False  # this process, by its progress
        recipe = plan.recipe
        kind = _OPTIMIZERS[recipe.optimizer]
        optimizer = kind(module.parameters(), lr=recipe.rate, **_OPTIONS[recipe.optimizer])
        self.inner = module
        self.parameters = dict(module.named_parameters())
        stage = Stage(recipe.name, 0, 0.0, (), (), plan.epochs, 0)
        self.state = checkpoint.load(stem) or State.initial(stage, self.parameters)
        every = recipe.measured_every
        ends = range(every, plan.steps + 1, every) if every else plan.epochs
        self.measured = {*ends, plan.steps}
        self.snapshots = {*recipe.snapshots} if recipe.snapshots else set()
        self.reports = {*range(REPORT, plan.steps, REPORT), *self.measured, *self.snapshots}
        if 0 in self.snapshots and not self.state.stage.steps:
            plan.snapshot(0)
        self.module, self.optimizer = fabric.setup(module, optimizer)
        self.state.load_into(self.parameters, self.optimizer.optimizer)
        self.since = time.monotonic()
        self.module.train()

    def update(self, step: int) -> None:
        """Do one step."""
        plan, recipe, fabric = self.plan, self.plan.recipe, self.fabric
        rate = recipe.rate * (
            one_cycle(step / plan.steps) if recipe.schedule == "one cycle" else 1.0
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        own = [one.part(fabric.global_rank, fabric.world_size) for one in plan.batches(step)]
        found = self.module(self._on_device(own, plan.seed * 1_000_003 + step))
        # Processes average their gradients; the mean loss of all is the sum of their parts.
        fabric.backward(found[0] * fabric.world_size)
        if recipe.clip:
            norm = fabric.clip_gradients(
                self.module, self.optimizer, max_norm=recipe.clip, error_if_nonfinite=False
            )
            if norm is not None and not norm.isfinite():
                raise DivergedError("gradients", f"stage {recipe.name!r}")
        self.optimizer.step()
        self.state.update_averages(self.parameters, recipe.averaged, step)
        self.state.sums += found[1:].detach().double().cpu()
        self.state.counted += 1

    def report(self, step: int) -> None:
        """Add points to the curves, and write a checkpoint."""
        state = self.state
        if step in self.reports:
            train = _point(step, _sum_over_processes(self.fabric, state.sums), state.counted)
            state.reset_sums()
            state.stage = state.stage.with_point("train", train)
        if step in self.measured:
            self._measure(step)
        if step in self.snapshots:
            with self._kept_weights():
                self.plan.snapshot(step)
        now = time.monotonic()
        state.stage = replace(
            state.stage, steps=step, seconds=state.stage.seconds + now - self.since
        )
        self.since = now
        if self.fabric.is_global_zero:
            checkpoint.save(self.stem, state, self.parameters, self.optimizer.optimizer)
            self._call_progress(step, _status(state.stage, self.plan))

    def is_stopped(self, done: int) -> bool:
        """Return whether any process was cancelled: all know, so that all stop together."""
        self._call_progress(done)
        return bool(_sum_over_processes(self.fabric, torch.tensor(float(self.cancelled))))

    def _call_progress(self, done: int, what: str = "") -> None:
        try:
            self.progress(done, self.plan.steps, what)
        except Cancelled:
            self.cancelled = True

    def is_out_of_patience(self) -> bool:
        """Return whether held-out measurements have not improved for too long."""
        patience, points = self.plan.recipe.patience, self.state.stage.held_out
        later = [point for point in points if point.step > self.state.stage.kept]
        return bool(patience and len(later) >= patience)

    def finish(self) -> Stage:
        """Load the weights that are kept into the module, and return the curves."""
        state = self.state
        best = state.best if self.plan.recipe.patience and state.best else None
        weights = best or (state.averages if self.plan.recipe.averaged else None)
        if weights is not None:
            with torch.no_grad():
                for name, value in self.parameters.items():
                    value.copy_(weights[name])
        self.inner.eval()
        if not best:
            state.stage = replace(state.stage, kept=state.stage.steps)
        return state.stage

    def _kept_weights(self) -> Any:  # noqa: ANN401  (a context manager)
        return self.state.averaged_weights(
            self.parameters, averaged=bool(self.plan.recipe.averaged)
        )

    def _on_device(self, batches: list[Batch], seed: int) -> list[Batch]:
        """Return batches on this process's device, with random numbers of the seed alone."""
        device = self.fabric.device
        generator = torch.Generator(device).manual_seed(seed)
        return [batch.to(device, generator) for batch in batches]

    @torch.no_grad()
    def _measure(self, step: int) -> None:
        """Measure the weights that would be kept on texts that are not trained on."""
        state = self.state
        self.inner.eval()
        with self._kept_weights():
            for name, batches in self.plan.watched.items():
                point = self._measured(step, batches())
                state.stage = state.stage.with_point(name, point)
            points = state.stage.held_out
            if points and points[-1].loss <= min(point.loss for point in points):
                state.stage = replace(state.stage, kept=step)
                if self.plan.recipe.patience:
                    state.keep_best(self.parameters)
        self.inner.train()

    def _measured(self, step: int, steps: Sequence[list[Batch]]) -> Point:
        """Return the mean over texts, which are shared among the processes."""
        sums, texts = torch.zeros(3, dtype=torch.float64), 0
        for number, batches in enumerate(steps):
            texts += batches[0].texts
            if number % self.fabric.world_size == self.fabric.global_rank:
                found = self.inner(self._on_device(batches, number))  # each time the same numbers
                found[1] *= batches[0].texts
                sums += found[1:].double().cpu()
        return _point(step, _sum_over_processes(self.fabric, sums), texts)


def one_cycle(done: float) -> float:
    """Return the learning rate as a share of its peak: linearly up, then down along a cosine."""
    if done < _WARM_UP:
        return 0.04 + 0.96 * done / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


def _point(step: int, sums: Float[Tensor, "3"], number: int) -> Point:
    loss, right, possible = sums.tolist()
    return Point(step, loss / number, right / possible if possible else None)


def _sum_over_processes(fabric: Fabric, values: Tensor) -> Tensor:
    if fabric.world_size == 1:
        return values
    total: Tensor = fabric.all_reduce(values.to(fabric.device), reduce_op="sum")  # type: ignore[assignment]
    return total.cpu()


def _status(stage: Stage, plan: Plan) -> str:
    held_out = ""
    if stage.held_out and stage.held_out[-1].step == stage.steps:
        held_out = f", held out {_loss_and_accuracy(stage.held_out[-1])}"
    train = _loss_and_accuracy(stage.train[-1]) if stage.train else "not yet known"
    return f"{stage.name}: step {stage.steps:,} of {plan.steps:,}, loss {train}{held_out}"


def _loss_and_accuracy(point: Point) -> str:
    right = "" if point.accuracy is None else f" ({point.accuracy:.1%} right)"
    return f"{point.loss:.4f}{right}"
