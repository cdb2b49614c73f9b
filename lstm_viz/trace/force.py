"""What would happen if a gate, a candidate or a state were something else?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from numbers import Integral
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lstm_viz.errors import ForceError, UnknownQuantityError
from lstm_viz.notation import BY_NAME
from lstm_viz.trace.kinds import Module, Place, layers_in, quantities_of, width_of

_WAYS = ("value", "scale", "add")
_MOST = 2**20  # units or steps that can be named


@dataclass(frozen=True, slots=True, eq=False)
class Force:
    """Holds a quantity at a value, or changes it, while the model runs.

    What comes later sees it: the cell state follows from forced gates, the hidden state from a
    forced cell state, the next step and the next layer from a forced hidden state. Several forces
    on the same place act in the order in which they are given.

    Attributes:
        quantity: a gate, "candidate", "cell_state" or "hidden_state".
        value: what it is set to: a number, or an array that broadcasts to the chosen
            (step, unit), or to (batch, step, unit). Values outside a gate's range are taken too.
        scale: what it is multiplied with, likewise.
        add: what is added to it, likewise. One of the three is given.
        layer: counted from 0; all by default.
        direction: "forward" or "backward"; both by default.
        units: counted from 0; all by default.
        steps: positions in the input, counted from 0 also where a layer reads backward; all by
            default. Steps that a sequence does not reach have nothing to act on.
        module: name of the recurrent module inside the model; all by default.

    Raises:
        UnknownQuantityError: there is no such quantity; a ``ValueError`` too.
        ForceError: not one of value, scale and add; one that is not finite; a layer, unit or step
            that is no number from 0. A ``ValueError`` too.
    """

    quantity: str
    value: Any = None
    scale: Any = None
    add: Any = None
    layer: Any = None
    direction: str | None = None
    units: Any = None
    steps: Any = None
    module: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is impossible for any model."""
        if not isinstance(self.quantity, str) or self.quantity not in BY_NAME:
            raise UnknownQuantityError(self.quantity, BY_NAME)
        if not isinstance(self.module, str | None):
            raise ForceError("the name of a module", f"{self.module!r} came")
        if sum(getattr(self, way) is not None for way in _WAYS) != 1:
            given = [way for way in _WAYS if getattr(self, way) is not None]
            raise ForceError("one of value, scale and add", f"{' and '.join(given) or 'none'} came")
        object.__setattr__(self, self.way, _finite(getattr(self, self.way)))
        if self.direction not in (None, "forward", "backward"):
            raise ForceError("forward or backward", f"the direction is {self.direction!r}")
        if self.layer is not None:
            object.__setattr__(self, "layer", _places("a layer", [self.layer])[0])
        is_array = torch.as_tensor(getattr(self, self.way)).dim() > 0
        for name in ("units", "steps"):
            if getattr(self, name) is not None:
                places = _places(name, getattr(self, name))
                once = tuple(dict.fromkeys(places))
                if is_array and len(once) < len(places):
                    raise ForceError(f"each of the {name} once", "one came twice, with two numbers")
                object.__setattr__(self, name, once)

    def __str__(self) -> str:
        """Say in words what is changed, and where."""
        signs = {"value": "=", "scale": "×", "add": "+"}
        number = getattr(self, self.way)
        shape = tuple(torch.as_tensor(number).shape)
        said = f"{self.quantity} {signs[self.way]} {f'array {shape}' if shape else number}"
        for name in ("module", "layer", "direction"):
            if getattr(self, name) is not None:
                said += f", {name} {getattr(self, name)}"
        for name in ("units", "steps"):
            if getattr(self, name) is not None:
                said += f", {name} {_ranges(getattr(self, name))}"
        return said

    @property
    def way(self) -> str:
        """Which of value, scale and add was given."""
        return next(way for way in _WAYS if getattr(self, way) is not None)

    def is_about(self, place: Place) -> bool:
        """Whether it acts on this layer, if the layer has such a quantity."""
        return self.layer in (None, place.layer) and self.direction in (None, place.direction)

    @property
    def by_step(self) -> bool:
        """Whether what it does depends on the step: some are chosen, or each has its number."""
        shape = torch.as_tensor(getattr(self, self.way)).shape
        return self.steps is not None or (len(shape) > 1 and shape[-2] > 1)

    def concerns(self, name: str, module: Module) -> bool:
        """Whether a module of this name has what it changes."""
        return self.module in (None, name) and self.quantity in quantities_of(module)

    def reaches(self, steps: range) -> bool:
        """Whether it acts at some of these steps."""
        return self.steps is None or any(step in steps for step in self.steps)

    def within(self, steps: range, batch: int) -> "Force":
        """Return the same for a part of a sequence, whose steps are counted from its own first.

        Args:
            steps: of the sequence that are in the part.
            batch: its rows; where a batch shrinks, the first ones are left.

        Raises:
            ForceError: it has no numbers for some of these steps.
        """
        numbers = torch.as_tensor(getattr(self, self.way))
        chosen = tuple(steps) if self.steps is None else [s for s in self.steps if s in steps]
        changes: dict[str, Any] = {"steps": tuple(step - steps.start for step in chosen)}
        if numbers.dim() > 1 and numbers.shape[-2] > 1:
            at = list(chosen) if self.steps is None else [self.steps.index(step) for step in chosen]
            if max(at) >= numbers.shape[-2]:
                came = f"a sequence has more than the {numbers.shape[-2]} that are given"
                raise ForceError("numbers for every step", came)
            changes[self.way] = numbers.index_select(-2, torch.tensor(at))
        if numbers.dim() > 2 and numbers.shape[0] > batch:
            changes[self.way] = changes.get(self.way, numbers)[:batch]
        return replace(self, **changes)

    def applied(self, quantity: Tensor, chosen: Tensor, number: Tensor) -> Tensor:
        """Return the quantity of one step with this change where it is chosen."""
        changed = {"value": number, "scale": quantity * number, "add": quantity + number}
        return torch.where(chosen, changed[self.way], quantity)

    def spread(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """Return where it acts, and with which number, at every place of a call.

        Args:
            like: any tensor of the type and device with the axes (step, batch, unit).

        Raises:
            ForceError: the numbers do not fit the chosen steps and units.
        """
        steps, batch, units = like.shape
        at_steps = range(steps) if self.steps is None else self.steps
        at_units = range(units) if self.units is None else self.units
        given = torch.as_tensor(getattr(self, self.way), dtype=like.dtype, device=like.device)
        try:
            numbers = given.broadcast_to(batch, len(at_steps), len(at_units)).transpose(0, 1)
        except RuntimeError as error:
            expected = f"numbers for {len(at_steps)} steps of {len(at_units)} units"
            raise ForceError(expected, f"their shape is {tuple(given.shape)}") from error
        reached = [index for index, step in enumerate(at_steps) if step < steps]
        rows = torch.tensor([at_steps[index] for index in reached], dtype=torch.long)
        columns = torch.tensor(list(at_units), dtype=torch.long)
        places = tuple(
            index.to(like.device)
            for index in (rows[:, None, None], torch.arange(batch)[:, None], columns)
        )
        chosen = torch.zeros(like.shape, dtype=torch.bool, device=like.device)
        chosen[places] = True
        return chosen, torch.zeros_like(like).index_put(places, numbers[reached])


def listed_forces(force: Force | Iterable[Force]) -> tuple[Force, ...]:
    """Return forces as they are given: several, or one."""
    if isinstance(force, Force):
        return (force,)
    forces: tuple[Any, ...] = (force,)
    if isinstance(force, Iterable) and not isinstance(force, str):
        forces = tuple(force)
    for one in forces:
        if not isinstance(one, Force):
            raise ForceError("a Force, or several", f"{_short(one)} came")
    return forces


def check_forces(forces: Sequence[Force], modules: Mapping[str, Module]) -> None:
    """Refuse what is impossible for a model, before anything runs.

    Raises:
        UnknownQuantityError: no module concerned has such a gate or state.
        ForceError: there is no such module, layer, direction or unit, or an array does not fit.
    """
    for force in forces:
        if force.module is not None and force.module not in modules:
            names = ", ".join(map(repr, modules))
            raise ForceError(f"one of the modules {names}", f"the module is {force.module!r}")
        meant = [m for name, m in modules.items() if force.module in (None, name)]
        having = [m for m in meant if force.quantity in quantities_of(m)]
        if not having:
            known = dict.fromkeys(name for m in meant for name in quantities_of(m))
            raise UnknownQuantityError(force.quantity, known)
        places = [(m, place) for m in having for group in layers_in(m) for place in group]
        concerned = [m for m, place in places if force.is_about(place)]
        if not concerned:
            there = "; ".join(dict.fromkeys(f"layer {p.layer} {p.direction}" for _, p in places))
            asked = f"layer {force.layer} {force.direction or ''}".strip()
            raise ForceError(f"one of {there}", f"it is {asked}")
        for module in concerned:
            _check_units(force, width_of(module, force.quantity))


def _check_units(force: Force, width: int) -> None:
    units = range(width) if force.units is None else force.units
    if max(units) >= width:
        raise ForceError(f"units from 0 to {width - 1}", f"unit {max(units)} came")
    shape = tuple(torch.as_tensor(getattr(force, force.way)).shape)
    asked = (None if force.steps is None else len(force.steps), len(units))
    for found, count in zip(reversed(shape), reversed(asked), strict=False):
        if count is not None and found not in (1, count):
            steps = "any number of" if force.steps is None else len(force.steps)
            raise ForceError(
                f"numbers for {steps} steps of {len(units)} units", f"their shape is {shape}"
            )


def _places(what: str, chosen: Any) -> tuple[int, ...]:  # noqa: ANN401  (whatever came)
    """Return numbers that count from 0; a single one counts as a list of one."""
    try:
        given = chosen.tolist() if isinstance(chosen, Tensor | np.ndarray) else chosen
        single = isinstance(given, Integral)
        places = (given,) if single else tuple(islice(iter(given), _MOST + 1))
    except (TypeError, RuntimeError, NotImplementedError):
        raise ForceError(f"{what} as numbers from 0", f"{_short(chosen)} came") from None
    if len(places) > _MOST:
        raise ForceError(f"at most {_MOST:,} {what}", "there are more")
    wrong = [p for p in places if not isinstance(p, Integral) or isinstance(p, bool) or p < 0]
    if wrong or not places:
        came = f"{_short(wrong[0])} came" if wrong else "there is none"
        raise ForceError(f"{what} as numbers from 0", came)
    return tuple(int(place) for place in places)


def _short(value: object) -> str:
    """Return how something is written, cut where it is long."""
    said = repr(value)
    return said if len(said) <= 100 else f"{said[:100]}…"


def _ranges(numbers: Sequence[int]) -> str:
    """Write numbers shortly: 2 to 5 and 9."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and list(numbers) == list(range(first, last + 1)):
        return f"{first} to {last}"
    return ", ".join(map(str, numbers))


def _finite(given: Any) -> Any:  # noqa: ANN401  (whatever torch can read)
    if isinstance(given, np.ndarray):  # a copy: it may be frozen, or change later
        given = given.astype(given.dtype.newbyteorder("="))
    try:
        numbers = torch.as_tensor(given)
        others = numbers.layout != torch.strided, numbers.is_quantized, numbers.is_nested
        if numbers.is_meta or any(others):
            raise TypeError("not a plain array")
        plain = numbers.dtype != torch.bool and not numbers.is_complex()
        finite = plain and bool(numbers.isfinite().all())
    except (TypeError, ValueError, RuntimeError, NotImplementedError, OverflowError) as error:
        raise ForceError("a number or an array of numbers", f"{_short(given)} came") from error
    if not finite:
        raise ForceError("finite numbers", f"{_short(given)} came")
    return given
