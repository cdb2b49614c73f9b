"""The line that says what is forced, with its outcome; on every page during an experiment."""

from collections.abc import Callable

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.experiment import describe_forces, outcome
from lstm_viz.pages.markdown import escape_markdown


def show() -> None:
    """Draw the experiment with its outcome, and buttons that undo, redo and end it."""
    forces, state = session.selection().forces, session.state()
    if not (forces or state.before or state.undone):
        return
    with st.container(key="experiment", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_sentence(), width="stretch")
        _button("Undo", session.undo, possible=bool(state.before))
        _button("Redo", session.redo, possible=bool(state.undone))
        _button("Reset", lambda: session.force(()), possible=bool(forces))


def _sentence() -> str:
    trace = session.trace()
    if not trace.forced:
        return "Nothing is forced now."
    forced = escape_markdown(describe_forces(trace.forced, trace.tokens))
    return f"**What if:** {forced}. {escape_markdown(outcome(trace, session.unforced_trace()))}"


def _button(label: str, action: Callable[[], None], *, possible: bool) -> None:
    st.button(
        label,
        key=f"experiment_{label}",
        on_click=_act,
        args=(action,),
        disabled=not possible,
        type="tertiary",
    )


def _act(action: Callable[[], None]) -> None:
    session.note_action()
    action()
