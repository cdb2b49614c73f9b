"""Language modelling: predicting the next word, as pretraining of a classifier.

Sampled softmax: the next word is compared with a few hundred others, sampled once for the whole
batch, and the logits are corrected by the probability of being sampled.

Reference:
    Jean et al. 2015, On Using Very Large Target Vocabulary for Neural Machine Translation.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from lstm_viz.model.network import Network
from lstm_viz.text.vocabulary import PADDING
from lstm_viz.training.recipe import Stage, TextRecipe
from lstm_viz.training.texts.batches import Batch
from lstm_viz.training.texts.corpus import Texts


class NextWord(nn.Module):
    """The embedding and recurrent layers of a classifier, with a read-out onto the vocabulary."""

    frequencies: Tensor

    def __init__(self, network: Network, texts: Texts, stage: Stage, recipe: TextRecipe) -> None:
        """Share embedding and recurrent layers with the network; count the words of ``texts``."""
        super().__init__()
        self.embedding = network.embedding
        self.recurrent = network.recurrent
        self._stage, self._unknown = stage, recipe.unknown_share / 2
        features = network.embedding.embedding_dim
        self.project = nn.Linear(network.recurrent.hidden_size, features)
        counts = np.bincount(texts.numbers, minlength=network.embedding.num_embeddings)
        counts[PADDING] = 0
        frequency = torch.from_numpy(counts / counts.sum()).float()
        self.bias = nn.Parameter(frequency.clamp_min(1e-9).log())
        self.register_buffer(
            "frequencies", frequency**0.75 / (frequency**0.75).sum(), persistent=False
        )

    def forward(self, batches: list[Batch]) -> Float[Tensor, "4"]:
        """Return this process's part of a step, as ``Classification`` does, without any answers."""
        (batch,) = batches
        if batch.numbers.shape[1] < 2:  # a text of one word has no next one
            nothing = torch.stack([value.sum() for value in self.parameters()]).sum() * 0
            return torch.stack([nothing] * 4)
        stage, training = self._stage, float(self.training)
        numbers = batch.with_unknown(training * self._unknown)
        features = batch.dropout(self.embedding(numbers), training * stage.feature_dropout)
        hidden, _ = self.recurrent(features[:, :-1])
        real = batch.mask[:, 1:].bool()
        hidden = self.project(batch.dropout(hidden, training * stage.hidden_dropout)[real])
        target = batch.numbers[:, 1:][real]
        sampled = torch.multinomial(
            self.frequencies, stage.negatives, replacement=True, generator=batch.generator
        )
        correction = self.frequencies.clamp_min(1e-12).log()
        true_score = (hidden * self.embedding(target)).sum(1) + self.bias[target]
        score = hidden @ self.embedding(sampled).T + self.bias[sampled] - correction[sampled]
        score = score.masked_fill(target[:, None] == sampled, -torch.inf)  # no negative
        both = torch.cat([(true_score - correction[target])[:, None], score], 1)
        first = torch.zeros(len(both), dtype=torch.long, device=both.device)
        loss = functional.cross_entropy(both, first, reduction="sum")
        loss = batch.weight * loss / max(1, batch.words - batch.texts)
        return torch.stack([loss, loss, torch.zeros_like(loss), torch.zeros_like(loss)])
