"""What is usual? On held-out texts, or on texts of the reader's own, measured while he watches."""

from hashlib import blake2b

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.pages import job_panel
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.session import Context
from lstm_viz.session.cache import number_of
from lstm_viz.text import is_blank

MOST = 1_000_000  # characters of texts: a few minutes of reading


def show(page: Context) -> None:
    """Draw what is known, and the field for texts to measure it on."""
    with st.popover("What is usual", key="usual"):
        st.markdown(escape_markdown(_known(page)))
        if number_of(page.classifier) in session.state().references:
            st.button(
                "Back to the held-out texts", on_click=_forget, args=(page,), key="usual_back"
            )
        typed = st.text_area(
            "Measure it on texts of your own, one a line",
            key="usual_texts",
            height=120,
            max_chars=MOST,
            persist_state="session",
            on_change=session.acted,
        )
        texts = tuple(line for line in typed.splitlines() if not is_blank(line))
        if texts:
            _measure(page, texts)


def _known(page: Context) -> str:
    known = page.reference
    if known is None:
        return "What is usual for this model is not known."
    return f"Measured on {known.words:,} words of {known.texts:,} texts: {known.source}."


def _measure(page: Context, texts: tuple[str, ...]) -> None:
    number = number_of(page.classifier)
    digest = blake2b("\n".join(texts).encode("utf-8", "replace")).hexdigest()
    measured, _ = session.state().references.get(number, ("", None))
    if measured == digest:
        return
    key = ("reference", number, digest)
    found = job_panel.show(key, "Measure", measure_reference, page.classifier, texts)
    if found is not None:
        session.state().references[number] = (digest, found)
        st.rerun()


def _forget(page: Context) -> None:
    session.acted()
    session.state().references.pop(number_of(page.classifier), None)
    st.session_state["usual_texts"] = ""  # whose figures would come back at once
