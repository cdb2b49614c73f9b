"""What can a reader download? One view as a page, and the numbers behind it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lstm_viz import export
from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.components.player import PlayerStart, payload
from lstm_viz.model import TextTrace
from lstm_viz.session.cache import trace, truncated_count
from lstm_viz.session.link_fields import layer_of
from lstm_viz.session.player import player_view
from lstm_viz.session.state import selection
from lstm_viz.text.file_names import file_name
from lstm_viz.trace import LayerTrace


@dataclass(frozen=True, slots=True)
class Downloads:
    """The files of one view; made when a button is pressed, without a session.

    Attributes:
        trace: of the text.
        layer: that is chosen.
        truncated: how many words of the text were not read.
        view: what the player shows.
    """

    trace: TextTrace
    layer: LayerTrace[np.ndarray]
    truncated: int
    view: PlayerStart

    @property
    def name(self) -> str:
        """The name of the files, without a suffix."""
        words = [token.text for token in self.trace.tokens]
        forced = bool(self.trace.forced)
        return file_name(self.trace.text, words, self.view.step, forced=forced)

    def table(self) -> str:
        """Return the numbers of every word as CSV."""
        return export.table(self.trace)

    def page(self) -> str:
        """Return the view of the player as a page that opens without a network."""
        found = prediction_path(self.trace)
        return export.page(payload(self.trace, self.layer, found, self.view, self.truncated))

    def file(self, suffix: str) -> bytes:
        """Return the trace as a file of a kind that ``TextTrace.save`` writes."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"trace{suffix}"
            self.trace.save(path)
            return path.read_bytes()


def downloads() -> Downloads:
    """Return the files of the current view."""
    layer = layer_of(trace(), selection().layer)
    return Downloads(trace(), layer, truncated_count(), player_view())
