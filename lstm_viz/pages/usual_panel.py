"""What is usual? On held-out texts, or on texts of the reader's own, measured while he watches."""

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.pages import job_panel
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.session import Context
from lstm_viz.text import is_blank

MOST = 1_000_000  # characters of texts: a few minutes of reading
_LABEL = "Measure what is usual"


def show(page: Context) -> None:
    """Draw what is known, and the field for texts to measure it on."""
    with st.popover("What is usual", key="usual"):
        st.markdown(escape_markdown(_known(page)))
        if page.selection.usual:
            st.button("Back to the held-out texts", key="usual_back", on_click=_forget)
        st.text_area(
            "Measure it on texts of your own, one a line",
            key="usual_texts",
            height=120,
            max_chars=MOST,
            persist_state="session",
            on_change=session.acted,
        )
        st.button("Measure", key="usual_measure", on_click=_measure, disabled=not _texts())


def show_job(page: Context) -> None:
    """Draw how far the measuring is, as long as there is no result: also after a reload."""
    usual, texts = page.selection.usual, _texts()
    if not usual or session.own_usual() is not None:
        return
    if not session.is_measuring_usual() and session.usual_digest(texts) != usual:
        session.forget_usual()  # it was stopped, and the texts are others by now
        return
    job_panel.show(session.usual_key(), _LABEL, measure_reference, page.classifier, texts)
    if session.own_usual() is not None:
        st.rerun()


def _known(page: Context) -> str:
    known = page.reference
    if known is None:
        return "What is usual for this model is not known."
    return f"Measured on {known.words:,} words of {known.texts:,} texts: {known.source}."


def _texts() -> tuple[str, ...]:
    lines = str(st.session_state.get("usual_texts", "")).splitlines()
    return tuple(line for line in lines if not is_blank(line))


def _measure() -> None:
    session.acted()
    session.measure_usual(_texts())


def _forget() -> None:
    session.acted()
    session.forget_usual()
