"""What would happen if a gate, a candidate or a state were something else?"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

from lstm_viz.errors import ForceError, UnknownQuantityError
from lstm_viz.notation import BY_NAME
from lstm_viz.trace.force.numbers import (
    LostNumbers,
    Numbers,
    comparison_key,
    known_numbers,
    numbers_of,
    tensor_like,
)
from lstm_viz.trace.force.places import places, ranges, short
from lstm_viz.trace.force.spelling import OPERATIONS, Find, fields_of, spelled
from lstm_viz.trace.modules import LayerSlot, Module, cell_of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Force:
    """Holds a quantity at a value, or changes it, while the model runs.

    Everything later depends on it: the cell state follows from forced gates, the hidden state from
    a forced cell state, the next step and the next layer from a forced hidden state. Of several
    forces on one place, leans act first; the others then act in the order in which they are given.

    A force never changes: arrays are copied. Two are equal, and have the same hash, if they make
    the same change in the same place: quantity, operation, numbers (as float64, whatever their
    type; -0.0 is 0.0), layer, direction, units, steps and module. ``str(force)`` is its spelling,
    which ``Force.parse`` reads.

    Attributes:
        quantity: a gate, "candidate", "cell_state" or "hidden_state".
        value: what it is set to: a number, or an array that broadcasts to the chosen
            (step, unit), or to (batch, step, unit). Values outside a gate's range are taken too.
            It is kept as a float, or as ``Numbers``, which numpy and torch take as an array.
        scale: what it is multiplied by, likewise.
        add: what is added to it, likewise.
        layer: counted from 0; all by default.
        direction: "forward" or "backward"; both by default.
        units: counted from 0; all by default. In order, each once; next to an array as given,
            since its numbers are in that order.
        steps: positions in the input, counted from 0 also where a layer reads backward; all by
            default, and in order likewise. Steps past the end of a sequence have no effect.
        module: name of the recurrent module inside the model; all by default.
        lean: what is added to what goes into the sigmoid or tanh of a gate or candidate, or into
            the activation of a plain RNN's hidden state. Exactly one of value, scale, add and lean
            is given. Recorded pre-activations do not include it.

    Raises:
        UnknownQuantityError: there is no such quantity; a ``ValueError`` too.
        ForceError: not one of value, scale, add and lean; one that is not finite; a layer, unit or
            step that is not a number from 0; a cell state that is to lean. A ``ValueError`` too.
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
    _: KW_ONLY
    lean: Any = None

    def __post_init__(self) -> None:
        """Refuse what is impossible for any model."""
        if not isinstance(self.quantity, str) or self.quantity not in BY_NAME:
            raise UnknownQuantityError(self.quantity, BY_NAME)
        if not isinstance(self.module, str | None):
            raise ForceError("the name of a module", f"{short(self.module)} came")
        given = [name for name in OPERATIONS if getattr(self, name) is not None]
        if len(given) != 1:
            came = f"{' and '.join(given) or 'none'} came"
            raise ForceError("one of value, scale, add and lean", came)
        if self.quantity == "cell_state" and self.lean is not None:
            raise ForceError(
                "a gate or the candidate, which go through an activation, to lean",
                "the cell state came",
            )
        object.__setattr__(self, self.operation, numbers_of(self.number))
        if self.direction not in (None, "forward", "backward"):
            raise ForceError("forward or backward", f"the direction is {short(self.direction)}")
        if self.layer is not None:
            object.__setattr__(self, "layer", places("a layer", [self.layer])[0])
        for name in ("units", "steps"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, self._in_order(name))

    def _in_order(self, name: str) -> tuple[int, ...]:
        chosen = places(name, getattr(self, name))
        once = set(chosen)
        if not self.shape:
            return tuple(sorted(once))
        if len(once) < len(chosen):
            raise ForceError(f"each of the {name} once", "one came twice, with two numbers")
        return chosen

    @classmethod
    def parse(cls, text: str, find: Find = known_numbers) -> "Force":
        """Read the spelling of a force, such as f@5:lean+3.41; words and layers count from 1.

        Args:
            text: see ``lstm_viz.trace.force.spelling``.
            find: returns the array with a shape and a digest; by default among those of all forces
                in this process.

        Raises:
            ForceError: the text is not a spelling of a force, or its array is not known.

        Law:
            ``Force.parse(str(force)) == force``, for a spelling of at most 1,048,576 characters.
        """
        return cls(**fields_of(text.strip() if isinstance(text, str) else text, find))

    @property
    def operation(self) -> str:
        """Which of value, scale, add and lean was given."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def number(self) -> Any:  # noqa: ANN401  (until checked, anything)
        """The number of the operation: a float, or ``Numbers``."""
        return getattr(self, self.operation)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its numbers; () for one."""
        return self.number.shape if isinstance(self.number, Numbers) else ()

    def __str__(self) -> str:
        """Return the spelling, for links and files."""
        return spelled(
            self.quantity,
            self.operation,
            self.number,
            layer=self.layer,
            direction=self.direction,
            units=self.units,
            steps=self.steps,
            module=self.module,
        )

    def describe(self) -> str:
        """Describe in words what is changed, and where; layers, units and steps count from 0."""
        signs = {"value": "=", "scale": "×", "add": "+", "lean": "leaned by"}
        array = f"array {self.shape}"
        if isinstance(self.number, LostNumbers):
            array += " that was not kept"
        number = array if self.shape else self._key()[2]
        text = f"{self.quantity} {signs[self.operation]} {number}"
        for name in ("module", "layer", "direction"):
            if getattr(self, name) is not None:
                text += f", {name} {getattr(self, name)}"
        for name in ("units", "steps"):
            if getattr(self, name) is not None:
                text += f", {name} {ranges(getattr(self, name), 0)}"
        return text

    def __repr__(self) -> str:
        given = {one.name: getattr(self, one.name) for one in fields(self)[1:]}
        named = [f", {name}={value!r}" for name, value in given.items() if value is not None]
        return f"Force({self.quantity!r}{''.join(named)})"

    def _key(self) -> tuple[Any, ...]:
        place = (self.layer, self.direction, self.units, self.steps, self.module)
        return (self.quantity, self.operation, comparison_key(self.number), *place)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Force) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def acts_on(self, slot: LayerSlot) -> bool:
        """Whether it acts on this layer, if the layer has such a quantity."""
        return self.layer in (None, slot.layer) and self.direction in (None, slot.direction)

    @property
    def depends_on_step(self) -> bool:
        """Whether it names steps, or has a number for each step."""
        return self.steps is not None or self._has_steps

    @property
    def _has_steps(self) -> bool:
        return len(self.shape) > 1 and self.shape[-2] > 1

    def applies_to(self, name: str, module: Module) -> bool:
        """Whether it acts on a module of this name, which has the quantity."""
        return self.module in (None, name) and self.quantity in cell_of(module).names

    def acts_in(self, steps: range) -> bool:
        """Whether it acts at some of these steps."""
        return self.steps is None or any(step in steps for step in self.steps)

    def for_steps(self, steps: range, batch: int) -> "Force":
        """Return the force on a part of a sequence, with steps counted from the part's first.

        Args:
            steps: of the sequence that are in the part.
            batch: rows of the part; where a batch shrinks, the first ones are left.

        Raises:
            ForceError: it has no numbers for some of these steps.
        """
        numbers = self.number
        chosen = tuple(steps) if self.steps is None else [s for s in self.steps if s in steps]
        if self._has_steps:
            rows = list(chosen) if self.steps is None else list(map(self.steps.index, chosen))
            if max(rows) >= self.shape[-2]:
                came = f"a sequence has more than the {self.shape[-2]} that are given"
                raise ForceError("numbers for every step", came)
            numbers = numbers.rows(rows)
        if len(self.shape) > 2 and self.shape[0] > batch:
            numbers = numbers.first(batch)
        inside = tuple(step - steps.start for step in chosen)
        return replace(self, **{"steps": inside, self.operation: numbers})

    def apply(self, quantity: Tensor, mask: Tensor, amount: Tensor) -> Tensor:
        """Return a quantity of one step, or what goes into its activation, after the change."""
        if self.operation == "value":
            return torch.where(mask, amount, quantity)
        scaled = self.operation == "scale"
        return torch.where(mask, quantity * amount if scaled else quantity + amount, quantity)

    def mask_and_amount(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """Return where it acts, and with which number, for every step and unit of a call.

        Args:
            like: any tensor of the type and device with the axes (step, batch, unit).

        Raises:
            ForceError: the numbers do not fit the chosen steps and units.
        """
        steps, batch, units = like.shape
        at_steps = range(steps) if self.steps is None else self.steps
        at_units = range(units) if self.units is None else self.units
        given = tensor_like(self.number, like)
        try:
            numbers = given.broadcast_to(batch, len(at_steps), len(at_units)).transpose(0, 1)
        except RuntimeError as error:
            expected = f"numbers for {len(at_steps)} steps of {len(at_units)} units"
            raise ForceError(expected, f"their shape is {tuple(given.shape)}") from error
        reached = [index for index, step in enumerate(at_steps) if step < steps]
        rows = torch.tensor([at_steps[index] for index in reached], dtype=torch.long)
        columns = torch.tensor(list(at_units), dtype=torch.long)
        axes = (rows[:, None, None], torch.arange(batch)[:, None], columns)
        chosen = tuple(index.to(like.device) for index in axes)
        mask = torch.zeros(like.shape, dtype=torch.bool, device=like.device)
        mask[chosen] = True
        return mask, torch.zeros_like(like).index_put(chosen, numbers[reached])


def listed_forces(force: Force | Iterable[Force]) -> tuple[Force, ...]:
    """Return one force, or several, as a tuple.

    Raises:
        ForceError: something else is among them.
    """
    if isinstance(force, Force):
        return (force,)
    forces: tuple[Any, ...] = (force,)
    if isinstance(force, Iterable) and not isinstance(force, str):
        forces = tuple(force)
    for one in forces:
        if not isinstance(one, Force):
            raise ForceError("a Force, or several", f"{short(one)} came")
    return forces
