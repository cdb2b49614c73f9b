"""What is a model made of? The hyperparameters of one training run, read from a TOML file."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass of optimisation.

    Attributes:
        epochs: how often each review is read.
        tokens_per_batch: words read at one step, padding included.
        peak_rate: the highest learning rate of the one-cycle schedule.
        dropout: share of word features and of hidden units left out.
        short_epochs: how often the short texts are read meanwhile, per epoch of the reviews.
    """

    epochs: int
    tokens_per_batch: int
    peak_rate: float
    dropout: float
    short_epochs: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run depends on, apart from the data.

    Attributes:
        name: of the model and of its folder under ``pretrained/``.
        seed: of every random choice.
        held_out_share: share of the training reviews, whole movies, kept for choices.
        vocabulary_size: words known, padding and "unknown" included.
        embedding_size: features of a word.
        hidden_size: units of the LSTM.
        longest: words of one review read in training; longer ones are cut at either end.
        unknown_share: share of the words of a review read as "unknown" while training.
        unknown_share_short: the same for sentences and phrases.
        clip: largest norm of a gradient.
        negatives: words that the true next word is told apart from.
        sentences: how many sentences are generated from templates.
        language, first, final, polish: the passes: next word; first classifier; final
            classifier; final classifier once more, mostly on short texts.
    """

    name: str
    seed: int
    held_out_share: float
    vocabulary_size: int
    embedding_size: int
    hidden_size: int
    longest: int
    unknown_share: float
    unknown_share_short: float
    clip: float
    negatives: int
    sentences: int
    language: Stage
    first: Stage
    final: Stage
    polish: Stage


def names() -> list[str]:
    """Return the recipes there are."""
    folder = files("lstm_viz.training") / "recipes"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir())


def read(name: str) -> Recipe:
    """Read the recipe of that name.

    Raises:
        ValueError: there is no such recipe; the sentence lists those there are.
        TypeError: a key of the file is missing or unknown.
    """
    if name not in names():
        raise ValueError(f"No recipe is called {name!r}. There are: {', '.join(names())}.")
    file = files("lstm_viz.training") / "recipes" / f"{name}.toml"
    raw: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    stages = {key: Stage(**raw.pop(key)) for key in ("language", "first", "final", "polish")}
    return Recipe(name=name, **{**raw, **stages})
