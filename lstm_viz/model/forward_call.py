"""How is the forward of any module called with a text? Some also need its length."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lstm_viz.errors import LstmVizError, WrapError
from lstm_viz.trace.modules import LAYER_CLASSES

# Names that can only mean lengths; "sizes" or "length_penalty" may mean something else.
_LENGTHS = re.compile(
    r"(?!.*(max|min|hidden|pad))\w*(len|lens|length|lengths)"
    r"|(len|lens|length|lengths)_(of_)?(x|text|seq|sequence|input|word|token|sentence|src|source)s?"
    r"|(n|num|count_of|number_of)_(words|tokens)|(word|token)_counts?"
)
_ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_PYTORCH = str(Path(torch.__file__).parent)
_SHORT = 300  # characters of another library's message
STEPS_FIRST = (
    "Wrap a small module whose forward(text) calls this one with text.transpose(0, 1), and returns "
    "scores of shape (1, label) or (1, step, label)."
)


class ForwardCall:
    """Calls a module with one text, in the way that its forward needs."""

    def __init__(self, module: nn.Module) -> None:
        """Look at the signature.

        Raises:
            WrapError: forward cannot be called with just a text, or a text and its lengths.
        """
        self._module = module
        self._signature = _signature(module)
        self._text, self._lengths = _names(self._signature)
        first = list(self._signature.parameters.values())[:1] if self._signature else []
        by_place = [p.name for p in first if p.kind < p.KEYWORD_ONLY]
        # Most are called in the plainest way, which is also the fastest.
        self._plain = self._lengths is None and self._text in (None, *by_place)

    def __call__(self, inputs: Tensor) -> Any:  # noqa: ANN401  (what it put out)
        """Return the output of the module for one text, (1, step) or (1, step, feature).

        Raises:
            WrapError: the module raised an error, which is its cause.
        """
        try:
            if self._plain or not (self._signature and self._text):
                return self._module(inputs)
            bound = self._signature.bind_partial()
            bound.arguments[self._text] = inputs
            if self._lengths:
                bound.arguments[self._lengths] = torch.tensor([inputs.shape[1]])
            return self._module(*bound.args, **bound.kwargs)
        except LstmVizError:
            raise
        except Exception as error:
            raise self._failed(inputs, error) from error

    def _failed(self, inputs: Tensor, error: Exception) -> WrapError:
        kind = str(inputs.dtype).removeprefix("torch.")
        message = " ".join(str(error).split())[:_SHORT]
        expected = f"forward to read {kind} of shape {tuple(inputs.shape)}"
        layers = [
            repr(name)
            for name, module in self._module.named_modules()
            if isinstance(module, LAYER_CLASSES) and not module.batch_first
        ]
        came = f"it raised {type(error).__name__}: {message}"
        remedy = f"{', '.join(layers)} has batch_first=False: does forward want (step, text)? "
        return WrapError(expected, came, remedy + STEPS_FIRST if layers else "")


def _signature(module: nn.Module) -> inspect.Signature | None:
    """Return the signature of forward, if it is known."""
    forward: Callable[..., Any] = getattr(module, "_orig_mod", module).forward
    code = getattr(getattr(forward, "__func__", forward), "__code__", None)
    # torch.no_grad() and the like change nothing; another decorator may supply the lengths.
    changes_nothing = code is not None and code.co_filename.startswith(_PYTORCH)
    try:
        return inspect.signature(forward, follow_wrapped=changes_nothing)
    except (TypeError, ValueError):
        return None


def _names(signature: inspect.Signature | None) -> tuple[str | None, str | None]:
    """Return the names of the parameters for the text and for its lengths; None for none.

    Raises:
        WrapError: other parameters are required.
    """
    if signature is None:
        return None, None
    given = [p for p in signature.parameters.values() if p.kind not in _ANY]
    needed = [p.name for p in given if p.default is p.empty]
    lengths = [name for name in needed if _LENGTHS.fullmatch(name.lower())]
    others = [name for name in needed if name not in lengths]
    if not others:  # the text is optional, or called something like a length
        others = [p.name for p in given if p.kind < p.KEYWORD_ONLY][:1]
        lengths = [name for name in lengths if name not in others]
    more = others[1:] + lengths[1:]
    if more:
        raise WrapError(
            "forward(text), or forward(text, lengths)",
            f"forward({', '.join(needed)}) also needs {' and '.join(map(repr, more))}",
            "Give the other parameters a default, or wrap a small module whose forward(text) calls "
            "this one with all that it needs.",
        )
    return next(iter(others), None), next(iter(lengths), None)
