"""The network of the packaged models: embedding, recurrent layers, and a read-out."""

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

    In one direction it predicts after each word. In two directions it predicts only for a whole
    text, since its states at every word depend on later words.
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
        """Whether it reads in both directions."""
        return bool(self.recurrent.bidirectional)

    def forward(
        self, numbers: Int[Tensor, "batch step"], states: States | None = None
    ) -> Float[Tensor, "batch step label"] | Float[Tensor, "batch label"]:
        """Return the logits after each word, or of the whole texts if it looks ahead.

        Args:
            numbers: of words. Padding after a text changes nothing before it, but is not allowed
                in two directions.
            states: before the first word, if that is not the first of its text.
        """
        features = self.embedding(numbers)
        read = self.recurrent(features) if states is None else self.recurrent(features, states)
        return self.logits_from_hidden(read[0])

    def logits_from_hidden(
        self, hidden: Float[Tensor, "batch step unit"]
    ) -> Float[Tensor, "batch step label"] | Float[Tensor, "batch label"]:
        """Return the logits that follow from the last layer's hidden states."""
        if self.looks_ahead:
            hidden = self.ends_of(hidden)
        if self.dense is not None:
            hidden = self.dense(hidden).relu()
        logits: Tensor = self.readout(hidden)
        return logits

    def zero_states(self, features: Float[Tensor, "batch step feature"]) -> tuple[Tensor, ...]:
        """Return the states before the first word, of the features' type."""
        module = self.recurrent
        rows = rows_of(module)
        widths = [width_of(module, state) for state in cell_of(module).states]
        return tuple(features.new_zeros(rows, len(features), width) for width in widths)

    @staticmethod
    def ends_of(hidden: Float[Tensor, "batch step unit"]) -> Float[Tensor, "batch unit"]:
        """Return the final states of both directions: at the last word, and at the first."""
        # There each direction has read everything.
        half = hidden.shape[-1] // 2
        return torch.cat([hidden[:, -1, :half], hidden[:, 0, half:]], -1)

    def last_logits(
        self, texts: Sequence[Sequence[int] | np.ndarray]
    ) -> Float[Tensor, "text label"]:
        """Return the logits at the end of each text, read in batches of similar length.

        Args:
            texts: the numbers of their words; none is empty.
        """
        found = torch.empty(len(texts), self.readout.out_features, dtype=torch.float32)
        for chosen in _batches_by_length([len(text) for text in texts], equal=self.looks_ahead):
            rows = [torch.as_tensor(texts[index]) for index in chosen]
            padded = pad_sequence(rows, batch_first=True, padding_value=PADDING)
            logits = self(padded.to(self.embedding.weight.device)).cpu()
            if not self.looks_ahead:
                ends = torch.tensor([len(row) - 1 for row in rows])
                logits = logits[torch.arange(len(rows)), ends]
            found[chosen] = logits.float()
        return found


def _batches_by_length(lengths: Sequence[int], *, equal: bool) -> list[list[int]]:
    """Group texts of similar length, or of equal length, into batches."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        # The texts come by length: the newest of a batch is its longest.
        full = not batches or (len(batches[-1]) + 1) * lengths[index] > _WORDS_PER_BATCH
        if full or (equal and lengths[batches[-1][0]] != lengths[index]):
            batches.append([])
        batches[-1].append(index)
    return batches
