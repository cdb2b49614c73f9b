"""Which sentences teach what templates cannot: idioms, turns, the many ways to say no?

They were written by hands that saw neither the texts nor the sentences that measure, and share no
judging adjective with these.
"""

import csv
from hashlib import sha256
from importlib.resources import files


def rows() -> list[tuple[int, str]]:
    """Return label (0 negative, 1 positive) and text of each remark."""
    lines = csv.reader(_raw().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(int(label), text) for label, text in lines]


def digest() -> str:
    """Return what tells these remarks from others."""
    return sha256(_raw().encode()).hexdigest()


def _raw() -> str:
    return (files("lstm_viz.training") / "remarks.tsv").read_text(encoding="utf-8")
