"""Which tensors are in a safetensors file of a model folder? Checked before they are read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import safe_open

from lstm_viz import plain_file
from lstm_viz.errors import LstmVizError, ModelFileError
from lstm_viz.model.model_folders import exists, file_names
from lstm_viz.plain_file import Refusal

Shape = tuple[int, ...]
FLOATS = ("BF16", "F16", "F32")  # as the file names them

_EXPECTED = "a safetensors file"
_UNSAFE = (".pt", ".pth", ".pkl", ".bin", ".ckpt")


@contextmanager
def open_tensors(file: Path, most: int, refusal: Refusal) -> Iterator[safe_open]:
    """Open a safetensors file; nothing in it is executed.

    Args:
        file: of a model folder.
        most: bytes that it may have.
        refusal: makes the error to raise.

    Raises:
        LstmVizError: from ``refusal``; the file is missing, too large or damaged.
        ModelFileError: it is missing, and the folder has one in a format that can run code.
    """
    unsafe = [other for other in file_names(file.parent) if other.endswith(_UNSAFE)]
    if unsafe and not exists(file):
        remedy = "Files that can run code are never opened; save the weights as safetensors."
        raise ModelFileError(file.name, _EXPECTED, f"the folder holds {', '.join(unsafe)}", remedy)
    plain_file.look(file, most, _EXPECTED, refusal)
    try:
        with safe_open(file, "pt") as found:
            yield found
    except LstmVizError:
        raise
    except Exception as error:  # no list of what a reader of damaged bytes raises is complete
        raise refusal(_EXPECTED, f"it is damaged ({plain_file.reason(error)})") from error


def read(
    found: safe_open,
    shapes: Mapping[str, Shape],
    refusal: Refusal,
    types: tuple[str, ...] = FLOATS,
) -> dict[str, torch.Tensor]:
    """Read exactly these tensors.

    Args:
        found: an open file.
        shapes: of all tensors, by name.
        refusal: makes the error to raise.
        types: that they may have.

    Returns:
        Copies, which do not change if the file is written again.

    Raises:
        LstmVizError: from ``refusal``; the file has other tensors, or numbers that are not finite.
    """
    names = set(found.keys())  # type: ignore[no-untyped-call]
    if names != set(shapes):
        raise refusal(f"the tensors {sorted(shapes)}", f"it holds {sorted(names)}")
    for key, shape in shapes.items():
        part = found.get_slice(key)  # type: ignore[no-untyped-call]
        if tuple(part.get_shape()) != shape or part.get_dtype() not in types:
            came = f"it has shape {tuple(part.get_shape())} in {part.get_dtype()}"
            raise refusal(f"{key} of shape {shape} in one of {[*types]}", came)
    tensors = {}
    for key in shapes:
        value = found.get_tensor(key)  # type: ignore[no-untyped-call]
        tensors[key] = value.to(torch.float32, copy=True)
    for key, value in tensors.items():
        if not value.isfinite().all():
            raise refusal(f"finite numbers in {key}", "some are not")
    return tensors
