"""What does a network say on many texts, and how sure may it be?"""

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from lstm_viz.model.history import Figure
from lstm_viz.model.network import Network
from lstm_viz.training.texts.corpus import Texts

BINS = 10
PLACES = (0.25, 0.5, 0.75, 1.0)
# Few held-out texts that are all right, or all wrong, ask for a temperature of 0 or infinity.
_TEMPERATURES = (0.05, 20.0)
_AT_ONCE = 2_000  # texts whose logits are in memory together


@torch.no_grad()
def logits_at(
    network: Network, texts: Texts, places: tuple[float, ...] = PLACES
) -> Float[np.ndarray, "text place label"]:
    """Return the logits after given shares of each text, read alone and from its start.

    Args:
        network: in evaluation mode.
        texts: of any length.
        places: shares of a text in (0, 1]; 1 is its last word.
    """
    found = np.empty((len(texts), len(places), network.readout.out_features), np.float32)
    for start in range(0, len(texts), _AT_ONCE):
        chosen = range(start, min(start + _AT_ONCE, len(texts)))
        for number, place in enumerate(places):
            found[start : chosen.stop, number] = network.last_logits(
                [_beginning(texts[index], place) for index in chosen]
            ).numpy()
    return found


def _beginning(text: np.ndarray, place: float) -> np.ndarray:
    return text[: max(1, int(np.ceil(len(text) * place)))]


def calibration_error(confidence: Float[np.ndarray, " text"], right: np.ndarray) -> float:
    """By how much is a classifier surer than it is right?

    Args:
        confidence: probability of the predicted class, in [0, 1].
        right: whether that class is the label.

    Returns:
        The mean of |mean confidence - share right| over ten equal-width bins of confidence,
        weighted by the texts in each; in [0, 1].

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3.
    """
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[places == place].sum() - right[places == place].sum())
        for place in range(BINS)
    ]
    return float(sum(gaps) / len(confidence))


def figure(
    name: str, part: str, logits: Float[np.ndarray, "text place label"], texts: Texts
) -> Figure:
    """Compare what a network says at the four places of each text with its label.

    Args:
        name: of the texts.
        part: test or held-out.
        logits: from ``logits_at``.
        texts: each with one right label.
    """
    chances = torch.from_numpy(logits).double().softmax(-1).numpy()
    right = chances.argmax(-1) == texts.targets.argmax(-1)[:, None]
    confidence = chances.max(-1)
    errors = tuple(calibration_error(confidence[:, k], right[:, k]) for k in range(len(PLACES)))
    accuracies = tuple(float(share) for share in right.mean(0))
    return Figure(name, part, len(texts), accuracies[-1], accuracies, errors)


def fitted_temperature(logits: Float[np.ndarray, "text place label"], texts: Texts) -> float:
    """Return the temperature that makes held-out predictions most probable, in [0.05, 20].

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2.
    """
    values = torch.from_numpy(logits).double()
    target = torch.from_numpy(texts.targets)[:, None]
    log_temperature = nn.Parameter(torch.zeros((), dtype=torch.float64))
    optimiser = torch.optim.LBFGS([log_temperature], max_iter=50, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimiser.zero_grad()
        loss = -(target * (values / log_temperature.exp()).log_softmax(-1)).sum(-1).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return float(log_temperature.detach().exp().clamp(*_TEMPERATURES))


def scale_readout(network: Network, temperature: float) -> None:
    """Divide all logits by a temperature, in place: less sure, never another answer."""
    with torch.no_grad():
        for parameter in network.readout.parameters():
            parameter.div_(temperature)
