"""What do words mean? A next-word model, from which a classifier starts.

Sampled softmax: the true next word is told apart from a few hundred others drawn once for the
whole batch (Jean et al. 2015, On Using Very Large Target Vocabulary for Neural Machine
Translation), with the logits corrected by the chance of being drawn.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lstm_viz.model.network import Network
from lstm_viz.text.vocabulary import PADDING
from lstm_viz.training.batches import Batch, order, padded, with_unknown
from lstm_viz.training.corpus import Texts
from lstm_viz.training.loop import Plan, Progress, optimise
from lstm_viz.training.recipe import Recipe

_LONGEST = 256  # words of one review in one epoch: another stretch of a long one each time


class NextWord(nn.Module):
    """Embedding and LSTM of a classifier, with a read-out onto the vocabulary."""

    chances: Tensor

    def __init__(self, network: Network, chances: Tensor, dropout: float) -> None:
        """Share embedding and LSTM with the network; ``chances`` is how often words occur."""
        super().__init__()
        self.embedding = network.embedding
        self.recurrent = network.recurrent
        self.dropout = dropout
        features = network.embedding.embedding_dim
        self.project = nn.Linear(network.recurrent.hidden_size, features)
        self.bias = nn.Parameter(chances.clamp_min(1e-9).log())
        self.register_buffer("chances", chances**0.75 / (chances**0.75).sum())

    def loss(self, batch: Batch, read: Tensor, negatives: int) -> Tensor:
        """Return the mean loss per word, in nats against the sampled words."""
        features = functional.dropout(self.embedding(read), self.dropout)
        hidden, _ = self.recurrent(features[:, :-1])
        real = batch.mask[:, 1:].bool()
        hidden = self.project(functional.dropout(hidden[real], self.dropout))
        target = batch.numbers[:, 1:][real]
        drawn = torch.multinomial(self.chances, negatives, replacement=True)
        correction = self.chances.clamp_min(1e-12).log()
        true_score = (hidden * self.embedding(target)).sum(1) + self.bias[target]
        score = hidden @ self.embedding(drawn).T + self.bias[drawn] - correction[drawn]
        score = score.masked_fill(target[:, None] == drawn, -torch.inf)  # not a negative
        both = torch.cat([(true_score - correction[target])[:, None], score], 1)
        return functional.cross_entropy(both, torch.zeros(len(both), dtype=torch.long))


def pretrain(network: Network, texts: Texts, recipe: Recipe, folder: Path) -> Progress:
    """Train embedding and LSTM of a network, in place, to predict the next word.

    Returns:
        What was done: losses and time.
    """
    stage = recipe.language
    counts = np.bincount(texts.numbers, minlength=network.embedding.num_embeddings)
    counts[PADDING] = 0
    chances = torch.from_numpy(counts / counts.sum()).float()
    model = NextWord(network, chances, stage.dropout)
    lengths = np.minimum(texts.lengths, _LONGEST)
    batches = [
        batch
        for epoch in range(stage.epochs)
        for batch in order(lengths, stage.tokens_per_batch, recipe.seed + epoch)
    ]

    def loss_of(step: int) -> Tensor:
        batch = padded(texts, batches[step], _LONGEST, recipe.seed + step)
        read = with_unknown(batch.numbers, recipe.unknown_share / 2)
        return model.loss(batch, read, recipe.negatives)

    plan = Plan("language", len(batches), stage.peak_rate, recipe.clip, recipe.seed)
    return optimise(model, plan, loss_of, folder)
