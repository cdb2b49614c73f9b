"""The numbers of every word, as a table for a spreadsheet."""

import csv
import io

from lstm_viz.analyses.reading import reading
from lstm_viz.model import TextTrace
from lstm_viz.text import shown


def table(trace: TextTrace) -> str:
    """Return one row per word as CSV: place, probabilities, and what the gates did.

    Words that a spreadsheet would take for a formula are marked as text with an apostrophe.
    """
    course = reading(trace)
    columns = {"moved": course.moved, **{term.name: term.mean for term in course.terms}}
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    labels = [f"probability of {label}" for label in trace.labels]
    writer.writerow(["word", "text", "start", "end", "known", *labels, *columns])
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
                *(f"{values[step]:.9g}" for values in columns.values()),
            ]
        )
    return lines.getvalue()
