"""The texts of a data set and their targets, by part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from lstm_viz import plain_file
from lstm_viz.data.folder import data_folder
from lstm_viz.errors import DataError
from lstm_viz.training.recipe import Recipe
from lstm_viz.training.texts import augmentation, tables, templates

NEGATIVE_POSITIVE = ("negative", "positive")
# P(positive) that a phrase of the treebank should get, by its rating from very negative to very
# positive.
PHRASE_TARGET = np.array([0.03, 0.15, 0.5, 0.85, 0.97], dtype=np.float32)
_THOUSAND = 1000
_LONGEST = 100  # characters of a file's name in the name of its texts
_HOTEL, _NEWS = "chnsenticorp_htl", "thucnews_titles"  # files


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts, and the probability that each label should get.

    Attributes:
        texts: as published.
        targets: in [0, 1], summing to 1 for each text; NaN for an unlabelled text.
    """

    texts: Sequence[str]
    targets: Float[np.ndarray, "text label"]

    def only(self, chosen: np.ndarray) -> "Rows":
        """Return the rows where ``chosen`` is true."""
        places = np.flatnonzero(chosen)
        return Rows([self.texts[int(place)] for place in places], self.targets[places])

    def __add__(self, other: "Rows") -> "Rows":
        """Return the rows of both."""
        return Rows([*self.texts, *other.texts], np.concatenate([self.targets, other.targets]))


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of a data set.

    Attributes:
        labels: of the classes.
        parts: ``labelled`` texts to train on and ``held_out`` ones for choices; of some data sets
            also ``unlabelled`` ones, ``short`` ones (sentences and phrases) with their own
            ``held_out_short``, and short ones ``generated`` from templates.
        tests: the test parts by name. They are used once, at the end.
    """

    labels: tuple[str, ...]
    parts: dict[str, Rows]
    tests: dict[str, Rows]


def load_source(recipe: Recipe, file: Path | None = None) -> Source:
    """Return the texts of a recipe.

    Args:
        recipe: with the name of the data set.
        file: a CSV, TSV or Parquet file that replaces the data set.

    Raises:
        DataError: the data set is not there, or is unknown.
        TableError: there is a mistake in the file.
    """
    if file is not None:
        return _from_table(file)
    if recipe.data not in _SOURCES:
        raise DataError(f"data among {', '.join(_SOURCES)}", f"the recipe asks for {recipe.data!r}")
    return _SOURCES[recipe.data](recipe)


def _films(recipe: Recipe) -> Source:
    """Film reviews of IMDB, and sentences and phrases of the Stanford Sentiment Treebank."""
    reviews, held_out = _reviews(recipe.text.held_out_share, "movie_id")
    return Source(
        NEGATIVE_POSITIVE,
        {
            "labelled": reviews,
            "held_out": held_out,
            "unlabelled": _unlabelled(),
            "short": _rated("sst", "train") + _rated("sst_phrases", "train"),
            "generated": _binary(*templates.generate(recipe.text.sentences, recipe.seed)),
            "held_out_short": labelled("sst", "dev"),
        },
        {
            "IMDB, test part": labelled("imdb", "test"),
            "SST-2, test part": labelled("sst", "test"),
        },
    )


def _imdb(recipe: Recipe) -> Source:
    """Film reviews of IMDB, as in most tutorials."""
    reviews, held_out = _reviews(recipe.text.held_out_share, "id")
    parts = {"labelled": reviews, "held_out": held_out}
    return Source(NEGATIVE_POSITIVE, parts, {"IMDB, test part": labelled("imdb", "test")})


def _hotel(recipe: Recipe) -> Source:
    """Chinese hotel reviews, ChnSentiCorp."""
    del recipe
    parts = {"labelled": labelled(_HOTEL, "train"), "held_out": labelled(_HOTEL, "dev")}
    return Source(NEGATIVE_POSITIVE, parts, {"ChnSentiCorp, test part": labelled(_HOTEL, "test")})


def _news(recipe: Recipe) -> Source:
    """Chinese news titles in ten topics, THUCNews."""
    del recipe
    columns = ["text", "label", "label_name", "split"]
    table = _table(_NEWS, columns, None)
    labels = [name for _, name in sorted({*zip(table["label"], table["label_name"], strict=True)})]
    rows = Rows(table["text"], np.eye(len(labels), dtype=np.float32)[table["label"]])
    split = np.array(table["split"], object)
    parts = {"labelled": rows.only(split == "train"), "held_out": rows.only(split == "dev")}
    return Source(tuple(labels), parts, {"THUCNews titles, test part": rows.only(split == "test")})


_SOURCES: dict[str, Callable[[Recipe], Source]] = {
    "films": _films,
    "imdb": _imdb,
    "hotel": _hotel,
    "news": _news,
}


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Texts that are neither training nor test texts, as a user may type them.

    Attributes:
        name: in words.
        texts: as published.
    """

    name: str
    texts: Sequence[str]


def held_out(data: str, share: float, file: Path | None = None) -> HeldOut:
    """Return the held-out texts of a data set: single sentences if there are some.

    Args:
        data: name of the data set.
        share: of the training texts, if the data set has no development part.
        file: a table that replaces the data set.

    Raises:
        DataError: the data set is not there, or is unknown.
        TableError: there is a mistake in the file.
    """
    if file is not None:
        name = "".join(sign if sign.isprintable() else "\ufffd" for sign in file.name[-_LONGEST:])
        return HeldOut(f"{name}, held-out texts", _from_table(file).parts["held_out"].texts)
    if data not in _HELD_OUT:
        raise DataError(f"data among {', '.join(_HELD_OUT)}", f"{data!r} is asked for")
    name, texts = _HELD_OUT[data]
    return HeldOut(name, texts(share))


_HELD_OUT: dict[str, tuple[str, Callable[[float], Sequence[str]]]] = {
    "films": ("SST, development sentences", lambda _: labelled("sst", "dev").texts),
    "imdb": ("IMDB, held-out reviews", lambda share: _reviews(share, "id")[1].texts),
    "hotel": ("ChnSentiCorp, held-out reviews", lambda _: labelled(_HOTEL, "dev").texts),
    "news": ("THUCNews, held-out titles", lambda _: _table(_NEWS, ["text"], "dev")["text"]),
}


def _from_table(file: Path) -> Source:
    """Texts of a table."""
    table = tables.read_table(file)
    numbers = [table.names.index(label) for label in table.labels]
    rows = Rows(table.texts, np.eye(len(table.names), dtype=np.float32)[numbers])
    split = np.array(table.splits, object)
    parts = {"labelled": rows.only(split == "train"), "held_out": rows.only(split == "dev")}
    return Source(table.names, parts, {f"{file.name}, test part": rows.only(split == "test")})


def augmentation_rows() -> Rows:
    """Return the augmentation sentences, with the targets of generated sentences."""
    labels, texts = zip(*augmentation.rows(), strict=True)
    ends = [templates.TARGETS["negative"], templates.TARGETS["positive"]]
    return _binary(texts, np.array([ends[label] for label in labels], np.float32))


def _reviews(held_out_share: float, together: str) -> tuple[Rows, Rows]:
    """Return the labelled reviews of IMDB to train on, and those held out.

    Args:
        held_out_share: of the reviews.
        together: column; rows with the same value are not separated.
    """
    table = _table("imdb", ["text", "label", together, "split"], "train")
    labels = np.asarray(table["label"], np.float32)
    share = held_out_share * _THOUSAND
    # By hash, so that the choice depends on the film or the number of the review alone.
    out = np.array([_hash(str(key)) < share for key in table[together]])
    rows = _binary(table["text"], labels)
    return rows.only(~out), rows.only(out)


def _hash(key: str) -> int:
    return int(md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % _THOUSAND


def _unlabelled() -> Rows:
    table = _table("imdb_unsup", ["text", "in_labelled"], None)
    fresh = [text for text, twin in zip(*table.values(), strict=True) if not twin]
    return Rows(fresh, np.full((len(fresh), 2), np.nan, np.float32))


def labelled(file: str, split: str) -> Rows:
    """Return the rows of one split of a data set that are negative or positive."""
    table = _table(file, ["text", "label", "split"], split)
    labels = np.asarray(table["label"], np.float32)
    return _binary(table["text"], labels).only(labels >= 0)


def _rated(file: str, split: str) -> Rows:
    table = _table(file, ["text", "label5", "split"], split)
    return _binary(table["text"], PHRASE_TARGET[np.asarray(table["label5"])])


def _binary(texts: Sequence[str], positive: Float[np.ndarray, " text"]) -> Rows:
    return Rows(texts, _of_two(positive))


def _of_two(positive: Float[np.ndarray, " text"]) -> Float[np.ndarray, "text label"]:
    return np.stack([1 - positive, positive], 1).astype(np.float32)


def _table(file: str, columns: list[str], split: str | None) -> dict[str, list[Any]]:
    import pyarrow.parquet as pq

    path = data_folder() / f"{file}.parquet"
    if not path.is_file():
        expected = f"{path.name} in the folder {path.parent}"
        remedy = "Set LSTM_VIZ_DATA to its folder, or fetch it: python -m lstm_viz.data"
        raise DataError(expected, f"it is not there. {remedy}")
    filters = None if split is None else [("split", "==", split)]
    try:
        found = pq.read_table(path, columns=columns, filters=filters)
        columns_by_name: dict[str, list[Any]] = found.to_pydict()
    except Exception as error:  # readers of damaged bytes raise errors of any kind
        came = f"it cannot be read ({plain_file.reason(error)})"
        raise DataError(f"{path.name} with the columns {', '.join(columns)}", came) from error
    return columns_by_name
