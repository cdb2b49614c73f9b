"""A classifier that is right after every word: one pass over reviews and short texts together."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from lstm_viz.model.network import Network
from lstm_viz.training.batches import Batch, order, padded, with_unknown
from lstm_viz.training.corpus import Texts
from lstm_viz.training.loop import Plan, Progress, optimise
from lstm_viz.training.recipe import Recipe, Stage

# How the loss of one text is shared among its steps: this much for the last, the rest evenly
# over all. Reviews teach half-way predictions; a phrase means something only when it is whole.
_LAST_OF_REVIEW = 0.3
_LAST_OF_SHORT = 0.7


def logits_in_training(network: Network, numbers: Tensor, dropout: float) -> Tensor:
    """Return logits after each word, with dropout on word features and hidden states."""
    features = functional.dropout(network.embedding(numbers), dropout)
    hidden, _ = network.recurrent(features)
    logits: Tensor = network.readout(functional.dropout(hidden, dropout))
    return logits


def loss_after_each_word(logits: Tensor, batch: Batch, last: float) -> Tensor:
    """Return the mean cross-entropy of a batch, every step of every text taking part.

    Args:
        logits: (batch, step, 2).
        batch: with the targets.
        last: share of a text's loss that its last step carries.
    """
    margin = logits[..., 1] - logits[..., 0]
    target = batch.targets[:, None].expand_as(margin)
    losses = functional.binary_cross_entropy_with_logits(margin, target, reduction="none")
    mean = (losses * batch.mask).sum(1) / batch.lengths
    final = losses.gather(1, batch.lengths[:, None] - 1)[:, 0]
    return ((1 - last) * mean + last * final).mean()


def train(
    network: Network,
    reviews: Texts,
    short: Texts,
    stage: Stage,
    recipe: Recipe,
    folder: Path,
    name: str,
) -> Progress:
    """Train a network in place on long reviews and short texts, some of each at every step.

    Returns:
        What was done: losses and time.
    """
    lengths = np.minimum(reviews.lengths, recipe.longest)
    long_batches = [
        batch
        for epoch in range(stage.epochs)
        for batch in order(lengths, stage.tokens_per_batch, recipe.seed + 100 + epoch)
    ]
    per_step = stage.short_epochs * stage.epochs * short.numbers.size / len(long_batches)
    short_batches: list[np.ndarray] = []
    while len(short_batches) < len(long_batches):
        seed = recipe.seed + 200 + len(short_batches)
        short_batches += order(short.lengths, max(64, int(per_step * 1.05)), seed)

    def loss_of(step: int) -> Tensor:
        total = torch.zeros(())
        for texts, chosen, share, last in (
            (reviews, long_batches[step], recipe.unknown_share, _LAST_OF_REVIEW),
            (short, short_batches[step], recipe.unknown_share_short, _LAST_OF_SHORT),
        ):
            batch = padded(texts, chosen, recipe.longest, recipe.seed + step)
            read = with_unknown(batch.numbers, share)
            logits = logits_in_training(network, read, stage.dropout)
            total = total + loss_after_each_word(logits, batch, last)
        return total

    plan = Plan(name, len(long_batches), stage.peak_rate, recipe.clip, recipe.seed + 1)
    return optimise(network, plan, loss_of, folder)


@torch.no_grad()
def margins(network: Network, texts: Texts, places: Float[np.ndarray, " place"]) -> np.ndarray:
    """Return logit(positive) minus logit(negative) at given shares of each text.

    Args:
        network: in evaluation mode.
        texts: of any length.
        places: shares of a text in (0, 1]; 1 is its last word.

    Returns:
        float32 (text, place).
    """
    found = np.empty((len(texts), len(places)), np.float32)
    for chosen in order(texts.lengths, 16_384, 0):
        batch = padded(texts, chosen, int(texts.lengths.max()), 0)
        logits = network(batch.numbers)
        steps = np.ceil(batch.lengths.numpy()[:, None] * places).astype(np.int64) - 1
        margin = (logits[..., 1] - logits[..., 0]).gather(1, torch.from_numpy(steps))
        found[chosen] = margin.numpy()
    return found


def scale_readout(network: Network, temperature: float) -> None:
    """Divide all logits by a temperature, in place: less sure, never another verdict."""
    with torch.no_grad():
        for parameter in network.readout.parameters():
            parameter.div_(temperature)


def fitted_temperature(margin: np.ndarray, targets: Float[np.ndarray, " text"]) -> float:
    """Return the temperature that makes held-out predictions most probable.

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2.
    """
    values = torch.from_numpy(margin)
    target = torch.from_numpy(targets)[:, None].expand_as(values)
    log_temperature = nn.Parameter(torch.zeros(()))
    optimiser = torch.optim.LBFGS([log_temperature], max_iter=50)

    def closure() -> float:
        optimiser.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(values / log_temperature.exp(), target)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return float(log_temperature.detach().exp())
