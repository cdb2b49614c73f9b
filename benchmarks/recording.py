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


def main() -> None:
    """Print the ratios."""
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    for name, batch, steps, units, repetitions in SIZES:
        torch.manual_seed(0)
        module = nn.LSTM(units, units, batch_first=True).eval()
        x = torch.randn(batch, steps, units)

        def recorded(module: nn.LSTM = module, x: Tensor = x) -> float:
            return recording_of(module, x).calls[0].error

        with torch.inference_mode():
            plain, ours, loop = interleaved(
                [lambda m=module, x=x: m(x), recorded, lambda m=module, x=x: cell_by_cell(m, x)],  # type: ignore[misc]
                repetitions,
            )
            error = recorded()
            forced = interleaved([lambda m=module, x=x: unrolled(m, x)], 3)[0]  # type: ignore[misc]
            most, left = peak_memory(lambda m=module, x=x: recording_of(m, x))  # type: ignore[misc]
        print(
            f"{name}, {batch} × {steps} × {units}: plain {plain * 1e3:.2f} ms, "
            f"recorded {ours * 1e3:.2f} ms, cell by cell {loop * 1e3:.2f} ms; "
            f"recorded / plain {ours / plain:.2f}, cell by cell / recorded {loop / ours:.2f}; "
            f"error {error:.1e}"
        )
        print(
            f"  step by step in autograd, so that gates can be forced: {forced / plain:.1f} × plain"
        )
        print(f"  memory at its peak / the six quantities kept: {most / left:.2f}")
        if importlib.util.find_spec("torchlens"):
            print(f"  TorchLens, without any gate: {with_torchlens(module, x) / plain:.1f} × plain")


if __name__ == "__main__":
    main()
