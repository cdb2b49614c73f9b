"""Does anything act on a ``Network`` besides its own equations?

If nothing does, any number of threads run it directly at once. With anything else that a user can
do to it, it is recorded, and the recording contains the effect.
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
    """Whether the output depends on nothing but the equations of ``Network``.

    False while a recording is open in this thread, which must record the call; with hooks, or parts
    that are not PyTorch's own; and inside autocast, a tracer, or a function mode.
    """
    return not (is_recording() or _is_observed_by_torch()) and is_as_built(network)


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


def _is_observed_by_torch() -> bool:
    """Whether a mode of this thread, or a hook on all modules, observes or changes calls."""
    core: Any = torch._C  # whose type stubs lack some of these
    return bool(
        core._len_torch_function_stack()
        or core._len_torch_dispatch_stack()
        or core._get_tracing_state() is not None
        or core._is_any_autocast_enabled()
        or _has_any_global_hook()  # type: ignore[no-untyped-call]
    )
