"""Behavioural tests of a classifier, in the manner of CheckList.

Some sentences have a label that nobody would dispute (minimum functionality), the texts of some
pairs must be classified alike (invariance), and of other pairs the second text must not be more
positive, or more negative, than the first (directional expectation). They are generated from the
templates of ``checklist.toml``, none of which is trained on.

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
from lstm_viz.model.history import SuiteResult
from lstm_viz.training.texts.templates import with_article

SUITE = "generated from templates"
CASES = 120  # of each capability: a single case is less than one per cent
_EXAMPLES = 3
_SLOT = re.compile(r"\{([a-z_]+)(\d?)\}")


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence or one pair of sentences, with its expectation.

    Attributes:
        capability: what it tests, in words.
        expected: positive or negative; for a pair: same, not_higher or not_lower.
        texts: the sentence, or both of the pair.
    """

    capability: str
    expected: str
    texts: tuple[str, ...]


def measure(classifier: Classifier) -> tuple[SuiteResult, ...]:
    """Measure a classifier on the whole suite.

    Args:
        classifier: with the labels negative and positive, in any order.

    Returns:
        In the order of ``checklist.toml``; failed cases as "A", failed pairs as "A -> B".
    """
    suite = cases()
    texts = list(dict.fromkeys(text for case in suite for text in case.texts))
    positive = classifier.predict(texts)[:, classifier.labels.index("positive")]
    by_text = dict(zip(texts, map(float, positive), strict=True))
    right = [
        is_as_expected(case.expected, [by_text[text] for text in case.texts]) for case in suite
    ]
    names = dict.fromkeys(case.capability for case in suite)
    return tuple(_suite_result(name, suite, right) for name in names)


def is_as_expected(expected: str, positive: list[float]) -> bool:
    """Return whether P(positive) of the texts of a case is as expected.

    Args:
        expected: see ``Case``.
        positive: one number, or two for a pair, in [0, 1].
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
    """Generate the suite: equally many cases of each capability, none of them twice.

    Args:
        seed: the same seed gives the same cases; published figures are for 0.
    """
    return tuple(
        case for capability in _templates()["capabilities"] for case in _cases_of(capability, seed)
    )


@cache
def _templates() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "checklist.toml").read_text(encoding="utf-8"))


def _suite_result(name: str, suite: tuple[Case, ...], right: list[bool]) -> SuiteResult:
    own = [(case, ok) for case, ok in zip(suite, right, strict=True) if case.capability == name]
    wrong = [" -> ".join(case.texts) for case, ok in own if not ok]
    share = 1 - len(wrong) / len(own)
    return SuiteResult(SUITE, name, len(own), share, tuple(wrong[:_EXAMPLES]))


def _cases_of(capability: dict[str, Any], seed: int) -> list[Case]:
    name = capability["name"]
    # A generator for each capability: adding another one changes no case of this.
    draw = random.Random(f"{seed} {name}")  # noqa: S311  (not used for security)
    templates = {key: value for key, value in capability.items() if key != "name"}
    # In turns, so that each expectation and each template has its share.
    turns = [
        pair
        for group in zip(*templates.values(), strict=True)
        for pair in zip(templates, group, strict=True)
    ]
    found: dict[Case, None] = {}
    for expected, template in cycle(turns):
        parts = [template] if isinstance(template, str) else template
        case = Case(name, expected, _fill(parts, draw))
        while case in found:
            case = Case(name, expected, _fill(parts, draw))
        found[case] = None
        if len(found) == CASES:
            break
    return list(found)


def _fill(template: list[str], draw: random.Random) -> tuple[str, ...]:
    """Fill equal slots of a template with the same words, and different ones with different words.

    One slot at a time, and those inside its words first: published figures depend on this order.
    """
    words: dict[str, list[str]] = _templates()["words"]
    chosen: list[str] = []
    text = "\n".join(template)
    while slot := _SLOT.search(text):
        chosen.append(draw.choice([word for word in words[slot[1]] if word not in chosen]))
        text = text.replace(slot[0], chosen[-1])
    return tuple(map(_capitalize, text.split("\n")))


def _capitalize(text: str) -> str:
    """Return a text with a capital letter at the start of each sentence."""
    return re.sub(r"(?:^|[.?!] )[a-z]", lambda start: start[0].upper(), with_article(text))
