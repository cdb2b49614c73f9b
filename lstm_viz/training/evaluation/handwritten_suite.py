"""Sentences written by hand to test a model of film reviews.

Their writer had seen neither the training texts nor the templates, and they have no judging
adjective of those templates.
"""

import csv
from importlib.resources import files

from lstm_viz.model import Classifier
from lstm_viz.model.history import SuiteResult

SUITE = "sentences written to test it"
_EXAMPLES = 8  # misclassified sentences of each capability


def rows() -> list[tuple[str, int, str]]:
    """Return capability, label (0 negative, 1 positive) and text of each sentence."""
    content = (files(__package__) / "handwritten_suite.tsv").read_text(encoding="utf-8")
    lines = csv.reader(content.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(capability, int(label), text) for capability, label, text in lines]


def measure(classifier: Classifier) -> tuple[SuiteResult, ...]:
    """Measure a classifier with the labels negative and positive, in this order."""
    every = rows()
    labels = classifier.predict([text for _, _, text in every]).argmax(1).tolist()
    found = []
    for capability in sorted({row[0] for row in every}):
        own = [
            (row, label) for row, label in zip(every, labels, strict=True) if row[0] == capability
        ]
        wrong = [text for (_, label, text), predicted in own if label != predicted]
        right = 1 - len(wrong) / len(own)
        found.append(SuiteResult(SUITE, capability, len(own), right, tuple(wrong[:_EXAMPLES])))
    return tuple(found)
