"""Which sentences teach a model negation, contrast, questions and wishes?

Reviews hold few of them, and a model of 128 units learns "bad" long before "not bad". Sentences
generated from the frames of ``sentences.toml`` are mixed into the training; what is measured
shares no frame with them.
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
    """Generate sentences, half of them positive, the kinds in equal shares.

    Args:
        count: how many; at least one.
        seed: the same seed gives the same sentences.

    Returns:
        The sentences, and the P(positive) that each should get.
    """
    frames = tomllib.loads(_frames())
    words = frames["words"]
    draw = random.Random(seed)  # noqa: S311  (no secret depends on it)
    texts: list[str] = []
    targets: list[float] = []
    kinds = sorted(frames["positive"])
    shares = [4 if kind == "negated" else 1.5 if kind == "contrast" else 1 for kind in kinds]
    for index in range(count):
        verdict = ("negative", "positive")[index % 2]
        kind = draw.choices(kinds, shares)[0]
        frame = draw.choice(frames[verdict][kind])
        texts.append(_typed(_filled(frame, words, draw), draw))
        mild = verdict == "positive" and kind == "negated"
        targets.append(_MILD if mild else TARGETS[verdict])
    return texts, np.array(targets, np.float32)


def digest() -> str:
    """Return what tells these frames from others."""
    return sha256(_frames().encode()).hexdigest()


def _frames() -> str:
    return (files("lstm_viz.training") / "sentences.toml").read_text(encoding="utf-8")


def _filled(frame: str, words: dict[str, list[str]], draw: random.Random) -> str:
    while _SLOT.search(frame):
        frame = _SLOT.sub(lambda slot: draw.choice(words[slot[1]]), frame)
    return frame


def _typed(sentence: str, draw: random.Random) -> str:
    """Say "an" before a vowel, and begin like a sentence, mostly."""
    sentence = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", sentence)
    return sentence[0].upper() + sentence[1:] if draw.random() < 0.8 else sentence
