"""Generated sentences that teach negation, contrast, questions and wishes.

Reviews have few of them, and a model of 128 units learns "bad" long before "not bad". Sentences
generated from the templates of ``sentences.toml`` are added to the training texts; the evaluation
suites share no template with them.
"""

import random
import re
import tomllib
from hashlib import sha256
from importlib.resources import files

import numpy as np
from jaxtyping import Float

# P(positive) that a generated sentence should get. Not 0 and 1: "not bad" is no rave.
TARGETS = {"negative": 0.04, "positive": 0.96}
_MILD = 0.85  # a negated negative: positive, with less certainty
_SLOT = re.compile(r"\{(\w+)\}")


def generate(count: int, seed: int) -> tuple[list[str], Float[np.ndarray, " text"]]:
    """Generate sentences, half of them positive.

    Args:
        count: how many; at least one.
        seed: the same seed gives the same sentences.

    Returns:
        The sentences, and the P(positive) that each should get.
    """
    templates = tomllib.loads(_content())
    words = templates["words"]
    draw = random.Random(seed)  # noqa: S311  (not used for security)
    texts: list[str] = []
    targets: list[float] = []
    kinds = sorted(templates["positive"])
    shares = [4 if kind == "negated" else 1.5 if kind == "contrast" else 1 for kind in kinds]
    for index in range(count):
        label = ("negative", "positive")[index % 2]
        kind = draw.choices(kinds, shares)[0]
        template = draw.choice(templates[label][kind])
        texts.append(_capitalize(with_article(_fill(template, words, draw)), draw))
        mild = label == "positive" and kind == "negated"
        targets.append(_MILD if mild else TARGETS[label])
    return texts, np.array(targets, np.float32)


def digest() -> str:
    """Return a digest of the templates."""
    return sha256(_content().encode()).hexdigest()


def with_article(sentence: str) -> str:
    """Return a sentence with "an" in front of vowels."""
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", sentence)


def _content() -> str:
    return (files("lstm_viz.training") / "sentences.toml").read_text(encoding="utf-8")


def _fill(template: str, words: dict[str, list[str]], draw: random.Random) -> str:
    # All slots at once, then those inside their words: published models depend on this order.
    while _SLOT.search(template):
        template = _SLOT.sub(lambda slot: draw.choice(words[slot[1]]), template)
    return template


def _capitalize(sentence: str, draw: random.Random) -> str:
    """Return a sentence with a capital first letter, mostly."""
    return sentence[0].upper() + sentence[1:] if draw.random() < 0.8 else sentence
