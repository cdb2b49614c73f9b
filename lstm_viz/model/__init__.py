"""A trained classifier: text in, ``TextTrace`` out."""

from lstm_viz.model.classifier import Classifier
from lstm_viz.model.packaged import available, load
from lstm_viz.model.text_trace import TextTrace

__all__ = ["Classifier", "TextTrace", "available", "load"]
