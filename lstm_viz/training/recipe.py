"""What is a model made of? The hyperparameters of one training run, read from a TOML file."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import partial
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lstm_viz import plain_file
from lstm_viz.errors import RecipeError
from lstm_viz.model.config import Config
from lstm_viz.text.vocabulary import Cutting
from lstm_viz.training.texts import augmentation

_AT_LEAST_ONE = (
    "epochs", "longest", "embedding_size", "hidden_size", "layers", "negatives", "words_per_batch",
)  # fmt: skip
_SHARES = (
    "held_out_share", "unknown_share", "unknown_share_short", "averaged", "feature_dropout",
    "input_dropout", "recurrent_dropout", "hidden_dropout",
)  # fmt: skip
_LARGEST = 2**20  # bytes of a recipe
_LARGEST_SEED = 2**40  # a million steps' seeds, made of it, still fit the generator's 64 bits
# What a number must be, in words and as a test.
_Range = tuple[str, Callable[[Any], bool]]
_USUAL: _Range = ("of at least 0", lambda value: value >= 0)
_RANGES: dict[str, _Range] = {
    **dict.fromkeys(_AT_LEAST_ONE, ("of at least 1", lambda value: value >= 1)),
    **dict.fromkeys(_SHARES, ("of at least 0 and below 1", lambda value: 0 <= value < 1)),
    "directions": ("1 or 2", lambda value: value in (1, 2)),
    "rate": ("above 0", lambda value: value > 0),
    "vocabulary_size": (
        "0 or at least 3 (padding and unknown are two of them)",
        lambda value: value == 0 or value >= 3,
    ),
    "seed": ("of at least 0 and below 2^40", lambda value: 0 <= value < _LARGEST_SEED),
}


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """How texts become numbers.

    Attributes:
        longest: words of one text read in training; longer ones are cut at either end.
        vocabulary_size: words known at most, padding and "unknown" included; 0 for all.
        least_count: how often a word must occur to be known.
        cutting: how texts are cut into words.
        held_out_share: share of the training texts kept for choices, where the data set has no
            part for that.
        unknown_share: share of the words of a text read as "unknown" while training.
        unknown_share_short: the same for sentences and phrases.
        sentences: how many sentences are generated from templates.
        keep: which end of a longer text is read: either by chance, the first or the last words.
        padding: where a batch of texts is filled up; ``before`` to the full ``longest``.
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
    """One pass of optimisation.

    Attributes:
        name: of the stage.
        epochs: how often each text is read.
        rate: highest learning rate.
        task: what is learnt: the ``verdict`` on a text, or the ``next word``.
        asked: where a verdict is asked for: after ``every word``, at the ``end``, or after a
            ``beginning`` as often as at the end (for a network that looks ahead).
        teacher: who labels the unlabelled texts, which are then read beside the labelled ones:
            ``words`` (a linear model of words, pairs and triples), or that model together with
            the network of a ``stage`` or ``recipe/stage``; empty to read labelled texts alone.
        words_per_batch: words read at one step, padding included, in batches of like length.
        texts_per_batch: texts read at one step, in random order; takes the place of the above.
        steps: updates after which it ends, if that is before; 0 for no such end.
        short_epochs: how often the short texts are read per epoch of the others.
        remarks: how often each remark stands among the short texts; see ``remarks``.
        feature_dropout: share of the features of each word left out.
        input_dropout: share of the features that a whole text does without.
        recurrent_dropout: share of the hidden units that a whole text's recurrence does without.
        hidden_dropout: share of the hidden units left out at each word, in front of the read-out.
        optimizer: Adam or RMSprop.
        schedule: ``one cycle`` (up, then down to zero) or ``constant``.
        clip: largest norm of a gradient; 0 for any.
        averaged: share of the averaged weights kept at each step; 0 keeps the last weights.
        negatives: for the next word: how many others it is told apart from.
        start: the stage whose weights come first, as ``stage`` or ``recipe/stage``; empty for the
            stage before.
        patience: measurements on held-out texts without improvement after which it is over, with
            the best weights kept; 0 to go on to the end.
        measured_every: steps between two measurements on held-out texts; 0 for once an epoch.
        snapshots: steps after which the weights are kept beside the model.
    """

    name: str
    epochs: int
    rate: float
    task: Literal["verdict", "next word"] = "verdict"
    asked: Literal["every word", "end", "beginning"] = "every word"
    teacher: str = ""
    words_per_batch: int = 8_192
    texts_per_batch: int = 0
    steps: int = 0
    short_epochs: float = 0.0
    remarks: int = 0
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
        about: what the model is for, in a sentence.
        seed: of every random choice.
        data: which data set; see ``lstm_viz.training.sources``.
        text: how texts become numbers.
        network: the shape of the network.
        stages: in the order in which they run.
        published: what a recipe's source says of it, by name: source, figures.
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
        """Return the shape of the model for so many words."""
        shape = {name.name: getattr(self.network, name.name) for name in fields(self.network)}
        return Config(
            self.name,
            labels,
            vocabulary_size,
            cutting=self.text.cutting,
            **shape,
        )

    def digest(self, last: str, texts: str) -> str:
        """Return what tells the weights after a stage from all others.

        Args:
            last: name of the stage.
            texts: what tells the texts from others.
        """
        before = self.before(last)
        # What a stage does not ask for makes no difference, so that new options leave old weights.
        usual = {part.name: part.default for part in fields(Stage)}
        asked = [
            {name: value for name, value in asdict(stage).items() if value != usual[name]}
            for stage in before
        ]
        made_of = [texts, self.seed, asdict(self.network), asked]
        if any(stage.remarks for stage in before):
            made_of.append(augmentation.digest())
        return sha256(json.dumps(made_of).encode()).hexdigest()[:8]

    def before(self, name: str) -> tuple[Stage, ...]:
        """Return the stages up to and with that name.

        Raises:
            RecipeError: there is no such stage.
        """
        names = [stage.name for stage in self.stages]
        if name not in names:
            raise RecipeError(self.name, f"a stage among {names}", f"{name!r} is asked for")
        return self.stages[: names.index(name) + 1]


def names() -> list[str]:
    """Return the recipes there are, those of published texts as ``published/name``."""
    folder = files("lstm_viz.training") / "recipes"
    published = [f"published/{file.name}" for file in (folder / "published").iterdir()]
    every = [file.name for file in folder.iterdir() if file.is_file()] + published
    return sorted(name.removesuffix(".toml") for name in every if name.endswith(".toml"))


def read(name: str) -> Recipe:
    """Read a recipe.

    Args:
        name: of one there is, or the path of a TOML file.

    Raises:
        RecipeError: there is none, or something in it is missing, unknown or of a wrong kind.
    """
    if name in names():
        content = (files("lstm_viz.training") / "recipes" / f"{name}.toml").read_bytes()
    else:
        known = f"one of {', '.join(names())}, or a .toml file"
        if not name.endswith(".toml"):
            raise RecipeError(name, known, "it is none")
        content = plain_file.content(Path(name), _LARGEST, known, partial(RecipeError, name))
    short = Path(name).name.removesuffix(".toml")
    try:
        raw = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise RecipeError(short, "TOML", f"it is not ({error})") from error
    stages = raw.pop("stages", [])
    if not isinstance(stages, list) or not stages:
        raise RecipeError(short, "one or more [[stages]]", "there is none")
    raw["text"] = _built(TextRecipe, raw.get("text"), f"{short} [text]")
    raw["network"] = _built(NetworkRecipe, raw.get("network"), f"{short} [network]")
    raw["stages"] = tuple(
        _built(Stage, stage, f"{short} stage {number}") for number, stage in enumerate(stages, 1)
    )
    made: Recipe = _built(Recipe, {"name": short, **raw}, short)
    for number in range(len(made.stages)):
        _check_stage(made, number)
    return made


def _check_stage(made: Recipe, number: int) -> None:
    """Refuse a stage that does not fit those before it, or the network."""
    stage, where = made.stages[number], f"{made.name} stage {number + 1}"
    before = [one.name for one in made.stages[:number]]
    if not stage.name or {"/", "\\"} & {*stage.name}:  # it becomes part of a file's name
        raise RecipeError(where, "a name without slashes", f"it is {stage.name!r}")
    if stage.name in before:
        raise RecipeError(where, "a name of its own", f"{stage.name!r} is taken")
    for key, known in (("start", before), ("teacher", ["words", *before])):
        asked = getattr(stage, key)
        if asked and "/" not in asked and asked not in known:
            raise RecipeError(where, f"{key} as a stage before, {known}", f"{asked!r} came")
    shape = made.network
    if stage.task == "next word" and shape.directions == 2:
        raise RecipeError(where, "one direction to predict the next word", "there are two")
    if stage.recurrent_dropout and (shape.layers > 1 or shape.directions == 2):
        came = f"there are {shape.layers} in {shape.directions}"
        raise RecipeError(where, "one layer in one direction for recurrent_dropout", came)


def _built(cls: type, raw: Any, where: str) -> Any:  # noqa: ANN401  (one of the classes above)
    """Build one of the classes above from a table of TOML."""
    if not isinstance(raw, dict):
        raise RecipeError(where, "a table", "it is missing or something else")
    known = {part.name: part for part in fields(cls)}
    needed = {
        name
        for name, part in known.items()
        if part.default is MISSING and part.default_factory is MISSING
    }
    for name in sorted(needed - set(raw)):
        raise RecipeError(where, f"the key {name!r}", "it is missing")
    for name in sorted(set(raw) - set(known)):
        raise RecipeError(where, f"keys among {sorted(known)}", f"there is {name!r}")
    hints = get_type_hints(cls)
    return cls(**{name: _checked(value, hints[name], where, name) for name, value in raw.items()})


def _checked(value: Any, hint: Any, where: str, name: str) -> Any:  # noqa: ANN401
    """Return a value of the kind that a key must have."""
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    if hint is float and type(value) is int:
        value = float(value)
    if isinstance(value, list):
        value = tuple(value)
    if choices and value not in choices:
        raise RecipeError(where, f"{name} as one of {list(choices)}", f"it is {value!r}")
    if isinstance(hint, type) and type(value) is not hint:
        raise RecipeError(where, f"{name} as {hint.__name__}", f"it is {value!r}")
    if get_origin(hint) is dict and not isinstance(value, dict):
        raise RecipeError(where, f"{name} as a table", f"it is {value!r}")
    if get_origin(hint) is tuple and get_args(hint)[0] is int:
        _check_whole(value, where, name)
    if isinstance(value, int | float):
        said, fits = _RANGES.get(name, _USUAL)
        if (type(value) is float and not isfinite(value)) or not fits(value):
            raise RecipeError(where, f"{name} {said}", f"it is {value}")
    return value


def _check_whole(values: Any, where: str, name: str) -> None:  # noqa: ANN401
    whole = isinstance(values, tuple) and all(type(one) is int and one >= 0 for one in values)
    if not whole:
        raise RecipeError(where, f"{name} as whole numbers of at least 0", f"they are {values!r}")
