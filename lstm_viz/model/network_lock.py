"""Who may use a network that several threads share? One call at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakKeyDictionary

import torch
from torch import nn

from lstm_viz.model.weights import check_materialized

# Evaluation mode, hooks and kept state belong to the network, whoever wrapped it.
_LOCKS: WeakKeyDictionary[nn.Module, Lock] = WeakKeyDictionary()


def _renew() -> None:
    """Make new locks in a forked process, where the thread that held a lock does not exist."""
    for network in list(_LOCKS):
        _LOCKS[network] = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)


class NetworkLock:
    """Lets one thread at a time use a network, through any classifier.

    Calling it returns a context in which nobody else uses the network, which is in evaluation mode.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        _LOCKS.setdefault(network, Lock())

    @contextmanager
    def __call__(self, *, gradients: bool = False) -> Iterator[None]:
        """Wait until the network is free, and keep it until the block ends.

        Args:
            gradients: whether to keep the caller's gradient mode; otherwise it is off.

        Raises:
            WrapError: weights of the network hold no values.
        """
        with _LOCKS[self._network], torch.set_grad_enabled(gradients and torch.is_grad_enabled()):
            check_materialized(self._network)
            training = [module for module in self._network.modules() if module.training]
            self._network.eval()
            try:
                yield
            finally:
                for module in training:
                    module.training = True
