"""What is needed to rebuild a classifier? The content of ``config.json``."""

import json
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, get_args

from lstm_viz import plain_file
from lstm_viz.errors import ModelFileError
from lstm_viz.text.vocabulary import CUTTINGS, Cutting
from lstm_viz.trace.cells import CellKind

FORMAT_VERSION = 1
_LARGEST = 2**20  # bytes: only the names of labels can be long
# Values of keys that configs of older versions do not have.
_DEFAULTS: dict[str, Any] = {
    "cell": "LSTM",
    "layers": 1,
    "directions": 1,
    "dense_size": 0,
    "cutting": "words",
}
CELLS: tuple[CellKind, ...] = get_args(CellKind)
# Limits of every size, against absurd allocations.
_SIZES = {
    "vocabulary_size": (1, 1_000_000),
    "embedding_size": (1, 1_000_000),
    "hidden_size": (1, 1_000_000),
    "layers": (1, 1_000),
    "directions": (1, 2),
    "dense_size": (0, 1_000_000),
}


@dataclass(frozen=True, slots=True)
class Config:
    """The shape of a classifier and what its outputs mean.

    Attributes:
        name: the model's name, as in ``lstm_viz.load(name)``.
        labels: what each output stands for; ``labels[k]`` is label k of the data.
        vocabulary_size: number of rows in the embedding.
        embedding_size: features of one word.
        hidden_size: units of each recurrent layer.
        cell: LSTM, GRU or RNN.
        layers: number of recurrent layers.
        directions: 1, or 2 if each layer also reads from the end.
        dense_size: units of the dense layer between hidden state and labels; 0 for none.
        cutting: how texts are cut into words: ``words`` or ``jieba``.
        format_version: of this file.
    """

    name: str
    labels: tuple[str, ...]
    vocabulary_size: int
    embedding_size: int
    hidden_size: int
    cell: CellKind = "LSTM"
    layers: int = 1
    directions: int = 1
    dense_size: int = 0
    cutting: Cutting = "words"
    format_version: int = FORMAT_VERSION

    def save(self, path: Path) -> None:
        """Write the config as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def open(cls, path: Path) -> "Config":
        """Read and check a config.

        Raises:
            ModelFileError: the file is missing, is not JSON, or a key is missing, unknown, or
                of the wrong type or size.
        """
        content = plain_file.content(path, _LARGEST, "a JSON object", partial(_refusal, path))
        try:
            return cls._checked(path, json.loads(content.decode("utf-8-sig")))
        except (ValueError, RecursionError) as error:  # also of a value too deep to be named
            raise _refusal(path, "a JSON object", f"it cannot be read ({error})") from error

    @classmethod
    def _checked(cls, path: Path, raw: Any) -> "Config":  # noqa: ANN401  (any JSON value)
        expected = {field.name for field in fields(cls)}
        if not isinstance(raw, dict) or set(_DEFAULTS | raw) != expected:
            came = f"the keys are {sorted(raw)}" if isinstance(raw, dict) else "it is no object"
            raise _refusal(path, f"the keys {sorted(expected)}", came)
        raw = _DEFAULTS | raw
        if raw["format_version"] != FORMAT_VERSION:
            raise _refusal(
                path, f"format_version {FORMAT_VERSION}", f"it is {raw['format_version']!r}"
            )
        if raw["cell"] not in CELLS:
            raise _refusal(path, f"cell as one of {CELLS}", f"it is {raw['cell']!r}")
        if raw["cutting"] not in tuple(CUTTINGS):
            raise _refusal(path, f"cutting as one of {[*CUTTINGS]}", f"it is {raw['cutting']!r}")
        for key, (least, most) in _SIZES.items():
            if type(raw[key]) is not int or not least <= raw[key] <= most:
                raise _refusal(path, f"{key} from {least} to {most}", f"it is {raw[key]!r}")
        labels = raw["labels"]
        if (
            not isinstance(labels, list)
            or len(labels) < 2
            or len(set(map(str, labels))) < len(labels)
        ):
            raise _refusal(path, "two or more different labels", f"they are {labels!r}")
        if not all(isinstance(text, str) for text in (raw["name"], *labels)):
            raise _refusal(path, "name and labels as text", f"they are {raw['name']!r}, {labels!r}")
        return cls(**{**raw, "labels": tuple(labels)})


def _refusal(path: Path, expected: str, came: str) -> ModelFileError:
    return ModelFileError(path.name, expected, came, "Restore the file from where it came from.")
