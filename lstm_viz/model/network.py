"""The network itself: embedding, LSTM, and a plain linear read-out after every word."""

from jaxtyping import Float, Int
from torch import Tensor, nn

from lstm_viz.model.config import Config
from lstm_viz.text.vocabulary import PADDING


class Network(nn.Module):
    """A classifier that says after each word what it thinks of the text so far."""

    def __init__(self, config: Config) -> None:
        """Build the layers with PyTorch's own initial weights."""
        super().__init__()
        self.embedding = nn.Embedding(config.vocabulary_size, config.embedding_size, PADDING)
        self.recurrent = nn.LSTM(config.embedding_size, config.hidden_size, batch_first=True)
        self.readout = nn.Linear(config.hidden_size, len(config.labels))

    def forward(self, numbers: Int[Tensor, "batch step"]) -> Float[Tensor, "batch step label"]:
        """Return the logits after each word; padding behind a text changes nothing before it."""
        hidden, _ = self.recurrent(self.embedding(numbers))
        logits: Tensor = self.readout(hidden)
        return logits
