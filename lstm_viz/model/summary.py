"""What is the shape of a model? Found without reading its weights."""

from dataclasses import dataclass

from lstm_viz.model.classifier import Classifier
from lstm_viz.model.config import Config
from lstm_viz.text import Vocabulary
from lstm_viz.trace.modules import cell_of, directions_of, layers_in, width_of

_NO_WORDS = 2  # numbers of the vocabulary that stand for no word: padding and unknown


@dataclass(frozen=True, slots=True)
class Summary:
    """The shape of a model.

    Attributes:
        cell: the kind of its recurrent layers.
        layers: number of layers.
        directions: 1, or 2 if a layer also reads backward.
        units: of the last layer.
        labels: what its outputs stand for.
        words: in its vocabulary; None if that is not known.
    """

    cell: str
    layers: int
    directions: int
    units: int
    labels: tuple[str, ...]
    words: int | None


def of_config(config: Config) -> Summary:
    """Return the summary of a model folder."""
    return Summary(
        config.cell,
        config.layers,
        config.directions,
        config.hidden_size,
        config.labels,
        config.vocabulary_size - _NO_WORDS,
    )


def of_classifier(classifier: Classifier) -> Summary:
    """Return the summary of a model that is open."""
    modules = [*classifier.modules.values()]
    encoder = classifier.text_encoder
    return Summary(
        cell_of(modules[-1]).kind,
        sum(1 for module in modules for _ in layers_in(module)),
        max(map(directions_of, modules)),
        width_of(modules[-1], "hidden_state"),
        classifier.labels,
        len(encoder.words) if isinstance(encoder, Vocabulary) else None,
    )
