"""The network itself: embedding, recurrent layers, and a plain linear read-out after every word."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from lstm_viz.model.config import Config
from lstm_viz.text.vocabulary import PADDING

_WORDS_PER_BATCH = 16_384  # a batch of long reviews takes a few tens of megabytes


class Network(nn.Module):
    """A classifier that says after each word what it thinks of the text so far."""

    def __init__(self, config: Config) -> None:
        """Build the layers with PyTorch's own initial weights."""
        super().__init__()
        self.embedding = nn.Embedding(config.vocabulary_size, config.embedding_size, PADDING)
        kind = {"LSTM": nn.LSTM, "GRU": nn.GRU, "RNN": nn.RNN}[config.cell]
        self.recurrent = kind(
            config.embedding_size, config.hidden_size, config.layers, batch_first=True
        )
        self.readout = nn.Linear(config.hidden_size, len(config.labels))

    def forward(self, numbers: Int[Tensor, "batch step"]) -> Float[Tensor, "batch step label"]:
        """Return the logits after each word; padding behind a text changes nothing before it."""
        hidden, _ = self.recurrent(self.embedding(numbers))
        logits: Tensor = self.readout(hidden)
        return logits

    def last_logits(self, texts: Sequence[Sequence[int]]) -> Float[Tensor, "text label"]:
        """Return the logits at the end of each text, read in batches of like length.

        Args:
            texts: the numbers of their words; none is empty.
        """
        found = torch.empty(len(texts), self.readout.out_features)
        for chosen in _alike([len(text) for text in texts]):
            rows = [torch.tensor(texts[index]) for index in chosen]
            padded = pad_sequence(rows, batch_first=True, padding_value=PADDING)
            ends = torch.tensor([len(row) - 1 for row in rows])
            found[chosen] = self(padded)[torch.arange(len(rows)), ends]
        return found


def _alike(lengths: Sequence[int]) -> list[list[int]]:
    """Share texts of like length out into batches."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        # The texts come by length: the newest of a batch is its longest.
        if not batches or (len(batches[-1]) + 1) * lengths[index] > _WORDS_PER_BATCH:
            batches.append([])
        batches[-1].append(index)
    return batches
