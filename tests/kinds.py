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

    def __init__(self, kind, options):
        super().__init__()
        torch.manual_seed(5)
        self.words = nn.Embedding(50, 6)
        self.memory = getattr(nn, kind)(6, 8, batch_first=True, **options)
        self.verdict = nn.Linear(8 * (1 + self.memory.bidirectional), 2)

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers))[0][:, -1])


def own(name):
    """Return the classifier of that name."""
    return lstm_viz.wrap(
        Small(*KINDS[name]),
        encode=lambda text: [len(word) for word in text.split()],
        labels=("negative", "positive"),
        name=name,
    )
