"""What is kept of one reader? One typed object in Streamlit's session."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import streamlit as st

from lstm_viz.components.player import PlayerStart
from lstm_viz.model import TextTrace
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.session.selection import Selection
from lstm_viz.trace import Force

KEY = "lstm_viz"


@dataclass(frozen=True, slots=True)
class LastTrace:
    """The trace that was made last; the next text may reuse its beginning.

    Attributes:
        key: of the model and the text.
        trace: of the text, up to the limit.
        truncated: how many words were beyond the limit.
        model: name of the model.
    """

    key: tuple[object, ...]
    trace: TextTrace
    truncated: int
    model: str


@dataclass(slots=True)
class State:
    """What one reader did.

    Attributes:
        selection: what is chosen; None before the first link was opened.
        acted: whether the reader used a widget in this run.
        notices: to be shown once.
        undone: experiments that ``redo`` brings back, the next one last.
        before: experiments that ``undo`` brings back, the last one last.
        references: usual values on the reader's own texts, by the key of the job that measured
            them.
        own_text: the text that was typed last, while another is read; None if there was none.
        last: the trace that was made last.
        links: our part of each link that stands for the selection: the one written last, and at
            first also the one that was opened.
        others: parameters of the link that are not ours.
        first_link: query of the view that the session began with; None before it was written.
        player: how the text was opened in the player; None before that.
        player_id: identity of what the player shows.
        visits: how often a text was opened.
        player_runs: whether the code of the player is in the browser.
    """

    selection: Selection | None = None
    acted: bool = False
    notices: tuple[str, ...] = ()
    undone: list[tuple[Force, ...]] = field(default_factory=list)
    before: list[tuple[Force, ...]] = field(default_factory=list)
    references: dict[Hashable, ReferenceStatistics] = field(default_factory=dict)
    own_text: str | None = None
    last: LastTrace | None = None
    links: list[dict[str, str]] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)
    first_link: str | None = None
    player: PlayerStart | None = None
    player_id: str = ""
    visits: int = 0
    player_runs: bool = False


def state() -> State:
    """Return the state of the reader whose request this is."""
    found: State = st.session_state.setdefault(KEY, State())
    return found


def selection() -> Selection:
    """Return what is chosen; only after a link was opened."""
    found = state().selection
    if found is None:
        raise RuntimeError("expected a selection: call open_link first")
    return found


def reset_player() -> None:
    """Have the player open the text anew; earlier choices in it no longer count."""
    state().player, state().player_id = None, ""


def note_action(*_given: Any, **_named: Any) -> None:  # noqa: ANN401  (whatever a widget calls it with)
    """Note that the reader used a widget; every callback does. See ``link_sync.open_link``."""
    state().acted = True


def rerun() -> NoReturn:
    """Run the page again with the selection as it is.

    Nobody navigated: the request that led here, such as a timer's, may carry an older link.
    """
    note_action()
    st.rerun()


def take_notices() -> tuple[str, ...]:
    """Return the notices for the reader; each is returned once."""
    notices, state().notices = state().notices, ()
    return notices
