"""Does what the first reader would wait for, before anybody comes."""

from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.components.player import PlayerStart, payload
from lstm_viz.session.cache import classifier, exempt_from_collection
from lstm_viz.session.choices import DEFAULT_REVIEW
from lstm_viz.session.link_sync import DEFAULT_MODEL
from lstm_viz.text import gallery


def warm_up() -> None:
    """Open the default model and have it read once, so that no reader waits for a first call."""
    review = gallery.reviews()[DEFAULT_REVIEW]
    found = classifier(DEFAULT_MODEL).trace(review.text)
    payload(found, found.top, prediction_path(found), PlayerStart(0))
    exempt_from_collection()
