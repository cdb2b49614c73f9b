"""How does a model of film reviews read sentences that somebody wrote to test it?

They were written by a hand that had seen neither the texts nor the frames that models learn from,
and hold no judging adjective of those frames.
"""

import csv
from importlib.resources import files

from lstm_viz.model import Classifier
from lstm_viz.model.history import Capability

SUITE = "sentences written to test it"
_SHOWN = 8  # sentences read wrongly, of each capability


def rows() -> list[tuple[str, int, str]]:
    """Return capability, label (0 negative, 1 positive) and text of each sentence."""
    raw = (files("lstm_viz.training.evaluation") / "handwritten_suite.tsv").read_text(
        encoding="utf-8"
    )
    lines = csv.reader(raw.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(kind, int(label), text) for kind, label, text in lines]


def measured(classifier: Classifier) -> tuple[Capability, ...]:
    """Measure a classifier with the labels negative and positive, in this order."""
    every = rows()
    chances = classifier.predict([text for _, _, text in every])
    said = chances.argmax(1).tolist()
    found = []
    for kind in sorted({kind for kind, _, _ in every}):
        own = [(row, answer) for row, answer in zip(every, said, strict=True) if row[0] == kind]
        wrong = [text for (_, label, text), answer in own if label != answer]
        right = 1 - len(wrong) / len(own)
        found.append(Capability(SUITE, kind, len(own), right, tuple(wrong[:_SHOWN])))
    return tuple(found)
