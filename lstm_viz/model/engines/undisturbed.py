"""Does anything act on a network of ours besides its own equations?

Where nothing does, it is run as it stands, by any number of threads at once. Everything else that
a user can do to it is left to a recording, which sees what came of it.
"""

from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import _has_any_global_hook

from lstm_viz.model.network import Network
from lstm_viz.trace.intercept import is_recording
from lstm_viz.trace.modules import LAYER_CLASSES

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def is_undisturbed(network: Network) -> bool:
    """Whether nothing but the equations of ``Network`` decides what it puts out.

    False while a recording is open in this thread, which is to see the call; with hooks, or parts
    that are not PyTorch's own; and inside autocast, a tracer, or a mode that watches functions.
    """
    return not (is_recording() or _is_watched_by_torch()) and is_as_built(network)


def is_as_built(network: Network) -> bool:
    """Whether a network consists of PyTorch's own parts, and no hook acts on them."""
    recurrent, dense = network.recurrent, network.dense
    return (
        type(network.embedding) is nn.Embedding
        and network.embedding.max_norm is None  # which changes weights where they are looked up
        and type(recurrent) in LAYER_CLASSES
        and recurrent.batch_first
        and (not recurrent.dropout or recurrent.num_layers == 1)
        and (dense is None or type(dense) is nn.Linear)
        and type(network.readout) is nn.Linear
        and all(map(_is_plain, network.modules()))
    )


def _is_plain(module: nn.Module) -> bool:
    own: dict[str, Any] = vars(module)
    return (
        "forward" not in own
        and own.get("_compiled_call_impl") is None
        and not any(own[name] for name in _HOOKS)
        and all(type(p) is nn.Parameter for p in module._parameters.values() if p is not None)
    )


def _is_watched_by_torch() -> bool:
    """Whether a mode of this thread, or a hook on all modules, sees what is computed."""
    core: Any = torch._C  # whose types leave some of these out
    return bool(
        core._len_torch_function_stack()
        or core._len_torch_dispatch_stack()
        or core._get_tracing_state() is not None
        or core._is_any_autocast_enabled()
        or _has_any_global_hook()  # type: ignore[no-untyped-call]
    )
