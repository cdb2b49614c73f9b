"""What does a classifier do with sentences made to test one thing each?

In the manner of CheckList: some sentences have a verdict that nobody would dispute (minimum
functionality), some pairs must be read alike (invariance), and in some the second text must not
be read as more positive, or more negative, than the first (direction). They are generated from
the templates of ``checklist.toml``, none of which is trained on.

Reference:
    Ribeiro et al. 2020, Beyond Accuracy: Behavioral Testing of NLP Models with CheckList,
    section 2.
"""

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import cycle
from typing import Any

from lstm_viz.model import Classifier
from lstm_viz.model.history import Capability

SUITE = "generated from templates"
CASES = 120  # of each capability: one case more or less is less than one per cent
_EXAMPLES = 3
_SLOT = re.compile(r"\{([a-z_]+)(\d?)\}")


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence, or one pair, and what is expected of it.

    Attributes:
        capability: what it tests, in words.
        expected: positive or negative; of a pair: same, not_higher or not_lower.
        texts: the sentence, or the two of the pair.
    """

    capability: str
    expected: str
    texts: tuple[str, ...]


def measure(classifier: Classifier) -> tuple[Capability, ...]:
    """Measure a classifier on the whole suite.

    Args:
        classifier: with the labels negative and positive, in any order.

    Returns:
        In the order of ``checklist.toml``; what is read wrongly as "A", a pair as "A -> B".
    """
    suite = cases()
    texts = list(dict.fromkeys(text for case in suite for text in case.texts))
    positive = classifier.predict(texts)[:, classifier.labels.index("positive")]
    chance = dict(zip(texts, map(float, positive), strict=True))
    right = [as_expected(case.expected, [chance[text] for text in case.texts]) for case in suite]
    names = dict.fromkeys(case.capability for case in suite)
    return tuple(_capability(name, suite, right) for name in names)


def as_expected(expected: str, positive: list[float]) -> bool:
    """Is P(positive) of the texts of a case what is expected?

    Args:
        expected: see ``Case``.
        positive: one number, or the two of a pair, in [0, 1].
    """
    tolerance: float = _templates()["tolerance"]
    first, last = positive[0], positive[-1]
    tests: dict[str, Callable[[], bool]] = {
        "positive": lambda: first > 0.5,
        "negative": lambda: first < 0.5,
        "same": lambda: (first > 0.5) == (last > 0.5) and abs(last - first) <= tolerance,
        "not_higher": lambda: last - first <= tolerance,
        "not_lower": lambda: first - last <= tolerance,
    }
    return tests[expected]()


def cases(seed: int = 0) -> tuple[Case, ...]:
    """Generate the suite: of each capability the same number, no case twice.

    Args:
        seed: the same seed gives the same cases; published figures are those of 0.
    """
    return tuple(
        case for capability in _templates()["capabilities"] for case in _cases_of(capability, seed)
    )


@cache
def _templates() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "checklist.toml").read_text(encoding="utf-8"))


def _capability(name: str, suite: tuple[Case, ...], right: list[bool]) -> Capability:
    own = [(case, ok) for case, ok in zip(suite, right, strict=True) if case.capability == name]
    wrong = [" -> ".join(case.texts) for case, ok in own if not ok]
    share = 1 - len(wrong) / len(own)
    return Capability(SUITE, name, len(own), share, tuple(wrong[:_EXAMPLES]))


def _cases_of(capability: dict[str, Any], seed: int) -> list[Case]:
    name = capability["name"]
    # Each capability draws for itself: another one more changes no case of it.
    draw = random.Random(f"{seed} {name}")  # noqa: S311  (no secret depends on it)
    templates = {key: value for key, value in capability.items() if key != "name"}
    # In turns: each verdict and each template has its share, and examples differ.
    turns = [
        pair
        for group in zip(*templates.values(), strict=True)
        for pair in zip(templates, group, strict=True)
    ]
    found: dict[Case, None] = {}
    for expected, template in cycle(turns):
        parts = [template] if isinstance(template, str) else template
        case = Case(name, expected, _filled(parts, draw))
        while case in found:
            case = Case(name, expected, _filled(parts, draw))
        found[case] = None
        if len(found) == CASES:
            break
    return list(found)


def _filled(template: list[str], draw: random.Random) -> tuple[str, ...]:
    """Fill the slots of a template, the same one with the same words, others with others."""
    words: dict[str, list[str]] = _templates()["words"]
    chosen: list[str] = []
    text = "\n".join(template)
    while slot := _SLOT.search(text):
        chosen.append(draw.choice([word for word in words[slot[1]] if word not in chosen]))
        text = text.replace(slot[0], chosen[-1])
    return tuple(map(_typed, text.split("\n")))


def _typed(text: str) -> str:
    """Say "an" before a vowel, and begin each sentence with a capital letter."""
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    return re.sub(r"(?:^|[.?!] )[a-z]", lambda start: start[0].upper(), text)
