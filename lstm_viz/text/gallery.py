"""Which example texts are there? All were written for this project, about invented works."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Review:
    """One review of the gallery.

    Attributes:
        name: in links.
        title: on screen.
        kind: short, long, negated, turning, sarcastic or mixed.
        text: the review.
        subject: film, hotel or news.
    """

    name: str
    title: str
    kind: str
    text: str
    subject: str = "film"


def subject_of(model: str) -> str:
    """Return the subject of the texts that a model reads, by the first part of its name."""
    first = model.split("-")[0]
    return first if first in ("hotel", "news") else "film"


@cache
def reviews() -> dict[str, Review]:
    """Return the examples by name, in their order on screen."""
    raw = (files("lstm_viz.text") / "gallery.toml").read_text(encoding="utf-8")
    return {entry["name"]: Review(**entry) for entry in tomllib.loads(raw)["review"]}
