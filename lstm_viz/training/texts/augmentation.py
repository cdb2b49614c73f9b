"""Sentences that teach what templates cannot: idioms, turns, the many ways to say no.

They were written by people who had seen neither the texts nor the evaluation suites, and share no
judging adjective with the suites.
"""

import csv
from hashlib import sha256
from importlib.resources import files


def rows() -> list[tuple[int, str]]:
    """Return label (0 negative, 1 positive) and text of each sentence."""
    lines = csv.reader(_content().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(int(label), text) for label, text in lines]


def digest() -> str:
    """Return a digest of the sentences."""
    return sha256(_content().encode()).hexdigest()


def _content() -> str:
    return (files("lstm_viz.training") / "remarks.tsv").read_text(encoding="utf-8")
