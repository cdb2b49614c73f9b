"""The numbers of every word, as a table for a spreadsheet."""

import csv
import io
from dataclasses import asdict

import numpy as np

from lstm_viz.analyses.reading import reading
from lstm_viz.model import TextTrace
from lstm_viz.text import shown


def table(trace: TextTrace) -> str:
    """Return one row per word as CSV: place, probabilities, and what the gates did.

    Words that a spreadsheet would take for a formula are marked as text with an apostrophe.
    """
    course = {key: value for key, value in asdict(reading(trace)).items() if np.ndim(value) == 1}
    course.pop("probability")
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    labels = [f"probability of {label}" for label in trace.labels]
    writer.writerow(["word", "text", "start", "end", "known", *labels, *course])
    for step, token in enumerate(trace.tokens):
        text = shown(token.text)
        writer.writerow(
            [
                step + 1,
                f"'{text}" if text[0] in "=+-@\t\r" else text,
                token.start,
                token.end,
                token.known,
                *(f"{value:.9g}" for value in trace.probabilities[step]),
                *(f"{values[step]:.9g}" for values in course.values()),
            ]
        )
    return lines.getvalue()
