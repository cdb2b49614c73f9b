"""Texts as numbers: encoded once, saved, and opened by every later run."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from lstm_viz.errors import RecipeError
from lstm_viz.progress import Progress, unwatched
from lstm_viz.text import Vocabulary, key_of
from lstm_viz.text.vocabulary import CUTTINGS, UNKNOWN
from lstm_viz.training.recipe import Recipe, TextRecipe
from lstm_viz.training.texts import templates
from lstm_viz.training.texts.sources import Rows, Source

_TEST = "test "  # in front of the names of test parts
_EVERY = 500  # texts between two calls of a progress


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts as numbers, with the targets of each.

    Attributes:
        numbers: the vocabulary numbers of all texts, one after the other.
        starts: index in ``numbers`` where each text starts; one more entry marks the end.
        targets: probability that each label should get, in [0, 1]; NaN without a label.
    """

    numbers: Int[np.ndarray, " token"]
    starts: Int[np.ndarray, " text_and_end"]
    targets: Float[np.ndarray, "text label"]

    def __len__(self) -> int:
        """Return the number of texts."""
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
        return concatenate([self[int(index)] for index in chosen], self.targets[chosen])

    def with_targets(self, targets: Float[np.ndarray, "text label"]) -> "Texts":
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
        labels: of the classes.
        vocabulary: made from the labelled and short training texts alone.
        parts: as in ``Source.parts``.
        tests: the test parts by name.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    parts: dict[str, Texts]
    tests: dict[str, Texts]

    def save(self, folder: Path) -> None:
        """Write the vocabulary and one file of numbers per part."""
        folder.mkdir(parents=True, exist_ok=True)
        every = self.parts | {_TEST + name: texts for name, texts in self.tests.items()}
        for number, texts in enumerate(every.values()):
            np.savez(
                folder / f"{number}.npz",
                numbers=texts.numbers,
                starts=texts.starts,
                targets=texts.targets,
            )
        self.vocabulary.save(folder / "vocabulary.txt")
        facts = {"labels": self.labels, "parts": [*every], "cutting": self.vocabulary.cutting}
        # Last, and renamed when it is complete: a corpus with this file has all others.
        temporary = folder / "corpus.json.writing"
        temporary.write_text(json.dumps(facts), encoding="utf-8")
        temporary.replace(folder / "corpus.json")

    @classmethod
    def open(cls, folder: Path) -> "Corpus":
        """Open a corpus that ``save`` wrote."""
        facts = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
        parts: dict[str, Texts] = {}
        tests: dict[str, Texts] = {}
        for number, name in enumerate(facts["parts"]):
            with np.load(folder / f"{number}.npz") as raw:
                texts = Texts(raw["numbers"], raw["starts"], raw["targets"])
            (tests if name.startswith(_TEST) else parts)[name.removeprefix(_TEST)] = texts
        vocabulary = Vocabulary.open(folder / "vocabulary.txt", facts["cutting"])
        return cls(tuple(facts["labels"]), vocabulary, parts, tests)


def digest(recipe: Recipe, file: Path | None = None, content: str = "") -> str:
    """Return a name for the texts of a recipe: equal for recipes with the same texts.

    Args:
        recipe: with the data set and how it is encoded.
        file: a table that replaces the data set of the recipe.
        content: digest of that file.
    """
    facts = {"data": recipe.data, **asdict(recipe.text)}
    if recipe.text.sentences:
        facts |= {"seed": recipe.seed, "frames": templates.digest()}
    described = json.dumps(facts, sort_keys=True).encode() + content.encode()
    return f"{file.stem if file else recipe.data}-{sha256(described).hexdigest()[:12]}"


def build(source: Source, recipe: TextRecipe, progress: Progress = unwatched) -> Corpus:
    """Encode every text of a source; takes about two minutes for the film reviews.

    Args:
        source: of the texts.
        recipe: how texts become numbers.
        progress: called with the number of texts done.
    """
    learned = [source.parts[name] for name in ("labelled", "short") if name in source.parts]
    every = [*learned, *source.parts.values(), *source.tests.values()]
    counter = _Counter(progress, sum(len(rows.texts) for rows in every))
    vocabulary = _vocabulary([text for rows in learned for text in rows.texts], recipe, counter)
    return Corpus(
        source.labels,
        vocabulary,
        {name: encode(vocabulary, rows, counter) for name, rows in source.parts.items()},
        {name: encode(vocabulary, rows, counter) for name, rows in source.tests.items()},
    )


class _Counter:
    """Calls a progress as texts pass, now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.done, self.total = progress, 0, total

    def __call__(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            if self.done % _EVERY == 0:
                self.progress(self.done, self.total)
            self.done += 1
            yield text


def encode(
    vocabulary: Vocabulary, rows: Rows, passed: Callable[[Iterable[str]], Iterable[str]] = iter
) -> Texts:
    """Encode texts as numbers; those without any token are left out.

    Args:
        vocabulary: to look words up in.
        rows: of the texts.
        passed: returns the texts that it is given, as they are needed.
    """
    numbers = [
        np.array(vocabulary.numbers(text[a:b] for a, b in vocabulary.spans(text)), np.int32)
        for text in passed(rows.texts)
    ]
    filled = [index for index, text in enumerate(numbers) if len(text)]
    return concatenate([numbers[index] for index in filled], rows.targets[filled])


def concatenate(numbers: list[np.ndarray], targets: Float[np.ndarray, "text label"]) -> Texts:
    """Return texts one after the other."""
    lengths = [len(text) for text in numbers]
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    flat = np.concatenate(numbers) if numbers else np.zeros(0, np.int32)
    return Texts(flat.astype(np.int32), starts, np.asarray(targets, np.float32))


def _vocabulary(texts: list[str], recipe: TextRecipe, passed: _Counter) -> Vocabulary:
    cut = CUTTINGS[recipe.cutting]
    counts = Counter(key_of(text[start:end]) for text in passed(texts) for start, end in cut(text))
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    fit = [word for word, count in most if "\n" not in word and count >= recipe.least_count]
    if not fit:
        expected = f"words that occur at least {recipe.least_count} times in the texts"
        raise RecipeError("[text]", expected, "there is none: lower least_count")
    size = recipe.vocabulary_size - UNKNOWN - 1 if recipe.vocabulary_size else len(fit)
    return Vocabulary(fit[:size], recipe.cutting)
