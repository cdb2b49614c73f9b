"""The numbers of a force: immutable, and comparable.

One number is a Python float. Several are ``Numbers``: a copy of the array, equal to others of the
same shape and values, whatever their type, and found by a short digest as long as they live.
"""

import sys
from hashlib import blake2b
from typing import Any, NoReturn
from weakref import WeakValueDictionary

import numpy as np
import torch
from torch import Tensor
from torch.autograd import forward_ad

from lstm_viz.errors import ForceError
from lstm_viz.trace.concrete_values import is_transformed, without_transforms
from lstm_viz.trace.force.places import short

UNKNOWN = "unknown"  # stands for a digest
_MOST_AXES = 3  # batch, step and unit
_TYPED = (Tensor, np.ndarray, np.generic)
_unpack_dual: Any = forward_ad.unpack_dual  # which has no type stub
Source = tuple[Tensor, int]  # the tensor that was passed, and its version then


class Numbers:
    """The numbers of a force that are an array.

    numpy and torch take them as an array (``np.asarray``, ``torch.as_tensor``): each time a copy.

    Attributes:
        shape: of the array.
    """

    __slots__ = ("__weakref__", "_digest", "_source", "_values", "shape")

    def __init__(self, values: Tensor, source: Source | None = None) -> None:
        """Take a tensor that is not changed any more.

        Args:
            values: finite numbers.
            source: the tensor that is to receive gradients, and its version.
        """
        self.shape = tuple(values.shape)
        self._values = values
        self._source = source
        self._digest: str | None = None

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that identify the shape and the values, as float64."""
        if self._digest is None:
            values = self._plain().numpy()
            found = blake2b(repr(self.shape).encode(), digest_size=16)
            found.update((values + 0.0).astype("<f8").tobytes())  # so that -0.0 is 0.0
            self._digest = found.hexdigest()
        return self._digest

    def check(self) -> None:
        """Refuse numbers whose source was changed in place since.

        Raises:
            ForceError: a tensor that is to receive gradients has other numbers by now.
        """
        if self._source and self._source[0]._version != self._source[1]:
            came = "it was changed in place since; make the Force anew"
            raise ForceError("a tensor to be learned as it was when the Force was made", came)

    def tensor(self) -> Tensor:
        """Return the numbers, to be read alone.

        Raises:
            ForceError: see ``check``.
        """
        self.check()
        return self._values

    def plain(self) -> np.ndarray:
        """Return the numbers that the Force was made with, also if they have been learned since."""
        return np.array(self._plain().numpy())

    def number(self) -> float:
        """Return the one number of a shape of ()."""
        return float(self._plain()) + 0.0

    def _plain(self) -> Tensor:
        # Unwrapped last: inside torch.func, whatever is computed is wrapped again.
        found = without_transforms(self._values.detach().to("cpu", torch.float64))
        plain: Tensor = _unpack_dual(found).primal
        return plain

    def rows(self, chosen: list[int]) -> "Numbers":
        """Return the numbers of some steps."""
        at = torch.tensor(chosen, device=self._values.device)
        return Numbers(self._values.index_select(-2, at), self._source)

    def first(self, batch: int) -> "Numbers":
        """Return the numbers of the first rows of a batch."""
        return Numbers(self._values[:batch], self._source)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:  # noqa: ANN401
        if copy is False:
            raise ValueError("the numbers of a force are given out as a copy")
        values = self.tensor().detach().cpu()
        whole = values.float() if values.dtype == torch.bfloat16 else values
        return np.array(whole.numpy(), dtype)

    def __dlpack__(self, **options: Any) -> Any:  # noqa: ANN401  (a capsule)
        return self.tensor().detach().clone().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:  # noqa: ANN401  (what torch says)
        return self._values.__dlpack_device__()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Numbers):
            return NotImplemented
        return self is other or (self.shape == other.shape and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __copy__(self) -> "Numbers":
        return self

    def __deepcopy__(self, memo: object) -> "Numbers":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return numbers_of, (self._values.detach(),)

    def __repr__(self) -> str:
        return f"Numbers({' × '.join(map(str, self.shape))}, {self.digest[:8]})"


class LostNumbers(Numbers):
    """Numbers of which only the shape is known, as in older files. Equal to no others."""

    __slots__ = ()

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(torch.empty(0))
        self.shape = shape

    @property
    def digest(self) -> str:
        """Return a word that is no digest."""
        return UNKNOWN

    def check(self) -> NoReturn:
        """Refuse to be used.

        Raises:
            ForceError: always.
        """
        came = "the file that it was read from has only their shape"
        raise ForceError("the numbers of this force", came)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return LostNumbers, (self.shape,)


_ALIVE: WeakValueDictionary[int, Numbers] = WeakValueDictionary()


def numbers_of(given: Any) -> float | Numbers:  # noqa: ANN401  (whatever torch can read)
    """Return a number as a float, or an array as immutable ``Numbers``.

    Raises:
        ForceError: it is not a number, not finite, or an array of more than three axes.
    """
    if isinstance(given, Numbers):
        return given
    if type(given) in (float, int) and abs(given) <= sys.float_info.max:  # so NaN goes on
        return float(given) + 0.0  # so that -0.0 is 0.0
    if isinstance(given, np.ma.MaskedArray):
        raise ForceError("numbers at every place", "a masked array came; fill it, or name units")
    values = _finite(given)
    if values.dim() > _MOST_AXES:
        raise ForceError("at most the axes batch, step and unit", f"there are {values.dim()}")
    transformed = is_transformed(values)
    followed = transformed or _unpack_dual(values).tangent is not None
    if not values.dim() and not values.requires_grad and not followed:
        return float(values) + 0.0
    # Also outside the graph for now, the copy must pass gradients on.
    with torch.inference_mode(mode=False), torch.enable_grad():
        copied = values.clone()
    learned = values.requires_grad and not transformed and not values.is_inference()
    found = Numbers(copied, (values, values._version) if learned else None)
    _ALIVE[id(found)] = found
    return found


def known_numbers(shape: tuple[int, ...], digest: str) -> Numbers:
    """Return the numbers with this digest, of some force in this process.

    Raises:
        ForceError: there are none.
    """
    for reference in _ALIVE.valuerefs():
        numbers = reference()
        if numbers is not None and numbers.shape == shape and numbers.digest == digest:
            return numbers
    expected = "an array that a force in this program has"
    raise ForceError(expected, f"no array is known by #{digest[:32]}; give the numbers themselves")


def comparison_key(number: float | Numbers) -> object:
    """Return the key by which numbers are compared."""
    if isinstance(number, Numbers) and not number.shape:
        return number.number()
    return number


def tensor_like(number: float | Numbers, like: Tensor) -> Tensor:
    """Return a number, or numbers, as a tensor of the type and on the device of another.

    Raises:
        ForceError: it is too large for this type, or ``Numbers.check`` refuses it.
    """
    exact = torch.float64
    given = number.tensor() if isinstance(number, Numbers) else torch.tensor(number, dtype=exact)
    found = given.to(like.dtype)
    if found.dtype != given.dtype and not bool(found.isfinite().all()):
        kind = str(like.dtype).removeprefix("torch.")
        raise ForceError(f"numbers that a {kind} holds", "a larger one came")
    return found.to(like.device)


def _finite(given: Any) -> Tensor:  # noqa: ANN401  (whatever torch can read)
    if isinstance(given, np.ndarray):  # perhaps read-only, or of another byte order
        given = given.astype(given.dtype.newbyteorder("="))
    try:
        numbers = torch.as_tensor(given)
        if not isinstance(given, _TYPED) and numbers.dtype.is_floating_point:
            numbers = torch.as_tensor(given, dtype=torch.float64)  # as exact as Python's numbers
        others = numbers.layout != torch.strided, numbers.is_quantized, numbers.is_nested
        if numbers.is_meta or any(others):
            raise TypeError("not a plain array")
        plain = numbers.dtype != torch.bool and not numbers.is_complex()
        finite = plain and bool(numbers.isfinite().all())
    except (TypeError, ValueError, RuntimeError, NotImplementedError, OverflowError) as error:
        raise ForceError("a number or an array of numbers", f"{short(given)} came") from error
    if not finite:
        raise ForceError("finite numbers", f"{short(given)} came")
    return numbers
