"""Small networks of ours, in every configuration, whose states differ much from word to word."""

import itertools

import torch

from lstm_viz.model import Classifier
from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.text import Vocabulary

WORDS = ["good", "bad", "not", "the", "film", ",", "été", "好"]
TEXT = "the film, not good not bad zzz"
SHAPES = [
    {"cell": cell, "layers": layers, "directions": directions, "dense_size": dense}
    for cell, layers, directions, dense in itertools.product(
        ("LSTM", "GRU", "RNN"), (1, 2), (1, 2), (0, 5)
    )
]


def names(shape):
    """How a configuration is called in the names of tests."""
    return "-".join(map(str, shape.values()))


def ours(*, seed=0, kind=Network, labels=("no", "yes"), **shape):
    """Return a classifier whose network is of ours."""
    config = Config("tiny", labels, len(WORDS) + 2, 3, 4, **shape)
    torch.manual_seed(seed)
    network = kind(config).requires_grad_(False)
    for weight in network.recurrent.parameters():
        weight.mul_(2)
    if network.dense is not None:
        network.dense.bias.add_(0.5)  # so that its relu lets something through
    return Classifier(config.name, config.labels, Vocabulary(WORDS), network)
