"""What a classifier needs of its network, whoever made it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.model.engines.direct import DirectEngine
from lstm_viz.model.engines.recorded import RecordedEngine
from lstm_viz.model.incremental import Segment
from lstm_viz.model.network import Network
from lstm_viz.model.scores import Outputs
from lstm_viz.trace import Force
from lstm_viz.trace.modules import Module


@runtime_checkable
class Engine(Protocol):
    """Runs a network on texts; any number of threads may call it at once.

    A text is what a text encoder makes of it: one number, or one row of features, per token.
    """

    @property
    def is_resumable(self) -> bool:
        """Whether the network can continue from the states in a trace."""

    def run(
        self, numbers: Sequence[Any], forces: list[Force] | None, prefix: Segment | None
    ) -> Segment:
        """Return everything that the network computes.

        Args:
            numbers: of the whole text.
            forces: with the names of their modules; None for none.
            prefix: what was computed for its first words; only for a network that is resumable.
        """

    def probabilities(self, texts: Sequence[Sequence[Any]]) -> Float[Tensor, "text label"]:
        """Return the probabilities of the labels at the end of each text."""

    def features(self, numbers: Sequence[Any]) -> Float[Tensor, "step feature"]:
        """Return what the first recurrent layer reads; see ``Classifier.features``."""

    def logits(
        self, features: Float[Tensor, "batch step feature"]
    ) -> Float[Tensor, "batch step label"]:
        """Return the logits after each step; see ``Classifier.logits``."""


def engine_of(
    network: nn.Module, modules: Mapping[str, Module], labels: int, outputs: Outputs
) -> Engine:
    """Return the engine of a network.

    Args:
        network: of the class ``Network`` itself, or any other; a subclass of it may compute
            anything.
        modules: the recurrent modules to record, by name.
        labels: how many there are.
        outputs: what the scores of the network are.
    """
    if type(network) is not Network:
        return RecordedEngine(network, modules, labels, outputs)
    recorded = RecordedEngine(network, modules, labels, outputs, network.embedding)
    return DirectEngine(network, recorded)
