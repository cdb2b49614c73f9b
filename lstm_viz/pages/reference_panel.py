"""Which values are usual? On held-out texts, or measured on the reader's own texts."""

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.pages import job_panel
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.session import Context
from lstm_viz.text import is_blank

MOST = 1_000_000  # characters of texts, which take a few minutes
_LABEL = "Measure usual values"


def show(page: Context) -> None:
    """Draw what is known, and a field for texts to measure usual values on."""
    with st.popover("Usual values", key="usual"):
        st.markdown(escape_markdown(_source(page)))
        if page.selection.reference:
            st.button("Back to the held-out texts", key="usual_back", on_click=_forget)
        st.text_area(
            "Measure usual values on your own texts, one per line",
            key="usual_texts",
            height=120,
            max_chars=MOST,
            persist_state="session",
            on_change=session.note_action,
        )
        st.button("Measure", key="usual_measure", on_click=_measure, disabled=not _texts())


def show_job(page: Context) -> None:
    """Draw the progress of the measurement until there is a result, also after a reload."""
    digest, texts = page.selection.reference, _texts()
    if not digest or session.reference_on_own_texts() is not None:
        return
    if not session.is_measuring_reference() and session.texts_digest(texts) != digest:
        session.forget_own_reference()  # it was stopped, and the texts have changed since
        return
    job_panel.show(session.reference_key(), _LABEL, measure_reference, page.classifier, texts)
    if session.reference_on_own_texts() is not None:
        session.rerun()


def _source(page: Context) -> str:
    reference = page.reference
    if reference is None:
        return "Usual values are not known for this model."
    count = f"{reference.words:,} words of {reference.texts:,} texts"
    return f"Measured on {count}: {reference.source}."


def _texts() -> tuple[str, ...]:
    lines = str(st.session_state.get("usual_texts", "")).splitlines()
    return tuple(line for line in lines if not is_blank(line))


def _measure() -> None:
    session.note_action()
    session.measure_own_reference(_texts())


def _forget() -> None:
    session.note_action()
    session.forget_own_reference()
