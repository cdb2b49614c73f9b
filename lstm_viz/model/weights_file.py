"""How are a module's weights read from a file? Everything is checked before anything changes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from lstm_viz.errors import ModelFileError
from lstm_viz.plain_file import opening, short

_EXPECTED = "a safetensors file"
_SAVE = "Save the weights with safetensors.torch.save_file(module.state_dict(), path)."
_BUILD = "Build the module as it was when the weights were saved."
_WIDENED = 4  # a file may use 8 bytes for a number that takes 2 in the module
_HEADER = 100 * 2**20  # bytes that safetensors allows for the names


def load_weights(module: nn.Module, path: Path) -> None:
    """Give a module the weights of a safetensors file.

    Weights that the module uses in several places may be in the file once, or several times with
    the same values. Floats of another precision are rounded to that of the module.

    Raises:
        ModelFileError: the file is damaged, or its names, shapes, types or numbers are not those
            of the module's; the module is then as it was.
    """
    state = _state(module)
    held = sum(value.nbytes for value in state.values())
    largest = None if any(map(is_lazy, _parts(module))) else _WIDENED * held + _HEADER
    with opening(path, _EXPECTED, _SAVE, largest=largest) as name:
        with safe_open(path, "pt") as opened:
            found = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
        shared = _shared(module)
        for key, value in found.items():
            _compare(name, key, value, state.get(key))
        for key in state.keys() - found.keys():
            alike = [found[other] for other in shared.get(key, ()) if other in found]
            if alike:
                found[key] = alike[0]
        for key, others in shared.items():
            for other in others & found.keys():
                if key in found and not torch.equal(found[key], found[other]):
                    came = f"{short(key)!r} and {short(other)!r} differ, but are one in the module"
                    raise ModelFileError(name, "the weights of this module", came, _BUILD)
        _load(module, name, found)


def _load(module: nn.Module, file: str, found: Mapping[str, Tensor]) -> None:
    """Load checked weights; a module may have rules of its own and still refuse them."""
    with _as_before(module):
        try:
            module.load_state_dict(dict(found))
        except RuntimeError as error:
            came = short(" ".join(str(error).split()))
            raise ModelFileError(file, "the weights of this module", came, _BUILD) from error


@contextmanager
def _as_before(module: nn.Module) -> Iterator[None]:
    """Put back what a module held if the block fails."""
    kept = {key: value.detach().clone() for key, value in _state(module).items()}
    try:
        yield
    except BaseException:
        with torch.no_grad():
            for key, value in _state(module).items():
                if key in kept and kept[key].shape == value.shape:
                    value.copy_(kept[key])
        raise


def _compare(file: str, key: str, value: Tensor, own: Tensor | None) -> None:
    """Compare a tensor of a file with the one of that name in the module, if there is one."""
    if value.is_floating_point() or value.is_complex():
        # Rounded as in the module: numbers too large for its type become infinite.
        rounded = value if own is None or _kind(own) != _kind(value) else value.to(own.dtype)
        if not (rounded.float() if rounded.itemsize == 1 else rounded).isfinite().all():
            raise ModelFileError(file, f"finite numbers in {short(key)!r}", "some are not", _SAVE)
    if own is None:
        return
    if own.is_meta:
        remedy = "Make it with module.to_empty(device='cpu') first."
        raise ModelFileError(file, "a module with memory", f"{short(key)!r} has none", remedy)
    # PyTorch compares the shapes, since a module may have rules of its own for them.
    same = _kind(own) == _kind(value)
    if same and (_kind(own) in ("floating", "complex") or torch.equal(value.to(own.dtype), value)):
        return
    came = f"it has {value.dtype}" + (", and numbers too large for that" if same else "")
    expected = f"the weights of this module, {short(key)!r} in {own.dtype}"
    raise ModelFileError(file, expected, came, _BUILD)


def _kind(value: Tensor) -> str:
    if value.is_complex():
        return "complex"
    if value.is_floating_point():
        return "floating"
    return "truth" if value.dtype == torch.bool else "whole"


def _parts(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters()
    yield from module.buffers()


def _state(module: nn.Module) -> dict[str, Tensor]:
    """Return the tensors that a module saves, except those whose shape is not known yet."""
    return {
        key: value
        for key, value in module.state_dict().items()
        if isinstance(value, Tensor) and not is_lazy(value)
    }


def _shared(module: nn.Module) -> dict[str, set[str]]:
    """Return, for each name of a tensor with several names, all of them."""
    places: dict[object, set[str]] = {}
    for key, value in module.state_dict(keep_vars=True).items():
        places.setdefault(id(value), set()).add(key)
    return {key: keys for keys in places.values() if len(keys) > 1 for key in keys}
