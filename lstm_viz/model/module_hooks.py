"""What goes into the modules of anyone's model, and what comes out, while it runs?"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from lstm_viz.errors import EncodingError


@contextmanager
def hooked(
    modules: Iterable[nn.Module], hook: Callable[..., Any], *, before: bool = False
) -> Iterator[None]:
    """Have a function called at each call of some modules, while the block runs.

    Args:
        modules: to watch.
        hook: takes the module, its arguments, its keyword arguments, and its output unless
            ``before``; what it returns replaces the output, or the arguments.
        before: whether it is called before the module runs.
    """
    if "torch._dynamo" in sys.modules:  # a compiled model must not compile the hook too
        hook = torch.compiler.disable(hook)  # type: ignore[no-untyped-call]
    handles = [
        module.register_forward_pre_hook(hook, with_kwargs=True)
        if before
        else module.register_forward_hook(hook, with_kwargs=True)
        for module in modules
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def checked_embeddings(network: nn.Module) -> Iterator[None]:
    """Refuse numbers that the embeddings have no row for, while the block runs.

    Args:
        network: that reads one text.

    Raises:
        EncodingError: a number is not the index of a row.
    """
    # A class made from an embedding may well know what to do with any number.
    names = {
        module: name
        for name, module in network.named_modules()
        if isinstance(module, nn.Embedding) and type(module).forward is nn.Embedding.forward
    }

    def check(module: nn.Embedding, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        numbers = args[0] if args else kwargs.get("input")
        if isinstance(numbers, Tensor):
            _check_rows(names[module], module.num_embeddings, numbers)

    with hooked(names, check, before=True):
        yield


@contextmanager
def collected_outputs(modules: Mapping[str, nn.Module]) -> Iterator[list[Tensor]]:
    """Collect every tensor that some modules return, while the block runs."""
    outputs: list[Tensor] = []

    def collect(*call: Any) -> None:  # noqa: ANN401  (the module, its arguments, its output)
        outputs.extend(_tensors(call[-1]))

    with hooked(modules.values(), collect):
        yield outputs


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
        remedy = "Give unknown words the number that the model learnt for them."
        raise EncodingError(expected, f"{wrong} came{where}", remedy)


def _tensors(output: Any) -> Iterator[Tensor]:  # noqa: ANN401
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, tuple | list):  # a packed sequence is a tuple too
        for part in output:
            yield from _tensors(part)
