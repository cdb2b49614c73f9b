"""A linear recurrence, computed for all steps: c = f · c' + w, as in the cell state of an LSTM."""

import torch
from jaxtyping import Float
from torch import Tensor

_NARROW = 4096  # values of one step up to which doubling was the faster scan, on two cores


def linear_scan(
    factor: Float[Tensor, "step batch unit"],
    added: Float[Tensor, "step batch unit"],
    initial: Float[Tensor, "batch unit"],
) -> Float[Tensor, "step batch unit"]:
    """Return c[t] = factor[t] · c[t-1] + added[t] for every step, in the memory of ``added``.

    Args:
        factor: what the state before the step is multiplied with.
        added: what is then added; overwritten.
        initial: the state before the first step.

    Law:
        Both ways of computing it agree to rounding.
    """
    scan = _by_doubling if initial.numel() <= _NARROW else _step_by_step
    return scan(factor, added, initial)


def _step_by_step(factor: Tensor, added: Tensor, initial: Tensor) -> Tensor:
    """One fused operation per step: best where a step is wide enough to keep the cores busy."""
    before = initial
    for share, state in zip(factor.unbind(), added.unbind(), strict=True):
        before = state.addcmul_(share, before)
    return added


def _by_doubling(factor: Tensor, added: Tensor, initial: Tensor) -> Tensor:
    """A few operations over all steps: best where 200 small calls cost more than their work.

    After the pass with ``reach`` r, each state accounts for its last 2r steps, and ``product`` is
    the product of as many factors: Hillis and Steele 1986, Data Parallel Algorithms, with f · c + w
    as the associative operation.
    """
    states = added
    states[0].addcmul_(factor[0], initial)
    product, reach = factor[1:], 1
    while reach < len(states):
        states[reach:] = torch.addcmul(states[reach:], product, states[:-reach])
        product = product[reach:] * product[:-reach]
        reach *= 2
    return states
