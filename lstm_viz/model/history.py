"""How was a model trained, and how good is it? The content of ``history.json``."""

import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lstm_viz import plain_file
from lstm_viz.errors import ModelFileError

FORMAT_VERSION = 2
Curve = Literal["train", "held_out", "test"]
_LARGEST = 2**24  # bytes: 200,000 points; those in the box have 24,000 bytes at most
_LARGEST_NUMBERS = {int: 2**53, float: 1e39}  # what a browser has each of; what torch.float32 has
_DEEPEST = 8  # tables inside tables of a recipe
_DAMAGES = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
CURVES: tuple[Curve, ...] = ("train", "held_out", "test")


@dataclass(frozen=True, slots=True)
class Point:
    """A measurement at one moment of a stage.

    Attributes:
        step: updates done before.
        loss: mean, in nats.
        accuracy: share of right answers, in [0, 1]; None if it was not measured.
    """

    step: int
    loss: float
    accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass of optimisation.

    Attributes:
        name: as in the recipe.
        steps: updates done.
        seconds: that they took, with measurements, over all runs.
        train: the mean over the updates since the point before.
        held_out: on texts that are not used for training.
        epochs: the update after which each epoch ended.
        kept: the update whose weights were kept; less than ``steps`` if later ones were worse.
        test: on the test part; only where a recipe's source published such a curve.
    """

    name: str
    steps: int
    seconds: float
    train: tuple[Point, ...]
    held_out: tuple[Point, ...]
    epochs: tuple[int, ...]
    kept: int
    test: tuple[Point, ...] = ()

    def with_point(self, curve: Curve, point: Point) -> "Stage":
        """Return the stage with one more point on one of its curves."""
        points = {name: getattr(self, name) for name in CURVES}
        points[curve] = (*points[curve], point)
        return replace(self, **points)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good predictions are on labelled texts.

    Attributes:
        texts: which, in words.
        part: ``test`` (read once, at the end) or ``held-out`` (choices were made on it).
        number: how many.
        accuracy: share of texts whose label is right at the end, in [0, 1].
        accuracy_at: the same after a quarter, a half, three quarters and the whole of a text.
        calibration_error_at: mean gap between confidence and accuracy, at the same places.
    """

    texts: str
    part: str
    number: int
    accuracy: float
    accuracy_at: tuple[float, ...]
    calibration_error_at: tuple[float, ...]

    @property
    def calibration_error(self) -> float:
        """The mean over the four places."""
        return sum(self.calibration_error_at) / len(self.calibration_error_at)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """How a model does in one group of test sentences.

    Attributes:
        suite: which sentences, in words.
        name: what they test, in words.
        number: of cases.
        right: share of cases passed, in [0, 1].
        wrong: some of the failures.
    """

    suite: str
    name: str
    number: int
    right: float
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was measured while a model was trained, and afterwards.

    Attributes:
        about: what the model is for, in one sentence.
        recipe: the recipe as read: hyperparameters by name.
        stages: in the order in which they ran.
        figures: on labelled texts.
        capabilities: on sentences made to test one thing each.
        facts: other measurements, by name in words.
    """

    about: str
    recipe: dict[str, Any]
    stages: tuple[Stage, ...]
    figures: tuple[Evaluation, ...] = ()
    capabilities: tuple[SuiteResult, ...] = ()
    facts: dict[str, float | int | str] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the history as JSON, numbers to five digits."""
        path.write_text(self.as_json(), "utf-8", newline="\n")

    def as_json(self) -> str:
        """Return what ``save`` writes."""
        raw = {"format_version": FORMAT_VERSION, **_rounded(asdict(self))}
        return json.dumps(raw, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def open(cls, path: Path) -> "History":
        """Read a history.

        Raises:
            ModelFileError: the file is missing, too large, not JSON, or holds something else.
        """

        def refusal(expected: str, came: str) -> ModelFileError:
            remedy = "Restore the file from where the model came from."
            return ModelFileError(path.name, expected, came, remedy)

        expected = "a history of training"
        content = plain_file.content(path, _LARGEST, expected, refusal)
        try:
            raw = json.loads(content.decode("utf-8-sig"))
            _check_value(raw, _DEEPEST)
            if raw.pop("format_version") != FORMAT_VERSION:
                raise ValueError(f"its format_version is not {FORMAT_VERSION}")
            raw["stages"] = tuple(stage_of(stage) for stage in raw["stages"])
            raw["figures"] = tuple(Evaluation(**_tuples(figure)) for figure in raw["figures"])
            raw["capabilities"] = tuple(SuiteResult(**_tuples(c)) for c in raw["capabilities"])
            made = cls(**raw)
            _check(made, "the history")
        except _DAMAGES as error:
            raise refusal(expected, f"it cannot be read ({error})") from error
        return made


def stage_of(raw: dict[str, Any]) -> Stage:
    """Return a stage from its parts as JSON holds them."""
    for name in CURVES:
        raw[name] = tuple(Point(**point) for point in raw.get(name, ()))
    return Stage(**_tuples(raw))


def _check_value(value: Any, depth: int) -> None:  # noqa: ANN401  (any part of a JSON value)
    """Raise ValueError if a value can be neither drawn nor saved."""
    if not depth:
        raise ValueError("its tables are nested too deeply")
    if isinstance(value, dict):
        for key in value:
            key.encode()  # half a pair of surrogates is not text
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            _check_value(part, depth - 1)
        elif isinstance(part, str):
            part.encode()
        elif type(part) in _LARGEST_NUMBERS and not abs(part) <= _LARGEST_NUMBERS[type(part)]:
            raise ValueError("a number in it is too large, or NaN")


# Looked up once: there may be many points.
_HINTS = {kind: get_type_hints(kind) for kind in (Point, Stage, Evaluation, SuiteResult, History)}


def _check(part: Any, name: str) -> None:  # noqa: ANN401  (any of the classes above)
    """Raise TypeError if a field does not have the type that its class says."""
    kinds = _HINTS[type(part)]
    for one in fields(part):
        value = getattr(part, one.name)
        if not _fits(value, kinds[one.name]):
            raise TypeError(f"{one.name} of {name} is not as expected")
        for inner in value if isinstance(value, tuple) else ():
            if is_dataclass(inner):
                _check(inner, one.name)


def _fits(value: Any, kind: Any) -> bool:  # noqa: ANN401  (any part of a JSON value, any type)
    inner = get_args(kind)
    if isinstance(kind, UnionType):
        return any(_fits(value, one) for one in inner)
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(_fits(one, inner[0]) for one in value)
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_fits(one, inner[1]) for one in value.values())
    if kind is float:  # JSON has no whole floats
        return type(value) in (int, float)
    return kind is Any or type(value) is kind


def _tuples(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _rounded(value: Any) -> Any:  # noqa: ANN401  (any part of a JSON value)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return round(value, 5) if isinstance(value, float) else value
