"""The state of one reader's session, and what pages may do with it.

One duty per file: ``state`` (everything kept), ``selection`` and ``choices`` (what is chosen, and
how it changes), ``link_fields``, ``link`` and ``link_sync`` (links), ``cache`` (models and traces),
``experiments`` (what is forced), ``player`` and ``downloads`` (what they get of the selection),
``own_reference`` (what is usual on the reader's own texts), ``context`` (what a page gets).
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
    is_legible,
    own_text,
)
from lstm_viz.session.context import Context, colors, context
from lstm_viz.session.downloads import Downloads, downloads
from lstm_viz.session.experiments import force, redo, undo
from lstm_viz.session.link import LONGEST_TEXT
from lstm_viz.session.link_sync import DEFAULT_MODEL, first_link, open_link, write_link
from lstm_viz.session.own_reference import (
    forget_own_reference,
    is_measuring_reference,
    measure_own_reference,
    reference_key,
    reference_on_own_texts,
    texts_digest,
)
from lstm_viz.session.player import accept_player_choice, player_runs, player_start
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import note_action, rerun, selection, state, take_notices
from lstm_viz.session.warm_up import warm_up

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_REVIEW",
    "LIMIT",
    "LONGEST_TEXT",
    "Context",
    "Downloads",
    "Selection",
    "accept_player_choice",
    "choose",
    "choose_layer",
    "choose_model",
    "classifier",
    "colors",
    "context",
    "downloads",
    "first_link",
    "force",
    "forget_own_reference",
    "is_legible",
    "is_measuring_reference",
    "measure_own_reference",
    "note_action",
    "open_link",
    "own_text",
    "player_runs",
    "player_start",
    "redo",
    "reference_key",
    "reference_on_own_texts",
    "rerun",
    "selection",
    "state",
    "take_notices",
    "texts_digest",
    "trace",
    "truncated_count",
    "undo",
    "unforced_trace",
    "unread_text",
    "warm_up",
    "write_link",
]
