"""The Large Movie Review Dataset: 50,000 rated reviews of films, and 50,000 unrated ones.

``aclImdb/train/pos/12_9.txt`` is review 12 with nine stars; line 12, from 0, of
``train/urls_pos.txt`` is the address of its film's page.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_viz.data.archives import REMEDY, decode, members
from lstm_viz.data.tables import Table, table
from lstm_viz.errors import DataFileError

ARCHIVE = "aclImdb_v1.tar.gz"
_REVIEW = re.compile(r"aclImdb/((?:train|test)/(?:pos|neg|unsup))/([0-9]{1,6})_([0-9]{1,2})\.txt")
_PAGES = re.compile(r"aclImdb/(train|test)/urls_(pos|neg|unsup)\.txt")
_MOVIE = re.compile(r"/title/(tt[0-9]+)/")
_COLUMNS = ("text", "label", "split", "rating", "id", "movie_id", "in_train")
_UNRATED = ("text", "label", "split", "id", "movie_id", "in_labelled")
_Review = tuple[int, int, str, str]  # number, stars, text, movie


def convert(files: Mapping[str, Path]) -> dict[str, Table]:
    """Return the tables ``imdb`` and ``imdb_unsup``.

    Raises:
        DataFileError: the archive is damaged or unsafe, or a review has no movie.
    """
    parts = _reviews(files[ARCHIVE])
    train = {text for side in ("neg", "pos") for _, _, text, _ in parts[f"train/{side}"]}
    test = {text for side in ("neg", "pos") for _, _, text, _ in parts[f"test/{side}"]}
    rated: list[tuple[Any, ...]] = [
        (text, label, split, stars, number, movie, split == "test" and text in train)
        for split in ("train", "test")
        for label, side in enumerate(("neg", "pos"))
        for number, stars, text, movie in parts[f"{split}/{side}"]
    ]
    unrated: list[tuple[Any, ...]] = [
        (text, -1, "unsup", number, movie, _twin(text, train, test))
        for number, _, text, movie in parts["train/unsup"]
    ]
    return {"imdb": table(_COLUMNS, rated), "imdb_unsup": table(_UNRATED, unrated)}


def _twin(text: str, train: set[str], test: set[str]) -> str:
    if text in train:
        return "train"
    return "test" if text in test else ""


def _reviews(path: Path) -> dict[str, list[_Review]]:
    texts: dict[str, list[tuple[int, int, str]]] = {}
    movies: dict[str, list[str]] = {}
    for name, content in members(path, lambda name: bool(_match(name))):
        found = _match(name)
        assert found is not None  # noqa: S101  (only such names are read)
        text = decode(name, content)
        if found.re is _PAGES:
            movies[f"{found[1]}/{found[2]}"] = _MOVIE.findall(text)
        else:
            texts.setdefault(found[1], []).append((int(found[2]), int(found[3]), text))
    parts = ("train/neg", "train/pos", "test/neg", "test/pos", "train/unsup")
    return {part: _joined(part, texts.get(part, []), movies.get(part, [])) for part in parts}


def _match(name: str) -> re.Match[str] | None:
    return _REVIEW.fullmatch(name) or _PAGES.fullmatch(name)


def _joined(part: str, texts: list[tuple[int, int, str]], movies: list[str]) -> list[_Review]:
    numbers = [number for number, _, _ in sorted(texts)]
    if not texts or numbers != list(range(len(movies))):
        expected = "a review for every line of its list of movies"
        came = f"there are {len(texts):,} reviews and {len(movies):,} lines"
        raise DataFileError(f"{ARCHIVE}: {part}", expected, came, REMEDY)
    return [(number, stars, text, movies[number]) for number, stars, text in sorted(texts)]
