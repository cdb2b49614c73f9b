"""The line that says what is forced, and takes it back: on every page, as long as there is any."""

from collections.abc import Callable

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.experiment import forced_in_words, outcome
from lstm_viz.pages.markdown import escape_markdown


def show() -> None:
    """Draw the experiment with its outcome, and the buttons that undo, redo and end it."""
    forces, kept = session.selection().forces, session.state()
    if not (forces or kept.before or kept.undone):
        return
    with st.container(key="experiment", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_sentence(), width="stretch")
        _button("Undo", session.undo, possible=bool(kept.before))
        _button("Redo", session.redo, possible=bool(kept.undone))
        _button("Put it back", lambda: session.force(()), possible=bool(forces))


def _sentence() -> str:
    trace = session.trace()
    if not trace.forced:
        return "Nothing is forced now."
    told = escape_markdown(forced_in_words(trace.forced, trace.tokens))
    return f"**What if:** {told}. {escape_markdown(outcome(trace, session.unforced_trace()))}"


def _button(label: str, act: Callable[[], None], *, possible: bool) -> None:
    st.button(
        label,
        key=f"experiment_{label}",
        on_click=_acting,
        args=(act,),
        disabled=not possible,
        type="tertiary",
    )


def _acting(act: Callable[[], None]) -> None:
    session.acted()
    act()
