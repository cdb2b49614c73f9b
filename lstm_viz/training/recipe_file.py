"""Reading recipes from TOML files; the first mistake in one is reported with its place."""

import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import partial
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lstm_viz import plain_file
from lstm_viz.errors import RecipeError
from lstm_viz.training.recipe import OLD_KEYS, NetworkRecipe, Recipe, Stage, TextRecipe

_AT_LEAST_ONE = (
    "epochs", "longest", "embedding_size", "hidden_size", "layers", "negatives", "words_per_batch",
)  # fmt: skip
_SHARES = (
    "held_out_share", "unknown_share", "unknown_share_short", "averaged", "feature_dropout",
    "input_dropout", "recurrent_dropout", "hidden_dropout",
)  # fmt: skip
_LARGEST = 2**20  # bytes of a recipe
_LARGEST_SEED = 2**40  # each stage adds a million; all must fit the generator's 64 bits
# What a number must be, in words and as a test.
_Range = tuple[str, Callable[[Any], bool]]
_DEFAULT_RANGE: _Range = ("of at least 0", lambda value: value >= 0)
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


def names() -> list[str]:
    """Return the names of the packaged recipes; those of others are ``published/name``."""
    folder = files("lstm_viz.training") / "recipes"
    published = [f"published/{file.name}" for file in (folder / "published").iterdir()]
    every = [file.name for file in folder.iterdir() if file.is_file()] + published
    return sorted(name.removesuffix(".toml") for name in every if name.endswith(".toml"))


def load(name: str) -> Recipe:
    """Load a recipe.

    Args:
        name: of a packaged recipe, or the path of a TOML file.

    Raises:
        RecipeError: there is none, or a value in it is missing, unknown or of the wrong kind.
    """
    if name in names():
        content = (files("lstm_viz.training") / "recipes" / f"{name}.toml").read_bytes()
    else:
        known = f"one of {', '.join(names())}, or a .toml file"
        if not name.endswith(".toml"):
            raise RecipeError(name, known, "it is neither")
        content = plain_file.content(Path(name), _LARGEST, known, partial(RecipeError, name))
    short = Path(name).name.removesuffix(".toml")
    try:
        raw = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise RecipeError(short, "TOML", f"it is not ({error})") from error
    stages = raw.pop("stages", [])
    if not isinstance(stages, list) or not stages:
        raise RecipeError(short, "one or more [[stages]]", "there is none")
    raw["text"] = _build(TextRecipe, raw.get("text"), f"{short} [text]")
    raw["network"] = _build(NetworkRecipe, raw.get("network"), f"{short} [network]")
    raw["stages"] = tuple(
        _build(Stage, _with_new_keys(stage), f"{short} stage {number}")
        for number, stage in enumerate(stages, 1)
    )
    recipe: Recipe = _build(Recipe, {"name": short, **raw}, short)
    for number in range(len(recipe.stages)):
        _check_stage(recipe, number)
    return recipe


def _with_new_keys(stage: Any) -> Any:  # noqa: ANN401  (a value of TOML)
    """Return a stage whose keys and values of version 0.1 have their present names."""
    if not isinstance(stage, dict):
        return stage
    new = {old: key for key, old in OLD_KEYS.items() if key not in stage}
    stage = {new.get(key, key): value for key, value in stage.items()}
    return stage | {"task": "classification"} if stage.get("task") == "verdict" else stage


def _check_stage(recipe: Recipe, number: int) -> None:
    """Refuse a stage that does not fit the stages before it, or the network."""
    stage, where = recipe.stages[number], f"{recipe.name} stage {number + 1}"
    before = [one.name for one in recipe.stages[:number]]
    if not stage.name or {"/", "\\"} & {*stage.name}:  # it becomes part of a file's name
        raise RecipeError(where, "a name without slashes", f"it is {stage.name!r}")
    if stage.name in before:
        raise RecipeError(where, "a unique name", f"{stage.name!r} is taken")
    for key, known in (("start", before), ("pseudo_labels", ["words", *before])):
        value = getattr(stage, key)
        if value and "/" not in value and value not in known:
            raise RecipeError(where, f"{key} as a stage before, {known}", f"{value!r} came")
    shape = recipe.network
    if stage.task == "next word" and shape.directions == 2:
        raise RecipeError(where, "one direction to predict the next word", "there are two")
    if stage.recurrent_dropout and (shape.layers > 1 or shape.directions == 2):
        came = f"there are {shape.layers} in {shape.directions}"
        raise RecipeError(where, "one layer in one direction for recurrent_dropout", came)


def _build(cls: type, raw: Any, where: str) -> Any:  # noqa: ANN401  (a class of ``recipe``)
    """Build one of the classes of ``recipe`` from a TOML table."""
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
    """Return a value of the type that a key must have."""
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
        _check_whole_numbers(value, where, name)
    if isinstance(value, int | float):
        expected, fits = _RANGES.get(name, _DEFAULT_RANGE)
        if (type(value) is float and not isfinite(value)) or not fits(value):
            raise RecipeError(where, f"{name} {expected}", f"it is {value}")
    return value


def _check_whole_numbers(values: Any, where: str, name: str) -> None:  # noqa: ANN401
    whole = isinstance(values, tuple) and all(type(one) is int and one >= 0 for one in values)
    if not whole:
        raise RecipeError(where, f"{name} as whole numbers of at least 0", f"they are {values!r}")
