"""Which modules can be recorded, and of which layers do they consist?"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from lstm_viz.errors import NoRecurrentModuleError, UnsupportedModuleError
from lstm_viz.notation import GRU, LSTM, RNN
from lstm_viz.trace.layers import Direction

FUSED = (nn.LSTM, nn.GRU, nn.RNN)
CELLS = (nn.LSTMCell, nn.GRUCell, nn.RNNCell)
Module = nn.RNNBase | nn.RNNCellBase

_SUPPORTED = (*FUSED, *CELLS)
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
        suffix: how the names of its weights end.
        last: whether the module puts out its hidden states.
    """

    layer: int
    direction: Direction
    row: int
    suffix: str
    last: bool

    @property
    def backward(self) -> bool:
        """Whether it reads the last step first."""
        return self.direction == "backward"


def layers_in(module: Module) -> Iterator[list[Place]]:
    """Return the layers of a module, each in its one or two directions."""
    if isinstance(module, nn.RNNCellBase):
        yield [Place(0, "forward", 0, "", last=True)]
        return
    ways = _DIRECTIONS[: directions_of(module)]
    for layer in range(module.num_layers):
        last = layer == module.num_layers - 1
        yield [
            Place(layer, way, layer * len(ways) + at, f"_l{layer}{'_reverse' * at}", last)
            for at, way in enumerate(ways)
        ]


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


def recurrent_modules(model: nn.Module) -> dict[str, Module]:
    """Return what can be recorded in a model, by name; a shared module has its first name.

    Raises:
        NoRecurrentModuleError: the model holds no recurrent module.
        UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
    """
    found: dict[str, Module] = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.RNNBase | nn.RNNCellBase)
    }
    if not found:
        raise NoRecurrentModuleError(type(model).__name__, _NAMES, _lookalikes(model))
    for name, module in found.items():
        check(name, module)
    for name, module in model.named_modules():
        _check_around(name, module)
    return found


def check(name: str, module: nn.Module) -> None:
    """Refuse a module whose gates cannot be rebuilt exactly.

    Raises:
        UnsupportedModuleError: says why.
    """
    if not isinstance(module, _SUPPORTED):
        kinds = ", ".join(_NAMES)
        reason = f"nn.{type(module).__name__} is not among {kinds}"
        raise UnsupportedModuleError(name, reason, f"Use one of {kinds} in its place.")
    if isinstance(module, FUSED) and module.training and module.dropout and module.num_layers > 1:
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)


def _check_around(name: str, module: nn.Module) -> None:
    """Refuse what runs the modules inside it in a way that hooks do not see."""
    if isinstance(module, nn.DataParallel) and len(module.device_ids) > 1:
        reason = "nn.DataParallel runs copies of it on several devices"
        remedy = "Record the module inside: model.module."
        raise UnsupportedModuleError(name, reason, remedy)
    compiled = hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None)
    if compiled and any(isinstance(inner, CELLS) for inner in module.modules()):
        reason = "torch.compile joins the steps of its cells into one, past all hooks"
        remedy = "Record the module that was compiled: model._orig_mod, or one not compiled."
        raise UnsupportedModuleError(name, reason, remedy)


def is_written_anew(module: Module) -> bool:
    """Whether a subclass has a forward of its own, of which nothing is known."""
    kind = next(kind for kind in _SUPPORTED if isinstance(module, kind))
    return type(module).forward is not kind.forward


def _lookalikes(model: nn.Module) -> list[str]:
    """Return the modules whose class is named like a recurrent one."""
    return [
        f"{name or 'the model itself'} ({kind})"
        for name, module in model.named_modules()
        for kind in [str(getattr(module, "original_name", type(module).__name__))]
        if any(word in kind.upper() for word in ("LSTM", "GRU", "RNN"))
    ]
