"""Can a model obey what it is forced to? Asked before anything runs."""

from collections.abc import Mapping, Sequence

from lstm_viz.errors import ForceError, UnknownQuantityError
from lstm_viz.trace.force import Force
from lstm_viz.trace.force_numbers import Numbers
from lstm_viz.trace.kinds import Module, activated_in, layers_in, quantities_of, width_of


def check_forces(forces: Sequence[Force], modules: Mapping[str, Module]) -> None:
    """Refuse what is impossible for a model, before anything runs.

    Raises:
        UnknownQuantityError: no module concerned has such a gate or state.
        ForceError: there is no such module, layer, direction or unit, an array does not fit, or
            what is to lean goes through no activation.
    """
    for force in forces:
        if isinstance(force.number, Numbers):
            force.number.check()
        having = _having(force, modules)
        places = [(m, place) for m in having for group in layers_in(m) for place in group]
        concerned = [m for m, place in places if force.is_about(place)]
        if not concerned:
            there = "; ".join(dict.fromkeys(f"layer {p.layer} {p.direction}" for _, p in places))
            parts = "" if force.layer is None else f"layer {force.layer}", force.direction or ""
            asked = " ".join(filter(None, parts))
            raise ForceError(f"one of {there}", f"it is {asked}")
        for module in concerned:
            _check_units(force, width_of(module, force.quantity))


def _having(force: Force, modules: Mapping[str, Module]) -> list[Module]:
    """Return the modules that have what is forced, and can be forced in this way."""
    if force.module is not None and force.module not in modules:
        names = ", ".join(map(repr, modules))
        raise ForceError(f"one of the modules {names}", f"the module is {force.module!r}")
    meant = [m for name, m in modules.items() if force.module in (None, name)]
    having = [m for m in meant if force.quantity in quantities_of(m)]
    if not having:
        known = dict.fromkeys(name for m in meant for name in quantities_of(m))
        raise UnknownQuantityError(force.quantity, known)
    for module in having if force.lean is not None else ():
        if force.quantity not in activated_in(module):
            kind, can = type(module).__name__, " or ".join(activated_in(module))
            came = f"its {force.quantity} goes through no activation of its own"
            raise ForceError(f"{can} of the {kind} to lean", came)
    return having


def _check_units(force: Force, width: int) -> None:
    units = range(width) if force.units is None else force.units
    if max(units) >= width:
        raise ForceError(f"units from 0 to {width - 1}", f"unit {max(units)} came")
    asked = (None if force.steps is None else len(force.steps), len(units))
    for found, count in zip(reversed(force.shape), reversed(asked), strict=False):
        if count is not None and found not in (1, count):
            steps = "any number of" if force.steps is None else len(force.steps)
            raise ForceError(
                f"numbers for {steps} steps of {len(units)} units", f"their shape is {force.shape}"
            )
