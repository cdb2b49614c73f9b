"""What is kept of a reader, and what pages may do with it.

One duty a file: ``state`` (what is kept), ``selection`` and ``choices`` (what is looked at, and how
it changes), ``link_fields``, ``link`` and ``link_sync`` (how it travels), ``cache`` (models and
traces), ``experiments`` (what is forced), ``player`` and ``downloads`` (who else is told),
``usual`` (what is usual on the reader's own texts), ``context`` (what a page gets).
"""

from lstm_viz.session.cache import (
    LIMIT,
    classifier,
    trace,
    truncated_count,
    unforced_trace,
    unread_text,
)
from lstm_viz.session.choices import (
    DEFAULT_REVIEW,
    choose,
    choose_layer,
    choose_model,
    legible,
    own_text,
)
from lstm_viz.session.context import Context, colors, context
from lstm_viz.session.downloads import Downloads, downloads
from lstm_viz.session.experiments import force, redo, undo
from lstm_viz.session.link import LONGEST_TEXT
from lstm_viz.session.link_sync import DEFAULT_MODEL, first_link, open_link, write_link
from lstm_viz.session.player import accept_player_choice, player_runs, player_start
from lstm_viz.session.prepare import prepare
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import acted, selection, state, take_notices
from lstm_viz.session.usual import (
    forget_usual,
    is_measuring_usual,
    measure_usual,
    own_usual,
    usual_digest,
    usual_key,
)

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_REVIEW",
    "LIMIT",
    "LONGEST_TEXT",
    "Context",
    "Downloads",
    "Selection",
    "accept_player_choice",
    "acted",
    "choose",
    "choose_layer",
    "choose_model",
    "classifier",
    "colors",
    "context",
    "downloads",
    "first_link",
    "force",
    "forget_usual",
    "is_measuring_usual",
    "legible",
    "measure_usual",
    "open_link",
    "own_text",
    "own_usual",
    "player_runs",
    "player_start",
    "prepare",
    "redo",
    "selection",
    "state",
    "take_notices",
    "trace",
    "truncated_count",
    "undo",
    "unforced_trace",
    "unread_text",
    "usual_digest",
    "usual_key",
    "write_link",
]
