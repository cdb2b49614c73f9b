"""Which texts are at hand to begin with? Written for this project; nothing real is meant."""

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
        kind: what it is an example of: short, long, negated, turning, sarcastic, mixed.
        text: the review.
        subject: what it is about: film, hotel or news.
    """

    name: str
    title: str
    kind: str
    text: str
    subject: str = "film"


def subject_of(model: str) -> str:
    """Return what the texts of a model are about, by the first part of its name."""
    first = model.split("-")[0]
    return first if first in ("hotel", "news") else "film"


@cache
def reviews() -> dict[str, Review]:
    """Return the gallery by name, in the order in which it is offered."""
    raw = (files("lstm_viz.text") / "gallery.toml").read_text(encoding="utf-8")
    return {entry["name"]: Review(**entry) for entry in tomllib.loads(raw)["review"]}
