"""Does a tensor hold numbers? Meta, fake and traced tensors do not; transformed ones hide them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor

from lstm_viz.errors import UnsupportedModuleError

_functorch = torch._C._functorch
Values = TypeVar("Values", Tensor, Tensor | None)


def require_values(name: str, values: Tensor) -> None:
    """Refuse a tensor that holds no numbers, as on the meta device.

    Raises:
        UnsupportedModuleError: says why there are none.
    """
    fake = sys.modules.get("torch._subclasses.fake_tensor")
    tracer = sys.modules.get("torch.fx.experimental.proxy_tensor")
    if values.is_meta:
        why = "it runs on the meta device, whose tensors hold no values"
    elif fake and isinstance(values, fake.FakeTensor):
        why = "it runs with fake tensors, which hold no values"
    elif tracer and tracer.get_proxy_mode() is not None:
        why = "its graph is being traced, where values cannot be read"
    elif _functorch.is_batchedtensor(values):
        why = "it runs inside torch.func.vmap, which hides its values"
    else:
        return
    raise UnsupportedModuleError(name, why, "Record it while it reads real numbers.")


def is_transformed(values: Tensor) -> bool:
    """Whether a tensor belongs to one of torch.func's gradients."""
    return bool(_functorch.is_functorch_wrapped_tensor(values))


def without_transforms(values: Values) -> Values:
    """Return the numbers of a tensor that belongs to one of torch.func's gradients."""
    while isinstance(values, Tensor) and _functorch.is_gradtrackingtensor(values):
        values = _functorch.get_unwrapped(values)
    return values


@contextmanager
def hidden_from_tracer() -> Iterator[None]:
    """Keep what the block computes out of the graph that torch.jit.trace is recording."""
    tracer: Any = torch._C  # whose type stubs lack one of the two functions
    state = tracer._get_tracing_state()
    if state is None:
        yield
        return
    tracer._set_tracing_state(None)
    try:
        yield
    finally:
        tracer._set_tracing_state(state)
