"""The numbers of every word, as a table for a spreadsheet."""

import csv
import io
import unicodedata

from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.model import TextTrace
from lstm_viz.text import replace_surrogates
from lstm_viz.trace.force import spell_forces

_INVISIBLE = (
    "Cc",
    "Cf",
    "Zl",
    "Zp",
    "Zs",
)  # control and format characters, and all spaces


def table(trace: TextTrace) -> str:
    """Return one row per word as CSV: its position, the probabilities, and the means of the cell.

    Words that a spreadsheet would take for a formula are marked as text with an apostrophe, also if
    the sign is a full-width one, or follows quotes, spaces or invisible characters.
    """
    path = prediction_path(trace)
    forced = {"forced": spell_forces(trace.forced)} if trace.forced else {}
    columns = {"change": path.change, **{term.name: term.mean for term in path.terms}}
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    labels = [f"probability of {replace_surrogates(label)}" for label in trace.labels]
    writer.writerow(["word", "text", "start", "end", "known", *labels, *columns, *forced])
    for step, token in enumerate(trace.tokens):
        text = replace_surrogates(token.text)
        writer.writerow(
            [
                step + 1,
                f"'{text}" if _is_formula(text) else text,
                token.start,
                token.end,
                token.known,
                *(f"{value:.9g}" for value in trace.probabilities[step]),
                *(f"{values[step]:.9g}" for values in columns.values()),
                *forced.values(),
            ]
        )
    return lines.getvalue()


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might compute a text instead of showing it."""
    first = next((sign for sign in text if not _is_skipped(sign)), "")
    return text[:1] in ("\t", "\r", "\n") or unicodedata.normalize("NFKC", first) in {*"=+-@"}


def _is_skipped(sign: str) -> bool:
    return sign in "\"'" or unicodedata.category(sign) in _INVISIBLE
