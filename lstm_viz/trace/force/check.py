"""Can these forces act on a model? Checked before anything runs."""

from collections.abc import Mapping, Sequence

from lstm_viz.errors import ForceError, UnknownQuantityError
from lstm_viz.notation import in_order
from lstm_viz.trace.force.force import Force
from lstm_viz.trace.force.numbers import Numbers
from lstm_viz.trace.modules import Module, cell_of, layers_in, width_of


def check_forces(forces: Sequence[Force], modules: Mapping[str, Module]) -> None:
    """Refuse forces that are impossible for a model, before anything runs.

    Raises:
        UnknownQuantityError: none of the modules has such a gate or state.
        ForceError: there is no such module, layer, direction or unit, an array does not fit, or
            a quantity is to lean that has no activation.
    """
    for force in forces:
        if isinstance(force.number, Numbers):
            force.number.check()
        affected = _affected(force, modules)
        slots = [(m, slot) for m in affected for group in layers_in(m) for slot in group]
        matching = [module for module, slot in slots if force.acts_on(slot)]
        if not matching:
            present = "; ".join(dict.fromkeys(f"layer {s.layer} {s.direction}" for _, s in slots))
            parts = "" if force.layer is None else f"layer {force.layer}", force.direction or ""
            raise ForceError(f"one of {present}", f"it is {' '.join(filter(None, parts))}")
        for module in matching:
            _check_units(force, width_of(module, force.quantity))


def _affected(force: Force, modules: Mapping[str, Module]) -> list[Module]:
    """Return the modules that have the quantity, and can be forced in this way."""
    if force.module is not None and force.module not in modules:
        names = ", ".join(map(repr, modules))
        raise ForceError(f"one of the modules {names}", f"the module is {force.module!r}")
    affected = [m for name, m in modules.items() if force.applies_to(name, m)]
    if not affected:
        named = [m for name, m in modules.items() if force.module in (None, name)]
        known = dict.fromkeys(name for module in named for name in cell_of(module).names)
        raise UnknownQuantityError(force.quantity, known)
    for module in affected if force.lean is not None else ():
        activations = in_order(cell_of(module).activations)
        if force.quantity not in activations:
            expected = f"{' or '.join(activations)} of the {type(module).__name__} to lean"
            came = f"its {force.quantity} goes through no activation of its own"
            raise ForceError(expected, came)
    return affected


def _check_units(force: Force, width: int) -> None:
    units = range(width) if force.units is None else force.units
    if max(units) >= width:
        raise ForceError(f"units from 0 to {width - 1}", f"unit {max(units)} came")
    sizes = (None if force.steps is None else len(force.steps), len(units))
    for found, size in zip(reversed(force.shape), reversed(sizes), strict=False):
        if size is not None and found not in (1, size):
            steps = "any number of" if force.steps is None else len(force.steps)
            raise ForceError(
                f"numbers for {steps} steps of {len(units)} units", f"their shape is {force.shape}"
            )
