"""What is a model made of? Every hyperparameter of one training run."""

import json
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from typing import Any, Literal

from lstm_viz.errors import RecipeError
from lstm_viz.model.config import Config
from lstm_viz.text.vocabulary import Cutting
from lstm_viz.training.texts import augmentation

# Keys as version 0.1 called them. ``recipe_file`` still reads them, and ``Recipe.digest`` uses
# them, so that checkpoints written under the old names are found.
OLD_KEYS = {"loss_at": "asked", "pseudo_labels": "teacher", "augmentation": "remarks"}


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """How texts become numbers.

    Attributes:
        longest: most words of one text in training; longer texts are cut at either end.
        vocabulary_size: most words in the vocabulary, padding and "unknown" included; 0 for all.
        least_count: how often a word must occur to enter the vocabulary.
        cutting: how texts are split into words.
        held_out_share: share of the training texts that is held out, if the data set has no
            development part.
        unknown_share: share of the words of a text replaced by "unknown" in training.
        unknown_share_short: the same for sentences and phrases.
        sentences: number of sentences generated from templates.
        keep: which end of a longer text is kept: either at random, the first or the last words.
        padding: where shorter texts are padded; ``before`` pads to the full ``longest``.
    """

    longest: int
    vocabulary_size: int = 0
    least_count: int = 1
    cutting: Cutting = "words"
    held_out_share: float = 0.1
    unknown_share: float = 0.0
    unknown_share_short: float = 0.0
    sentences: int = 0
    keep: Literal["either", "first", "last"] = "either"
    padding: Literal["behind", "before"] = "behind"


@dataclass(frozen=True, slots=True)
class NetworkRecipe:
    """The shape of the network; see ``lstm_viz.model.config.Config``."""

    embedding_size: int
    hidden_size: int
    cell: Literal["LSTM", "GRU", "RNN"] = "LSTM"
    layers: int = 1
    directions: int = 1
    dense_size: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One optimization run.

    Attributes:
        name: of the stage.
        epochs: how often each text is used.
        rate: highest learning rate.
        task: the objective: ``classification`` of a text, or the ``next word``.
        loss_at: where a classification has its loss: after ``every word``, at the ``end``, or after
            a ``beginning`` as often as at the end (for a bidirectional network).
        pseudo_labels: what labels the unlabelled texts, which are then trained on beside the
            labelled ones: ``words`` (a linear model of words, pairs and triples), or the mean of
            that model and the network after a ``stage`` or ``recipe/stage``. Empty for labelled
            texts alone.
        words_per_batch: most words of one step, padding included, in batches of similar length.
        texts_per_batch: texts of one step, in random order; used instead of ``words_per_batch``.
        steps: most updates; 0 for no limit.
        short_epochs: how often the short texts are used per epoch of the others.
        augmentation: copies of the augmentation sentences among the short texts; see
            ``texts.augmentation``.
        feature_dropout: share of the features of each word that is dropped.
        input_dropout: share of the features that is dropped for a whole text.
        recurrent_dropout: share of the hidden units that is dropped in a text's recurrence.
        hidden_dropout: share of the hidden units that is dropped at each word before the read-out.
        optimizer: Adam or RMSprop.
        schedule: ``one cycle`` (up, then down to zero) or ``constant``.
        clip: largest norm of a gradient; 0 for no limit.
        averaged: decay of the moving average of the weights; 0 keeps the last weights.
        negatives: number of sampled words that the next word is compared with.
        start: the stage whose weights to start from, as ``stage`` or ``recipe/stage``; empty for
            the stage before.
        patience: measurements on held-out texts without improvement before the stage ends with the
            best weights; 0 to run to the end.
        measured_every: steps between two measurements on held-out texts; 0 for once an epoch.
        snapshots: steps after which the weights are stored with the model.
    """

    name: str
    epochs: int
    rate: float
    task: Literal["classification", "next word"] = "classification"
    loss_at: Literal["every word", "end", "beginning"] = "every word"
    pseudo_labels: str = ""
    words_per_batch: int = 8_192
    texts_per_batch: int = 0
    steps: int = 0
    short_epochs: float = 0.0
    augmentation: int = 0
    feature_dropout: float = 0.0
    input_dropout: float = 0.0
    recurrent_dropout: float = 0.0
    hidden_dropout: float = 0.0
    optimizer: Literal["Adam", "RMSprop"] = "Adam"
    schedule: Literal["one cycle", "constant"] = "one cycle"
    clip: float = 1.0
    averaged: float = 0.999
    negatives: int = 384
    start: str = ""
    patience: int = 0
    measured_every: int = 0
    snapshots: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run depends on, apart from the data.

    Attributes:
        name: of the model and of its folder.
        about: what the model is for, in one sentence.
        seed: of every random choice.
        data: the data set; see ``lstm_viz.training.texts.sources``.
        text: how texts become numbers.
        network: the shape of the network.
        stages: in the order in which they run.
        published: source and figures of a recipe that others published, by name.
    """

    name: str
    about: str
    seed: int
    data: str
    text: TextRecipe
    network: NetworkRecipe
    stages: tuple[Stage, ...]
    published: dict[str, Any] = field(default_factory=dict)

    def config(self, labels: tuple[str, ...], vocabulary_size: int) -> Config:
        """Return the shape of the model for a vocabulary of this size."""
        shape = {name.name: getattr(self.network, name.name) for name in fields(self.network)}
        return Config(
            self.name,
            labels,
            vocabulary_size,
            cutting=self.text.cutting,
            **shape,
        )

    def digest(self, last: str, texts: str) -> str:
        """Return a digest of everything that the weights after a stage depend on.

        Args:
            last: name of the stage.
            texts: digest of the texts.
        """
        before = self.before(last)
        # Options at their defaults are left out: a new option must not orphan old checkpoints.
        defaults = {part.name: part.default for part in fields(Stage)}
        options = [
            {
                OLD_KEYS.get(name, name): value
                for name, value in asdict(stage).items()
                if value != defaults[name]
            }
            for stage in before
        ]
        content = [texts, self.seed, asdict(self.network), options]
        if any(stage.augmentation for stage in before):
            content.append(augmentation.digest())
        return sha256(json.dumps(content).encode()).hexdigest()[:8]

    def before(self, name: str) -> tuple[Stage, ...]:
        """Return the stages up to and including the one of this name.

        Raises:
            RecipeError: there is no such stage.
        """
        names = [stage.name for stage in self.stages]
        if name not in names:
            raise RecipeError(self.name, f"a stage among {names}", f"{name!r} came")
        return self.stages[: names.index(name) + 1]
