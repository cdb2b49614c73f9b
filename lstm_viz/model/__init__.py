"""A trained classifier: text in, ``TextTrace`` out."""

from lstm_viz.model.classifier import Classifier
from lstm_viz.model.files import read
from lstm_viz.model.packaged import (
    available,
    card,
    checkpoints,
    history,
    load,
    offer,
    offered,
    summary,
    unnamed,
)
from lstm_viz.model.summary import Summary
from lstm_viz.model.text_trace import TextTrace
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
    "offer",
    "offered",
    "read",
    "summary",
    "unnamed",
    "wrap",
]
