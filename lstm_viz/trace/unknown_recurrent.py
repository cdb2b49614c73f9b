"""Which parts of a model are recurrent without being PyTorch's own modules?"""

import re
from collections.abc import Iterable

import torch
from torch import nn

from lstm_viz.errors import UnsupportedModuleError

_WORDS = ("LSTM", "GRU", "RNN")
# LayerNormLSTM, ConvGRUCell, IndRNNLayer, LSTMWithPeephole; not LSTMHead, RNNDropout or FromLSTM,
# which may be anything.
_RECURRENT = re.compile(
    rf"(?<!For)(?<!From)(?<!To)(?<!Over)(?<!On)(?<!Of)(?<!Pre)(?<!Post)(?<!Before)(?<!After)"
    rf"({'|'.join(_WORDS)}|SRU|MGU)((Cell|Layer|Block|Stack|Unit)*s?\d*|With[A-Z]\w*)$"
)
_LAYERS = {
    f"torch.nn.modules.{name}"
    for name in ("linear", "sparse", "dropout", "normalization", "activation", "conv", "batchnorm")
}
_KERNELS = re.compile(r"\baten(::|\.)(quantized_)?(lstm|gru|rnn_tanh|rnn_relu)(_cell)?\b")


def named_like_recurrent(model: nn.Module) -> list[str]:
    """Return the modules whose class is named like a recurrent one."""
    return [
        f"{name or 'the model itself'} ({_class_name(module)})"
        for name, module in model.named_modules()
        if any(word in _class_name(module).upper() for word in _WORDS)
    ]


def refuse_unknown_recurrent(model: nn.Module, recorded: Iterable[nn.Module]) -> None:
    """Refuse a model that holds a recurrent part besides those that are recorded.

    Raises:
        UnsupportedModuleError: names the part.
    """
    recorded_ids = {id(inner) for module in recorded for inner in module.modules()}
    for name, module in model.named_modules():
        if id(module) in recorded_ids or any(
            id(inner) in recorded_ids for inner in module.modules()
        ):
            continue
        if _is_recurrent(module):
            kind = type(module)
            class_name = f"{kind.__module__}.{_class_name(module)}"
            reason = f"{class_name} is recurrent, or called so, and its equations are not known"
            remedy = (
                "Use PyTorch's own module in its place, or name those to record: "
                "record(model, modules=[...])."
            )
            raise UnsupportedModuleError(name, reason, remedy)


def _is_recurrent(module: nn.Module) -> bool:
    """Whether a module runs a recurrent kernel, or has weights and the name of a recurrent class.

    The graph of a scripted or exported module tells which kernels it runs. Quantised modules do not
    list their weights as parameters.
    """
    if isinstance(module, torch.jit.ScriptModule):
        return bool(_KERNELS.search(_graph(module))) or _has_recurrent_name(module)
    if isinstance(module, torch.fx.GraphModule):
        return any(_KERNELS.search(f"{node.target}") for node in module.graph.nodes)
    quantised = type(module).__module__.startswith("torch.ao.")
    return _has_recurrent_name(module) and (quantised or any(True for _ in module.parameters()))


def _graph(module: torch.jit.ScriptModule) -> str:
    try:
        return str(module.inlined_graph)
    except (AttributeError, RuntimeError):  # a module without forward
        return ""


def _has_recurrent_name(module: nn.Module) -> bool:
    return bool(_RECURRENT.search(_class_name(module))) and not _extends_other_layer(module)


def _extends_other_layer(module: nn.Module) -> bool:
    """Whether it extends one of PyTorch's layers that is not recurrent, such as a Linear."""
    bases = type(module).__mro__[1:]
    return any(base.__module__ in _LAYERS and base is not nn.Module for base in bases)


def _class_name(module: nn.Module) -> str:
    return str(getattr(module, "original_name", type(module).__name__))
