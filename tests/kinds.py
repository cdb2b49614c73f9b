"""Small networks of every kind, whose weights are always the same."""

import torch
from torch import nn

import lstm_viz

KINDS = {
    "own-gru": ("GRU", {}),
    "own-rnn": ("RNN", {}),
    "own-stacked": ("LSTM", {"num_layers": 2}),
    "own-both-ways": ("LSTM", {"bidirectional": True}),
}


class Small(nn.Module):
    """Reads words by their length, and says at the end of a text what it thinks of it."""

    def __init__(self, kind, options, labels=2):
        super().__init__()
        torch.manual_seed(5)
        self.words = nn.Embedding(50, 6)
        self.memory = getattr(nn, kind)(6, 8, batch_first=True, **options)
        outputs = options.get("proj_size", 8) * (1 + self.memory.bidirectional)
        self.verdict = nn.Linear(outputs, labels)

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers))[0][:, -1])


def own(name):
    """Return the classifier of that name."""
    return small(*KINDS[name], name=name)


def small(kind, options, labels=("negative", "positive"), name="own"):
    """Return a classifier of that kind."""
    return lstm_viz.wrap(
        Small(kind, options, len(labels)),
        encode=lambda text: [len(word) for word in text.split()],
        labels=labels,
        name=name,
    )
