"""Which texts does a model learn from, and which are kept for choices?

Every text is cut into numbers once and cached; what is trained on, chosen on and tested on are
separate ``Texts``.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Float, Int

from lstm_viz.text import Vocabulary, key_of, spans
from lstm_viz.text.vocabulary import UNKNOWN
from lstm_viz.training import templates
from lstm_viz.training.recipe import Recipe

# P(positive) that a phrase of the treebank should get, by its mean rating by people:
# very negative, negative, neutral, positive, very positive.
PHRASE_TARGET = np.array([0.03, 0.15, 0.5, 0.85, 0.97], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts as numbers, with what their label should be.

    Attributes:
        numbers: the vocabulary numbers of all texts, one after the other.
        starts: where each text starts in ``numbers``; one more entry marks the end.
        targets: P(positive) that each should get, in [0, 1]; NaN without a label.
    """

    numbers: Int[np.ndarray, " token"]
    starts: Int[np.ndarray, " text_and_end"]
    targets: Float[np.ndarray, " text"]

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.targets)

    @property
    def lengths(self) -> Int[np.ndarray, " text"]:
        """Words of each text."""
        return np.diff(self.starts)

    def __getitem__(self, index: int) -> Int[np.ndarray, " token"]:
        """Return the numbers of one text."""
        return self.numbers[self.starts[index] : self.starts[index + 1]]

    def only(self, chosen: Int[np.ndarray, " chosen"]) -> "Texts":
        """Return some of the texts, in the order given."""
        return _joined([self[int(index)] for index in chosen], self.targets[chosen])

    def with_targets(self, targets: Float[np.ndarray, " text"]) -> "Texts":
        """Return the same texts with other targets."""
        return Texts(self.numbers, self.starts, targets.astype(np.float32))

    def __add__(self, other: "Texts") -> "Texts":
        """Return the texts of both."""
        return Texts(
            np.concatenate([self.numbers, other.numbers]),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.targets, other.targets]),
        )


@dataclass(frozen=True, slots=True)
class Corpus:
    """The texts of one recipe.

    Attributes:
        vocabulary: made from the reviews and sentences that are trained on, and no others.
        reviews: labelled IMDB reviews to train on.
        held_out: labelled IMDB reviews of other movies, for choices.
        unlabelled: IMDB reviews without a label; none repeats a labelled text.
        short: SST sentences and phrases, and sentences from templates, to train on.
        held_out_short: the SST development sentences.
    """

    vocabulary: Vocabulary
    reviews: Texts
    held_out: Texts
    unlabelled: Texts
    short: Texts
    held_out_short: Texts

    def save(self, folder: Path) -> None:
        """Write the vocabulary and one file of numbers per part."""
        folder.mkdir(parents=True, exist_ok=True)
        for part in _PARTS:
            texts: Texts = getattr(self, part)
            np.savez(
                folder / f"{part}.npz",
                numbers=texts.numbers,
                starts=texts.starts,
                targets=texts.targets,
            )
        self.vocabulary.save(folder / "vocabulary.txt")  # last: its presence means "complete"

    @classmethod
    def open(cls, folder: Path) -> "Corpus":
        """Read what ``save`` wrote."""
        parts = {}
        for part in _PARTS:
            with np.load(folder / f"{part}.npz") as raw:
                parts[part] = Texts(raw["numbers"], raw["starts"], raw["targets"])
        return cls(vocabulary=Vocabulary.open(folder / "vocabulary.txt"), **parts)


_PARTS = ("reviews", "held_out", "unlabelled", "short", "held_out_short")


def data_folder() -> Path:
    """Return where the Parquet files of the data sets lie: LSTM_VIZ_DATA, or ../shared/data."""
    return Path(os.environ.get("LSTM_VIZ_DATA", "../shared/data"))


def labelled(file: str, split: str) -> tuple[list[str], Int[np.ndarray, " text"]]:
    """Return the texts and binary labels of one split of a data set, unlabelled rows left out."""
    table = _table(file, ["text", "label", "split"], split)
    labels = np.asarray(table["label"], dtype=np.int64)
    keep = np.flatnonzero(labels >= 0)
    return [table["text"][index] for index in keep], labels[keep]


def build(recipe: Recipe) -> Corpus:
    """Read the data sets and cut every text into numbers; takes about two minutes."""
    reviews = _table("imdb", ["text", "label", "movie_id", "split"], "train")
    kept = np.array([_is_held_out(movie, recipe) for movie in reviews["movie_id"]])
    unlabelled = _table("imdb_unsup", ["text", "in_labelled"], None)
    fresh = [text for text, twin in zip(*unlabelled.values(), strict=True) if not twin]
    sentences, _ = sentence_targets("train")
    training = [text for text, out in zip(reviews["text"], kept, strict=True) if not out]
    vocabulary = _vocabulary([*training, *sentences], recipe.vocabulary_size)

    everything = texts_from(vocabulary, reviews["text"], np.asarray(reviews["label"], np.float32))
    generated = templates.generate(recipe.sentences, recipe.seed)
    nothing = np.full(len(fresh), np.nan, np.float32)
    return Corpus(
        vocabulary=vocabulary,
        reviews=everything.only(np.flatnonzero(~kept)),
        held_out=everything.only(np.flatnonzero(kept)),
        unlabelled=texts_from(vocabulary, fresh, nothing),
        short=texts_from(vocabulary, *sentence_targets("train"))
        + texts_from(vocabulary, *_phrases())
        + texts_from(vocabulary, *generated),
        held_out_short=texts_from(vocabulary, *_floats(labelled("sst", "dev"))),
    )


def texts_from(
    vocabulary: Vocabulary, texts: Sequence[str], targets: Float[np.ndarray, " text"]
) -> Texts:
    """Cut texts into numbers; those without any token are left out."""
    numbers = [
        np.array(vocabulary.numbers(text[a:b] for a, b in spans(text)), np.int32) for text in texts
    ]
    filled = [index for index, text in enumerate(numbers) if len(text)]
    return _joined([numbers[index] for index in filled], targets[filled])


def sentence_targets(split: str) -> tuple[list[str], Float[np.ndarray, " text"]]:
    """Return the sentences of the treebank with the P(positive) that each should get."""
    table = _table("sst", ["text", "label5", "split"], split)
    return table["text"], PHRASE_TARGET[np.asarray(table["label5"])]


def _phrases() -> tuple[list[str], Float[np.ndarray, " text"]]:
    table = _table("sst_phrases", ["text", "label5", "split"], "train")
    return table["text"], PHRASE_TARGET[np.asarray(table["label5"])]


def _floats(
    pair: tuple[list[str], Int[np.ndarray, " text"]],
) -> tuple[list[str], Float[np.ndarray, " text"]]:
    return pair[0], pair[1].astype(np.float32)


def _table(file: str, columns: list[str], split: str | None) -> dict[str, list[Any]]:
    path = data_folder() / f"{file}.parquet"
    if not path.is_file():
        raise FileNotFoundError(
            f"No {path.name} in {path.parent}. Set LSTM_VIZ_DATA to the folder that holds the data."
        )
    filters = None if split is None else [("split", "==", split)]
    table = pq.read_table(path, columns=columns, filters=filters)
    read: dict[str, list[Any]] = table.to_pydict()
    return read


def _is_held_out(movie: str, recipe: Recipe) -> bool:
    # By movie, so that no review of a held-out film is trained on; by hash, so that the choice
    # depends on nothing but the film.
    return int(md5(movie.encode(), usedforsecurity=False).hexdigest(), 16) % 1000 < (
        recipe.held_out_share * 1000
    )


def _vocabulary(texts: Iterable[str], size: int) -> Vocabulary:
    counts = Counter(key_of(text[start:end]) for text in texts for start, end in spans(text))
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    fit = [word for word, _ in most if "\n" not in word][: size - UNKNOWN - 1]
    return Vocabulary(fit)


def _joined(numbers: list[np.ndarray], targets: Float[np.ndarray, " text"]) -> Texts:
    lengths = [len(text) for text in numbers]
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    flat = np.concatenate(numbers) if numbers else np.zeros(0, np.int32)
    return Texts(flat.astype(np.int32), starts, np.asarray(targets, np.float32))
