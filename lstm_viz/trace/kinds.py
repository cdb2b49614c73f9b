"""Which modules can be recorded, and of which layers do they consist?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from torch import nn

from lstm_viz.errors import (
    NoRecurrentModuleError,
    UnknownModuleError,
    UnsupportedModuleError,
)
from lstm_viz.notation import GRU, LSTM, RNN
from lstm_viz.trace.layers import Direction
from lstm_viz.trace.lookalikes import lookalikes, refuse_others

FUSED = (nn.LSTM, nn.GRU, nn.RNN)
CELLS = (nn.LSTMCell, nn.GRUCell, nn.RNNCell)
Module = nn.RNNBase | nn.RNNCellBase

_SUPPORTED = (*FUSED, *CELLS)
_OR_NAME = "Or name those to record: record(model, modules=[...])."
_NAMES = tuple(f"nn.{kind.__name__}" for kind in _SUPPORTED)
_DIRECTIONS: tuple[Direction, ...] = ("forward", "backward")
_QUANTITIES = {"LSTM": LSTM, "GRU": GRU, "RNN_TANH": RNN, "RNN_RELU": RNN}


@dataclass(frozen=True, slots=True)
class Place:
    """One layer of a module, in one direction.

    Attributes:
        layer: 0 for the layer that reads the input.
        direction: in which it reads.
        row: where its states stand among those of the module.
        last: whether the module puts out its hidden states.
    """

    layer: int
    direction: Direction
    row: int
    last: bool

    @property
    def backward(self) -> bool:
        """Whether it reads the last step first."""
        return self.direction == "backward"


def layers_in(module: Module) -> Iterator[list[Place]]:
    """Return the layers of a module, each in its one or two directions."""
    if isinstance(module, nn.RNNCellBase):
        yield [Place(0, "forward", 0, last=True)]
        return
    ways = _DIRECTIONS[: directions_of(module)]
    for layer in range(module.num_layers):
        last = layer == module.num_layers - 1
        yield [Place(layer, way, layer * len(ways) + at, last) for at, way in enumerate(ways)]


def mode_of(module: Module) -> str:
    """Return the name that PyTorch gives to its kind: LSTM, GRU, RNN_TANH or RNN_RELU."""
    if isinstance(module, nn.RNNBase):
        return str(module.mode)
    if isinstance(module, nn.RNNCell):
        return f"RNN_{module.nonlinearity.upper()}"
    return "LSTM" if isinstance(module, nn.LSTMCell) else "GRU"


def quantities_of(module: Module) -> tuple[str, ...]:
    """Return the names of what it computes at each step."""
    return tuple(quantity.name for quantity in _QUANTITIES[mode_of(module)])


def activated_in(module: Module) -> tuple[str, ...]:
    """Return the names of what goes through an activation of its own."""
    gates = (name for name in quantities_of(module) if not name.endswith("_state"))
    return tuple(gates) or ("hidden_state",)


def width_of(module: Module, quantity: str) -> int:
    """Return how many units a quantity has."""
    projected: int = getattr(module, "proj_size", 0)
    return projected if projected and quantity == "hidden_state" else module.hidden_size


def directions_of(module: Module) -> int:
    """Return 2 for a module that reads in both directions, else 1."""
    return 2 if getattr(module, "bidirectional", False) else 1


def rows_of(module: Module) -> int:
    """Return how many layers a module has, each direction counted."""
    return sum(len(places) for places in layers_in(module))


def recurrent_modules(model: nn.Module, names: Iterable[str] | None = None) -> dict[str, Module]:
    """Return what can be recorded in a model, by name; a shared module has its first name.

    Args:
        model: to search.
        names: of those that are meant; without, it is every one, and nothing recurrent may be left.

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
        raise NoRecurrentModuleError(type(model).__name__, _NAMES, lookalikes(model))
    for name, module in found.items():
        check(name, module)
    for name, module in model.named_modules():
        if any(inner is meant for inner in module.modules() for meant in found.values()):
            _check_around(name, module)
    if names is None:
        refuse_others(model, found.values())
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
        kinds = ", ".join(_NAMES)
        kind = type(module)
        reason = (
            f"its class {kind.__module__}.{kind.__qualname__} is none of PyTorch's own: {kinds}"
        )
        raise UnsupportedModuleError(name, reason, f"Use one of these in its place. {_OR_NAME}")
    if isinstance(module, FUSED) and module.training and module.dropout and module.num_layers > 1:
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)


def _check_around(name: str, module: nn.Module) -> None:
    """Refuse what runs the modules inside it where they cannot be watched."""
    if isinstance(module, nn.DataParallel) and len(module.device_ids) > 1:
        reason = "nn.DataParallel runs copies of it on several devices"
        remedy = "Record the module inside: model.module."
        raise UnsupportedModuleError(name, reason, remedy)
    compiled = hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None)
    if compiled and any(isinstance(inner, CELLS) for inner in module.modules()):
        reason = "torch.compile joins the steps of its cells into one, past all that watches them"
        remedy = "Record the module that was compiled: model._orig_mod, or one not compiled."
        raise UnsupportedModuleError(name, reason, remedy)


def kind_of(module: Module) -> type[Module]:
    """Return PyTorch's own class of a module, which may be a subclass of it."""
    return next(kind for kind in _SUPPORTED if isinstance(module, kind))


def overrides_forward(module: Module) -> bool:
    """Whether a module, or its class, has a forward of its own in place of PyTorch's."""
    return "forward" in vars(module) or type(module).forward is not kind_of(module).forward
