"""A trained classifier: text in, ``TextTrace`` out."""

from lstm_viz.model.classifier import Classifier
from lstm_viz.model.registry import (
    available,
    card,
    checkpoints,
    history,
    load,
    register,
    registered,
    summary,
    unlinkable,
)
from lstm_viz.model.summary import Summary
from lstm_viz.model.text_trace import TextTrace
from lstm_viz.model.trace_file import read
from lstm_viz.model.wrap import wrap

__all__ = [
    "Classifier",
    "Summary",
    "TextTrace",
    "available",
    "card",
    "checkpoints",
    "history",
    "load",
    "read",
    "register",
    "registered",
    "summary",
    "unlinkable",
    "wrap",
]
