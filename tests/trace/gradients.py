"""Gradients of an output with respect to every quantity, compared with finite differences."""

import torch
from torch import nn

import lstm_viz
from lstm_viz import Force


def check_gradients(mode, both, forces_of=None):
    """Compare one gradient of each quantity of a module, in float64.

    Args:
        mode: LSTM, GRU or RNN.
        both: whether it reads in both directions.
        forces_of: returns what is forced in the module meanwhile; nothing if None.
    """
    torch.manual_seed(0)
    module = getattr(nn, mode)(3, 4, 2, bidirectional=both, dtype=torch.float64)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    always = forces_of(module) if forces_of else []

    def score(*forces):
        with lstm_viz.record(module, force=[*always, *forces]) as recording:
            output, _ = module(x)
        return output.sin().sum(), recording[""]

    loss, call = score()
    for layer in call.layers:
        slopes = torch.autograd.grad(loss, list(layer.quantities.values()), retain_graph=True)
        for (name, array), slope in zip(layer.quantities.items(), slopes, strict=True):
            assert slope.shape == array.shape
            push = torch.zeros_like(array)
            push[1, 2, 3] = 1e-6
            where = {"layer": layer.layer, "direction": layer.direction}
            with torch.no_grad():
                more = score(Force(name, add=push, **where))[0]
                less = score(Force(name, add=-push, **where))[0]
            torch.testing.assert_close(slope[1, 2, 3], (more - less) / 2e-6, rtol=1e-4, atol=1e-8)
