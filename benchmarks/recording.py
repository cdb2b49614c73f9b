"""What does recording cost, in time and memory?

Against the plain forward pass, a cell-by-cell loop, and TorchLens where it is installed.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable
from itertools import accumulate
from statistics import median

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

import lstm_viz
from benchmarks import history
from benchmarks.history import Figure

SIZES = [("one review", 1, 200, 128, 80), ("a batch", 64, 400, 256, 8)]  # the last: repetitions


def cell_by_cell(module: nn.LSTM, x: Tensor) -> Tensor:
    """Record every gate with a loop over steps, as one does without a fused layer."""
    hidden = cell = x.new_zeros(len(x), module.hidden_size)
    bias = module.bias_ih_l0 + module.bias_hh_l0
    kept = []
    for step in x.unbind(1):
        sums = step @ module.weight_ih_l0.T + hidden @ module.weight_hh_l0.T + bias
        i, f, g, o = sums.chunk(4, 1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        cell = f * cell + i * g
        hidden = o * cell.tanh()
        kept.append(torch.stack([i, f, g, o, cell, hidden]))
    return torch.stack(kept, 2)


def recording_of(module: nn.LSTM, x: Tensor) -> lstm_viz.Recording:
    """Record everything, and keep it."""
    with lstm_viz.record(module) as recording:
        module(x)
    return recording


def error_of(module: nn.LSTM, x: Tensor) -> float:
    """Record everything, and return how exact it is."""
    return recording_of(module, x).calls[0].error


def unrolled(module: nn.LSTM, x: Tensor) -> None:
    """Run step by step, with nothing forced."""
    with lstm_viz.record(module, force=[]):
        module(x)


def interleaved(works: list[Callable[[], object]], repetitions: int) -> list[float]:
    """Return the median seconds of each, taken in turns so that all meet the same conditions."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repetitions + 2):
        for work, seconds in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return [median(seconds[2:]) for seconds in times]


def with_torchlens(module: nn.Module, x: Tensor) -> float:
    """Return the seconds that TorchLens takes to log a forward pass, without the gates."""
    torchlens = importlib.import_module("torchlens")
    works: list[Callable[[], object]] = [lambda: torchlens.trace(module, x)]
    return interleaved(works, 3)[0]


def peak_memory(work: Callable[[], object]) -> tuple[int, int]:
    """Return how many bytes a work holds at most, and how many it leaves in what it returns."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as log:
        kept = work()
    events = [e for e in log.profiler.kineto_results.events() if e.name() == "[memory]"]
    held = list(accumulate(e.nbytes() for e in sorted(events, key=lambda e: e.start_ns())))
    del kept
    return max(held), held[-1]


def measured(name: str, batch: int, steps: int, units: int, repetitions: int) -> list[Figure]:
    """Return the figures of one size, the largest error of its recordings among them."""
    torch.manual_seed(0)
    module = nn.LSTM(units, units, batch_first=True).eval()
    x = torch.randn(batch, steps, units)
    with torch.inference_mode():
        plain, ours, loop = interleaved(
            [lambda: module(x), lambda: error_of(module, x), lambda: cell_by_cell(module, x)],
            repetitions,
        )
        error = error_of(module, x)
        forced = interleaved([lambda: unrolled(module, x)], 3)[0]
        most, left = peak_memory(lambda: recording_of(module, x))
    figures = [
        Figure(f"{name}: plain forward", plain * 1e3, "ms"),
        Figure(f"{name}: recorded", ours / plain, "× plain"),
        Figure(f"{name}: cell by cell", loop / ours, "× recorded"),
        Figure(f"{name}: step by step, so that gates can be forced", forced / plain, "× plain"),
        Figure(f"{name}: memory at its peak", most / left, "× kept"),
        Figure(f"{name}: error", error, ""),
    ]
    if importlib.util.find_spec("torchlens"):
        logged = with_torchlens(module, x) / plain
        figures.append(Figure(f"{name}: TorchLens, without any gate", logged, "× plain"))
    return figures


def main() -> None:
    """Print the ratios."""
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    history.report([figure for size in SIZES for figure in measured(*size)])


if __name__ == "__main__":
    main()
