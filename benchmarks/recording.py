"""What does recording cost? Against the plain forward pass, and against a cell-by-cell loop."""

import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor, nn

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


def interleaved(works: list[Callable[[], object]], repetitions: int) -> list[float]:
    """Return the median seconds of each, taken in turns so that all meet the same conditions."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repetitions + 2):
        for work, seconds in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return [median(seconds[2:]) for seconds in times]


def main() -> None:
    """Print the ratios."""
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    for name, batch, steps, units, repetitions in SIZES:
        torch.manual_seed(0)
        module = nn.LSTM(units, units, batch_first=True).eval()
        x = torch.randn(batch, steps, units)

        def recorded(module: nn.LSTM = module, x: Tensor = x) -> float:
            with lstm_viz.record(module) as recording:
                module(x)
            return recording.calls[0].error

        with torch.inference_mode():
            plain, ours, loop = interleaved(
                [lambda m=module, x=x: m(x), recorded, lambda m=module, x=x: cell_by_cell(m, x)],  # type: ignore[misc]
                repetitions,
            )
            error = recorded()
        print(
            f"{name}, {batch} × {steps} × {units}: plain {plain * 1e3:.2f} ms, "
            f"recorded {ours * 1e3:.2f} ms, cell by cell {loop * 1e3:.2f} ms; "
            f"recorded / plain {ours / plain:.2f}, cell by cell / recorded {loop / ours:.2f}; "
            f"error {error:.1e}"
        )


if __name__ == "__main__":
    main()
