"""Which texts are at hand to begin with?

Written for this project: film reviews in English, reviews of hotels and titles of news in Chinese.
No real film, hotel or event is meant.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Which models read texts about what, by the first part of their names.
_SUBJECTS = {"imdb": "film", "hotel": "hotel", "news": "news"}


@dataclass(frozen=True, slots=True)
class Review:
    """One review of the gallery.

    Attributes:
        name: in links.
        subject: what it is about: film, hotel or news.
        title: on screen.
        kind: what it is an example of: short, long, negated, turning, sarcastic, mixed; or the
            topic of a title.
        text: the review, or the title.
    """

    name: str
    subject: str
    title: str
    kind: str
    text: str


@cache
def reviews() -> dict[str, Review]:
    """Return the gallery by name, in the order in which it is offered."""
    raw = (files("lstm_viz.text") / "gallery.toml").read_text(encoding="utf-8")
    return {entry["name"]: Review(**entry) for entry in tomllib.loads(raw)["review"]}


def subject(model: str) -> str | None:
    """Return what a model reads texts about; None where its name does not tell."""
    return _SUBJECTS.get(model.split("-")[0])


def fitting(model: str) -> dict[str, Review]:
    """Return the part of the gallery that a model was made for; all of it where that is unknown."""
    wanted = subject(model)
    return {name: review for name, review in reviews().items() if wanted in (None, review.subject)}
