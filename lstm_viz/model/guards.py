"""What may a module inside anyone's model not be given? Refused before PyTorch stumbles over it."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from lstm_viz.errors import EncodingError, WrapError


def check_present(network: nn.Module) -> None:
    """Refuse weights that hold no values.

    Raises:
        WrapError: some are on the meta device, or fake.
    """
    for name, values in chain(network.named_parameters(), network.named_buffers()):
        if values.is_meta or hasattr(values, "fake_mode"):
            raise WrapError(
                "weights",
                f"{name!r} is {'fake' if hasattr(values, 'fake_mode') else 'on the meta device'} "
                "and holds no values",
                "Build the module on a real device, and load its weights there.",
            )


@contextmanager
def guarded(network: nn.Module) -> Iterator[None]:
    """Refuse numbers that the embeddings cannot read, while the block runs.

    Args:
        network: that reads one text.

    Raises:
        EncodingError: a number is no row of an embedding.
    """

    def read(module: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        numbers = given[0] if given else named.get("input")
        if isinstance(module, nn.Embedding) and isinstance(numbers, Tensor):
            _check_rows(names[module], module.num_embeddings, numbers)

    # A class made from an embedding may well know what to do with any number.
    names = {
        module: name
        for name, module in network.named_modules()
        if isinstance(module, nn.Embedding) and type(module).forward is nn.Embedding.forward
    }
    if "torch._dynamo" in sys.modules:  # a compiled model must not compile the hook too
        read = torch.compiler.disable(read)  # type: ignore[no-untyped-call]
    hooks = [module.register_forward_pre_hook(read, with_kwargs=True) for module in names]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def put_out(modules: Mapping[str, nn.Module]) -> Iterator[list[Tensor]]:
    """Collect all that recurrent modules put out while the block runs."""

    def keep(*seen: Any) -> None:  # noqa: ANN401  (the module, what it read, what it put out)
        found.extend(_tensors(seen[-1]))

    found: list[Tensor] = []
    if "torch._dynamo" in sys.modules:
        keep = torch.compiler.disable(keep)  # type: ignore[no-untyped-call]
    hooks = [module.register_forward_hook(keep) for module in modules.values()]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _check_rows(name: str, rows: int, numbers: Tensor) -> None:
    expected = f"whole numbers from 0 to {rows - 1}, the rows of the embedding {name!r}"
    if numbers.is_floating_point():
        raise EncodingError(expected, f"{str(numbers.dtype).removeprefix('torch.')} came")
    if not numbers.numel() or numbers.dtype == torch.bool:
        return
    least, largest = map(int, numbers.aminmax())
    if least < 0 or largest >= rows:
        wrong = least if least < 0 else largest
        where = ""
        if numbers.dim() == 2 and len(numbers) == 1:
            where = f" at token {numbers[0].tolist().index(wrong) + 1}"
        remedy = "Give what the model does not know the number that it learnt for that."
        raise EncodingError(expected, f"{wrong} came{where}", remedy)


def _tensors(output: Any) -> Iterator[Tensor]:  # noqa: ANN401
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, tuple | list):  # a packed sequence is a tuple too
        for part in output:
            yield from _tensors(part)
