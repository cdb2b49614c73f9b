"""What a classifier asks of its network, whoever made it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.model.engines.anyones import AnyonesEngine
from lstm_viz.model.engines.ours import OurEngine
from lstm_viz.model.incremental import Segment
from lstm_viz.model.network import Network
from lstm_viz.model.scores import Outputs
from lstm_viz.trace import Force
from lstm_viz.trace.modules import Module


@runtime_checkable
class Engine(Protocol):
    """Runs a network on texts; any number of threads may ask at once.

    Texts are given as what a reader makes of them: one number, or one row of features, per token.
    """

    @property
    def is_resumable(self) -> bool:
        """Whether the network goes on from the states that a trace keeps."""

    def read(
        self, numbers: Sequence[Any], forces: list[Force] | None, begun: Segment | None
    ) -> Segment:
        """Return everything that the network computes.

        Args:
            numbers: of the whole text.
            forces: that act on the way, placed on modules; None for none.
            begun: what is known of its first words; only of a network that is resumable.
        """

    def probabilities(self, texts: Sequence[Sequence[Any]]) -> Float[Tensor, "text label"]:
        """Return what the network thinks at the end of each text."""

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
        network: of the class ``Network`` itself, or any other; of a class made from it nothing
            is known.
        modules: the recurrent modules to record, by name.
        labels: how many there are.
        outputs: what the network puts out.
    """
    if type(network) is not Network:
        return AnyonesEngine(network, modules, labels, outputs)
    recorded = AnyonesEngine(network, modules, labels, outputs, network.embedding)
    return OurEngine(network, recorded)
