"""Texts as numbers: cut once, kept in files, and read from there by every later run."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from lstm_viz.errors import RecipeError
from lstm_viz.text import Vocabulary, key_of
from lstm_viz.text.vocabulary import CUTTINGS, UNKNOWN
from lstm_viz.training.recipe import Recipe, TextRecipe
from lstm_viz.training.texts import templates
from lstm_viz.training.texts.sources import Rows, Source

_TEST = "test "  # before the name of a part that is a test part


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts as numbers, with what should be answered to each.

    Attributes:
        numbers: the vocabulary numbers of all texts, one after the other.
        starts: where each text starts in ``numbers``; one more entry marks the end.
        targets: probability that each label should get, in [0, 1]; NaN without a label.
    """

    numbers: Int[np.ndarray, " token"]
    starts: Int[np.ndarray, " text_and_end"]
    targets: Float[np.ndarray, "text label"]

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
        return joined([self[int(index)] for index in chosen], self.targets[chosen])

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
        labels: what can be answered.
        vocabulary: made from the labelled and short texts that are trained on, and no others.
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
        # Last, and renamed when it is whole: its presence means "complete".
        aside = folder / "corpus.json.writing"
        aside.write_text(json.dumps(facts), encoding="utf-8")
        aside.replace(folder / "corpus.json")

    @classmethod
    def open(cls, folder: Path) -> "Corpus":
        """Read what ``save`` wrote."""
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
    """Return a name for the texts of a recipe: equal for recipes that read the same.

    Args:
        recipe: says what is read, and how.
        file: of one's own texts, in place of a recipe's data set.
        content: what tells the content of that file from others.
    """
    facts = {"data": recipe.data, **asdict(recipe.text)}
    if recipe.text.sentences:
        facts |= {"seed": recipe.seed, "frames": templates.digest()}
    made_of = json.dumps(facts, sort_keys=True).encode() + content.encode()
    return f"{file.stem if file else recipe.data}-{sha256(made_of).hexdigest()[:12]}"


def built(source: Source, recipe: TextRecipe) -> Corpus:
    """Cut every text into numbers; takes about two minutes for the film reviews."""
    learnt = [source.parts[name] for name in ("labelled", "short") if name in source.parts]
    vocabulary = _vocabulary([text for rows in learnt for text in rows.texts], recipe)
    return Corpus(
        source.labels,
        vocabulary,
        {name: texts_of(vocabulary, rows) for name, rows in source.parts.items()},
        {name: texts_of(vocabulary, rows) for name, rows in source.tests.items()},
    )


def texts_of(vocabulary: Vocabulary, rows: Rows) -> Texts:
    """Cut texts into numbers; those without any token are left out."""
    numbers = [
        np.array(vocabulary.numbers(text[a:b] for a, b in vocabulary.spans(text)), np.int32)
        for text in rows.texts
    ]
    filled = [index for index, text in enumerate(numbers) if len(text)]
    return joined([numbers[index] for index in filled], rows.targets[filled])


def joined(numbers: list[np.ndarray], targets: Float[np.ndarray, "text label"]) -> Texts:
    """Put texts one after the other."""
    lengths = [len(text) for text in numbers]
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    flat = np.concatenate(numbers) if numbers else np.zeros(0, np.int32)
    return Texts(flat.astype(np.int32), starts, np.asarray(targets, np.float32))


def _vocabulary(texts: Iterable[str], recipe: TextRecipe) -> Vocabulary:
    cut = CUTTINGS[recipe.cutting]
    counts = Counter(key_of(text[start:end]) for text in texts for start, end in cut(text))
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    fit = [word for word, count in most if "\n" not in word and count >= recipe.least_count]
    if not fit:
        expected = f"words that occur at least {recipe.least_count} times in the texts"
        raise RecipeError("[text]", expected, "there is none: least_count has to be lower")
    size = recipe.vocabulary_size - UNKNOWN - 1 if recipe.vocabulary_size else len(fit)
    return Vocabulary(fit[:size], recipe.cutting)
