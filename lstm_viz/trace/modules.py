"""Which modules can be recorded, and of which layers do they consist?"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from torch import nn

from lstm_viz.errors import (
    NoRecurrentModuleError,
    UnknownModuleError,
    UnsupportedModuleError,
)
from lstm_viz.trace.cells import CELLS, Cell, CellKind, cell_of_kind
from lstm_viz.trace.layer_trace import Direction
from lstm_viz.trace.unknown_recurrent import named_like_recurrent, refuse_unknown_recurrent

LAYER_CLASSES = tuple(dict.fromkeys(cell.layer_class for cell in CELLS.values()))
STEP_CLASSES = tuple(dict.fromkeys(cell.step_class for cell in CELLS.values()))
Module = nn.RNNBase | nn.RNNCellBase

_SUPPORTED: tuple[type[Module], ...] = (*LAYER_CLASSES, *STEP_CLASSES)
_OR_NAME = "Or name those to record: record(model, modules=[...])."
_NAMES = tuple(f"nn.{one.__name__}" for one in _SUPPORTED)
_DIRECTIONS: tuple[Direction, ...] = ("forward", "backward")


@dataclass(frozen=True, slots=True)
class LayerSlot:
    """One layer of a module, in one direction.

    Attributes:
        layer: 0 for the layer that reads the input.
        direction: in which it reads.
        row: index of its states among those of the module.
        last: whether its hidden states are in the module's output.
    """

    layer: int
    direction: Direction
    row: int
    last: bool

    @property
    def backward(self) -> bool:
        """Whether it reads the last step first."""
        return self.direction == "backward"


def layers_in(module: Module) -> Iterator[list[LayerSlot]]:
    """Return the layers of a module, each in its one or two directions."""
    if isinstance(module, nn.RNNCellBase):
        yield [LayerSlot(0, "forward", 0, last=True)]
        return
    directions = _DIRECTIONS[: directions_of(module)]
    for layer in range(module.num_layers):
        last = layer == module.num_layers - 1
        first_row = layer * len(directions)
        yield [
            LayerSlot(layer, direction, first_row + index, last)
            for index, direction in enumerate(directions)
        ]


def cell_of(module: Module) -> Cell:
    """Return the kind of cell that a module computes."""
    if isinstance(module, nn.RNNBase):
        return CELLS[module.mode]
    if isinstance(module, nn.RNNCell):
        return CELLS[f"RNN_{module.nonlinearity.upper()}"]
    return next(cell for cell in CELLS.values() if isinstance(module, cell.step_class))


def layer_class(kind: CellKind) -> Callable[..., nn.RNNBase]:
    """Return PyTorch's module of a kind of cell for whole sequences."""
    return cell_of_kind(kind).layer_class


def width_of(module: Module, quantity: str) -> int:
    """Return how many units a quantity has."""
    projected: int = getattr(module, "proj_size", 0)
    return projected if projected and quantity == "hidden_state" else module.hidden_size


def directions_of(module: Module) -> int:
    """Return 2 for a module that reads in both directions, else 1."""
    return 2 if getattr(module, "bidirectional", False) else 1


def rows_of(module: Module) -> int:
    """Return how many layers a module has, each direction counted."""
    return sum(len(slots) for slots in layers_in(module))


def recurrent_modules(model: nn.Module, names: Iterable[str] | None = None) -> dict[str, Module]:
    """Return the modules of a model that can be recorded, by name.

    A module that is shared has the first of its names.

    Args:
        model: to search.
        names: of those to record; by default all, and then nothing else may be recurrent.

    Raises:
        NoRecurrentModuleError: the model holds no recurrent module.
        UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
        UnknownModuleError: no recurrent module has one of the names.
    """
    every = {
        name: module
        for name, module in model.named_modules(remove_duplicate=names is None)
        if isinstance(module, nn.RNNBase | nn.RNNCellBase)
    }
    found = every if names is None else _named(every, [names] if isinstance(names, str) else names)
    if names is not None and not found:
        raise UnknownModuleError("", every)
    if not found:
        raise NoRecurrentModuleError(type(model).__name__, _NAMES, named_like_recurrent(model))
    for name, module in found.items():
        check(name, module)
    for name, module in model.named_modules():
        if any(inner is recorded for inner in module.modules() for recorded in found.values()):
            _check_around(name, module)
    if names is None:
        refuse_unknown_recurrent(model, found.values())
    return found


def _named(every: Mapping[str, Module], names: Iterable[str]) -> dict[str, Module]:
    found: dict[str, Module] = {}
    for name in names:
        if name not in every:
            raise UnknownModuleError(name, every)
        if all(every[name] is not other for other in found.values()):
            found[name] = every[name]
    return found


def check(name: str, module: nn.Module) -> None:
    """Refuse a module whose gates cannot be rebuilt exactly.

    Raises:
        UnsupportedModuleError: says why.
    """
    if not isinstance(module, _SUPPORTED):
        own = type(module)
        names = ", ".join(_NAMES)
        reason = (
            f"its class {own.__module__}.{own.__qualname__} is not one of PyTorch's own: {names}"
        )
        raise UnsupportedModuleError(name, reason, f"Use one of these in its place. {_OR_NAME}")
    if (
        isinstance(module, LAYER_CLASSES)
        and module.training
        and module.dropout
        and module.num_layers > 1
    ):
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)


def _check_around(name: str, module: nn.Module) -> None:
    """Refuse a wrapper that runs the modules inside it where they cannot be recorded."""
    if isinstance(module, nn.DataParallel) and len(module.device_ids) > 1:
        reason = "nn.DataParallel runs copies of it on several devices"
        remedy = "Record the module inside: model.module."
        raise UnsupportedModuleError(name, reason, remedy)
    compiled = hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None)
    if compiled and any(isinstance(inner, STEP_CLASSES) for inner in module.modules()):
        reason = (
            "torch.compile joins the steps of its cells into one, where they cannot be recorded"
        )
        remedy = "Record the module that was compiled: model._orig_mod, or one not compiled."
        raise UnsupportedModuleError(name, reason, remedy)


def base_class(module: Module) -> type[Module]:
    """Return PyTorch's own class of a module, which may be a subclass of it."""
    return next(one for one in _SUPPORTED if isinstance(module, one))


def overrides_forward(module: Module) -> bool:
    """Whether a module, or its class, has a forward of its own in place of PyTorch's."""
    return "forward" in vars(module) or type(module).forward is not base_class(module).forward
