"""Accuracy, calibration and temperature of a network, from its logits on many texts."""

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from lstm_viz.model.history import Evaluation
from lstm_viz.model.network import Network
from lstm_viz.progress import Progress, unwatched
from lstm_viz.training.texts.corpus import Texts

BINS = 10
SHARES = (0.25, 0.5, 0.75, 1.0)  # of a text
# Few held-out texts, all right or all wrong, would have a temperature of 0 or infinity.
_TEMPERATURES = (0.05, 20.0)
_AT_ONCE = 2_000  # texts whose logits are in memory together


@torch.no_grad()
def logits_at(
    network: Network,
    texts: Texts,
    shares: tuple[float, ...] = SHARES,
    progress: Progress = unwatched,
) -> Float[np.ndarray, "text share label"]:
    """Return the logits after given shares of each text, each computed from its start alone.

    Args:
        network: in evaluation mode.
        texts: of any length.
        shares: of a text, in (0, 1]; 1 is its last word.
        progress: called with the number of beginnings done.
    """
    found = np.empty((len(texts), len(shares), network.readout.out_features), np.float32)
    for start in range(0, len(texts), _AT_ONCE):
        chosen = range(start, min(start + _AT_ONCE, len(texts)))
        for number, share in enumerate(shares):
            done = start * len(shares) + number * len(chosen)
            progress(done, len(texts) * len(shares))
            found[start : chosen.stop, number] = network.last_logits(
                [_beginning(texts[index], share) for index in chosen]
            ).numpy()
    return found


def _beginning(text: np.ndarray, share: float) -> np.ndarray:
    return text[: max(1, int(np.ceil(len(text) * share)))]


def calibration_error(confidence: Float[np.ndarray, " text"], right: np.ndarray) -> float:
    """Return the expected calibration error of a classifier.

    Args:
        confidence: probability of the predicted class, in [0, 1].
        right: whether that class is the label.

    Returns:
        The mean of |mean confidence - share right| over ten equal-width bins of confidence,
        weighted by the texts in each; in [0, 1].

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3.
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == k].sum() - right[bins == k].sum()) for k in range(BINS)]
    return float(sum(gaps) / len(confidence))


def evaluate(
    name: str, part: str, logits: Float[np.ndarray, "text share label"], texts: Texts
) -> Evaluation:
    """Compare the predictions after four shares of each text with its label.

    Args:
        name: of the texts.
        part: test or held-out.
        logits: from ``logits_at``.
        texts: each with one right label.
    """
    probabilities = torch.from_numpy(logits).double().softmax(-1).numpy()
    right = probabilities.argmax(-1) == texts.targets.argmax(-1)[:, None]
    confidence = probabilities.max(-1)
    errors = tuple(calibration_error(confidence[:, k], right[:, k]) for k in range(len(SHARES)))
    accuracies = tuple(float(share) for share in right.mean(0))
    return Evaluation(name, part, len(texts), accuracies[-1], accuracies, errors)


def fit_temperature(logits: Float[np.ndarray, "text share label"], texts: Texts) -> float:
    """Return the temperature at which held-out labels are most probable, in [0.05, 20].

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2.
    """
    values = torch.from_numpy(logits).double()
    target = torch.from_numpy(texts.targets)[:, None]
    log_temperature = nn.Parameter(torch.zeros((), dtype=torch.float64))
    optimizer = torch.optim.LBFGS([log_temperature], max_iter=50, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        loss = -(target * (values / log_temperature.exp()).log_softmax(-1)).sum(-1).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return float(log_temperature.detach().exp().clamp(*_TEMPERATURES))


def scale_readout(network: Network, temperature: float) -> None:
    """Divide all logits by a temperature, in place: confidence changes, predictions do not."""
    with torch.no_grad():
        for parameter in network.readout.parameters():
            parameter.div_(temperature)
