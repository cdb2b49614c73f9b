"""The network itself: embedding, recurrent layers, and a read-out of the hidden state."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from lstm_viz.model.config import Config
from lstm_viz.text.vocabulary import PADDING
from lstm_viz.trace.modules import cell_of, layer_class, rows_of, width_of

_WORDS_PER_BATCH = 16_384  # a batch of long reviews takes a few tens of megabytes

State = Float[Tensor, "layer batch unit"]
States = State | tuple[State, State]  # the hidden states, of an LSTM with the cell states


class Network(nn.Module):
    """A classifier of texts.

    One that reads in one direction says after each word what it thinks of the text so far. One
    that reads in both says something only about a whole text: what stands at any place there
    depends on what comes later.
    """

    def __init__(self, config: Config) -> None:
        """Build the layers with PyTorch's own initial weights."""
        super().__init__()
        self.embedding = nn.Embedding(config.vocabulary_size, config.embedding_size, PADDING)
        self.recurrent = layer_class(config.cell)(
            config.embedding_size,
            config.hidden_size,
            config.layers,
            batch_first=True,
            bidirectional=config.directions == 2,
        )
        width = config.hidden_size * config.directions
        self.dense = nn.Linear(width, config.dense_size) if config.dense_size else None
        self.readout = nn.Linear(config.dense_size or width, len(config.labels))

    @property
    def looks_ahead(self) -> bool:
        """Whether it reads from both ends."""
        return bool(self.recurrent.bidirectional)

    def forward(
        self, numbers: Int[Tensor, "batch step"], states: States | None = None
    ) -> Float[Tensor, "batch step label"] | Float[Tensor, "batch label"]:
        """Return the logits after each word, or of the whole texts if it looks ahead.

        Args:
            numbers: of words. Padding behind a text changes nothing before it; there may be none
                in a text that is read from both ends.
            states: before the first of the words, where it is not the first of its text.
        """
        features = self.embedding(numbers)
        read = self.recurrent(features) if states is None else self.recurrent(features, states)
        return self.logits_from_hidden(read[0])

    def logits_from_hidden(
        self, hidden: Float[Tensor, "batch step unit"]
    ) -> Float[Tensor, "batch step label"] | Float[Tensor, "batch label"]:
        """Return the logits that the last layer's hidden states lead to."""
        if self.looks_ahead:
            hidden = self.ends_of(hidden)
        if self.dense is not None:
            hidden = self.dense(hidden).relu()
        logits: Tensor = self.readout(hidden)
        return logits

    def zero_states(self, features: Float[Tensor, "batch step feature"]) -> tuple[Tensor, ...]:
        """Return the states before the first word, of the features' kind of numbers."""
        module = self.recurrent
        rows = rows_of(module)
        widths = [width_of(module, state) for state in cell_of(module).states]
        return tuple(features.new_zeros(rows, len(features), width) for width in widths)

    @staticmethod
    def ends_of(hidden: Float[Tensor, "batch step unit"]) -> Float[Tensor, "batch unit"]:
        """Return, of both directions, the states at their ends: at the last word, and the first."""
        # There each direction has read everything.
        half = hidden.shape[-1] // 2
        return torch.cat([hidden[:, -1, :half], hidden[:, 0, half:]], -1)

    def last_logits(
        self, texts: Sequence[Sequence[int] | np.ndarray]
    ) -> Float[Tensor, "text label"]:
        """Return the logits at the end of each text, read in batches of like length.

        Args:
            texts: the numbers of their words; none is empty.
        """
        found = torch.empty(len(texts), self.readout.out_features, dtype=torch.float32)
        for chosen in _alike([len(text) for text in texts], equal=self.looks_ahead):
            rows = [torch.as_tensor(texts[index]) for index in chosen]
            padded = pad_sequence(rows, batch_first=True, padding_value=PADDING)
            logits = self(padded.to(self.embedding.weight.device)).cpu()
            if not self.looks_ahead:
                ends = torch.tensor([len(row) - 1 for row in rows])
                logits = logits[torch.arange(len(rows)), ends]
            found[chosen] = logits.float()
        return found


def _alike(lengths: Sequence[int], *, equal: bool) -> list[list[int]]:
    """Share texts of like, or even of equal length out into batches."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        # The texts come by length: the newest of a batch is its longest.
        full = not batches or (len(batches[-1]) + 1) * lengths[index] > _WORDS_PER_BATCH
        if full or (equal and lengths[batches[-1][0]] != lengths[index]):
            batches.append([])
        batches[-1].append(index)
    return batches
