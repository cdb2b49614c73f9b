"""Classification: the label of a text, after each of its words or at its end."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.model.network import Network
from lstm_viz.training.objectives.recurrent_dropout import hidden_states
from lstm_viz.training.recipe import Stage, TextRecipe
from lstm_viz.training.texts.batches import Batch

# Share of the loss of a text at its last step; the rest is spread evenly over all steps.
# Reviews teach predictions half-way; a phrase has its meaning only when it is complete.
_LAST_OF_TEXT = 0.3
_LAST_OF_SHORT = 0.7
_CERTAIN = 0.5  # a text whose most probable label has no more than this has no right answer


class Classification(nn.Module):
    """A network that learns to classify texts."""

    def __init__(self, network: Network, stage: Stage, recipe: TextRecipe) -> None:
        """Take the network, which is trained in place."""
        super().__init__()
        self.network = network
        self._stage = stage
        self._unknown = (recipe.unknown_share, recipe.unknown_share_short)

    def forward(self, batches: list[Batch]) -> Float[Tensor, "4"]:
        """Return this process's part of the results of a step.

        Args:
            batches: of texts, and of short texts if there are any.

        Returns:
            The mean loss per text, summed over the batches, which is minimized; the same of the
            first batch alone; the number of its texts that are classified correctly at their end;
            and the number of its texts that have a right answer.
        """
        losses, counts = [], []
        for batch, unknown, last in zip(
            batches, self._unknown, (_LAST_OF_TEXT, _LAST_OF_SHORT), strict=False
        ):
            logits = self._logits(batch, unknown if self.training else 0.0)
            loss = loss_after_each_word(logits, batch, last)
            losses.append(batch.weight * loss / batch.texts)
            counts.append(batch.weight * count_correct(logits, batch))
        return torch.cat([torch.stack([torch.stack(losses).sum(), losses[0]]), counts[0]])

    def _logits(self, batch: Batch, unknown: float) -> Float[Tensor, "batch _ label"]:
        """Return logits after each word, or of whole texts alone, with dropout in training."""
        network, stage = self.network, self._stage
        features = network.embedding(batch.with_unknown(unknown))
        if not self.training:
            return self._logits_from_hidden(network.recurrent(features)[0], batch, 0.0)
        features = batch.dropout(features, stage.feature_dropout)
        if stage.input_dropout:
            mask = batch.dropout(torch.ones_like(features[:, 0]), stage.input_dropout)
            features = features * mask[:, None]
        if stage.recurrent_dropout:
            hidden = hidden_states(network.recurrent, features, batch, stage.recurrent_dropout)
        else:
            hidden, _ = network.recurrent(features)
        return self._logits_from_hidden(hidden, batch, stage.hidden_dropout)

    def _logits_from_hidden(
        self, hidden: Float[Tensor, "batch step unit"], batch: Batch, dropout: float
    ) -> Float[Tensor, "batch _ label"]:
        if self._stage.loss_at == "end" and not self.network.looks_ahead:
            hidden = _at_the_end(hidden, batch)
        logits: Tensor = self.network.logits_from_hidden(batch.dropout(hidden, dropout))
        return logits[:, None] if self.network.looks_ahead else logits


def loss_after_each_word(
    logits: Float[Tensor, "batch step label"], batch: Batch, last: float
) -> Float[Tensor, ""]:
    """Return the cross-entropy of the texts of a batch, summed over texts.

    Args:
        logits: after each word, or only after the last.
        batch: with the targets.
        last: share of a text's loss at its last step; the rest is the mean over all steps.
    """
    log_probabilities = logits.log_softmax(-1)
    losses = -(batch.targets[:, None] * log_probabilities).sum(-1)
    if losses.shape[1] == 1:
        return losses.sum()
    final = losses.gather(1, batch.lengths[:, None] - 1)[:, 0]
    mean = (losses * batch.mask).sum(1) / batch.lengths
    return ((1 - last) * mean + last * final).sum()


def count_correct(logits: Float[Tensor, "batch step label"], batch: Batch) -> Float[Tensor, "2"]:
    """Return how many texts are classified correctly at their end, and how many could be."""
    if logits.shape[1] > 1:
        logits = _at_the_end(logits, batch)
    highest, label = batch.targets.max(-1)
    certain = highest > _CERTAIN
    right = (logits[:, -1].argmax(-1) == label) & certain
    return torch.stack([right.sum(), certain.sum()]).float()


def _at_the_end(values: Tensor, batch: Batch) -> Tensor:
    """Return the values at the last word of each text, (batch, 1, …)."""
    rows = torch.arange(len(values), device=values.device)
    return values[rows, batch.lengths - 1][:, None]
