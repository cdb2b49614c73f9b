"""What does the player get of the selection, and what is accepted from it?"""

from dataclasses import asdict, fields
from typing import Any

import streamlit as st

from lstm_viz.analyses.units import units_of
from lstm_viz.components.player import Chosen, PlayerStart, PlayerView, has_spoken, identity
from lstm_viz.session.cache import trace
from lstm_viz.session.choices import choose
from lstm_viz.session.link_fields import Choice, layer_of
from lstm_viz.session.selection import FIELDS
from lstm_viz.session.state import selection, state


def accept_player_choice(chosen: Chosen | None) -> None:
    """Accept a choice made in the player, if it belongs to what is on the page now."""
    if chosen is None or chosen.opening != state().player_id:
        return
    view, units = chosen.view, units_of(layer_of(trace(), selection().layer))
    if view.step < len(trace()) and (view.unit is None or view.unit < units):
        choose(**{name: _known(name, value) for name, value in asdict(view).items()})


def _known(attribute: str, value: Any) -> Any:  # noqa: ANN401  (any value of a selection)
    """Return the value, or the default in place of an unknown name."""
    row = FIELDS[attribute]
    return "" if isinstance(row, Choice) and value not in row.names else value


def player_start(key: str) -> PlayerStart:
    """Return how the player of that key opened the chosen text.

    It stays the same while the reader walks through the text, so nothing is sent again.
    """
    now = state()
    if key not in st.session_state or now.player is None:
        now.visits += 1
        now.player = player_view(now.visits)
    now.player_id = identity(trace(), layer_of(trace(), selection().layer), now.player)
    return now.player


def player_view(visit: int = 0) -> PlayerStart:
    """Return the selection as the player gets it."""
    now = {row.name: getattr(selection(), row.name) for row in fields(PlayerView)}
    return PlayerStart(**now | {"step": now["step"] or 0}, visit=visit)


def player_runs(key: str) -> bool:
    """Whether the code of the player of that key is in the browser: it has sent something."""
    state().player_runs = state().player_runs or has_spoken(key)
    return state().player_runs
