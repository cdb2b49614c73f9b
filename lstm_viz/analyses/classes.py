"""How is the prediction divided among many labels after each word?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lstm_viz.model import TextTrace

NAMED = 5  # labels with a band of their own, unless more of them lead: few can be told apart


@dataclass(frozen=True, slots=True)
class Band:
    """One label, or all labels without a band of their own.

    Attributes:
        label: its name; of several labels, how many there are.
        labels: indices of the model's labels in this band.
        rest: whether it is several labels.
        probability: after each word, in [0, 1].
    """

    label: str
    labels: tuple[int, ...]
    probability: Float[np.ndarray, " step"]
    rest: bool = False


def bands(trace: TextTrace, named: int = NAMED) -> tuple[Band, ...]:
    """Divide the prediction among labels.

    Args:
        trace: of a text.
        named: how many labels have a band; one that leads after some word always has one.

    Returns:
        The likeliest at the end first; the others together last, where there are more than one.

    Law:
        After each word the bands sum to 1.
    """
    probability = trace.probabilities
    leading = np.isin(np.arange(len(trace.labels)), probability.argmax(1))
    # Those that lead first, then those that come closest to it.
    strongest = np.lexsort((-probability.max(0), ~leading))
    count = max(named, int(leading.sum()))
    count = count if len(trace.labels) > count + 1 else len(trace.labels)
    own = sorted(strongest[:count], key=lambda label: -probability[-1, label])
    found = [Band(trace.labels[label], (int(label),), probability[:, label]) for label in own]
    rest = strongest[count:]
    if len(rest):
        labels = tuple(map(int, rest))
        found.append(Band(f"{len(rest)} others", labels, probability[:, rest].sum(1), rest=True))
    return tuple(found)
