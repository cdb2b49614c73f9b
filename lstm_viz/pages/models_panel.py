"""What is known about the chosen model? The parts of the Models page below its table."""

import streamlit as st

from lstm_viz import session
from lstm_viz.model import available
from lstm_viz.model.history import History
from lstm_viz.pages import history_curves, history_tables, text_input
from lstm_viz.pages.markdown import escape_markdown, sanitize_markdown

_LONGEST_CARD = 100_000  # characters that are shown


def choose(chosen: str) -> None:
    """Draw the choice of a model, where there are several."""
    if len(available()) < 2:
        return
    st.session_state["chosen_model"] = chosen
    st.radio(
        "Read the text with",
        available(),
        format_func=escape_markdown,
        key="chosen_model",
        horizontal=True,
        on_change=_switch,
        help="The text and the word stay the same.",
    )


def _switch() -> None:
    session.note_action()
    text_input.take_model(st.session_state["chosen_model"])


def show_history(history: History) -> None:
    """Draw how good the model is, what it can do, and how it was trained."""
    if history.figures:
        st.header("How good is it?", anchor=False)
        history_tables.evaluations(history.figures)
    if history.capabilities:
        st.header("What can it do?", anchor=False)
        history_tables.capabilities(history.capabilities)
    if history.stages:
        st.header("How was it trained?", anchor=False)
        st.markdown("Thin lines mark epochs; the strong line, the update whose weights were kept.")
        history_curves.stages(history.stages)
    history_tables.recipe(history)


def show_card(card: str) -> None:
    """Draw the model's card, folded away."""
    with st.expander("Model card", key="card"):
        st.markdown(sanitize_markdown(card[:_LONGEST_CARD]))
        if len(card) > _LONGEST_CARD:
            st.caption(
                f"These are the first {_LONGEST_CARD:,} characters; README.md has all of them."
            )


def show_files(history: History | None, card: str) -> None:
    """Draw buttons that download the files shown on the page."""
    files = {"history.json": history.as_json() if history else "", "README.md": card}
    with st.container(horizontal=True):
        for kind, (file, content) in zip(("History", "Card"), files.items(), strict=True):
            if content:
                st.download_button(
                    f"{kind} ({file})",
                    content,
                    file_name=file,
                    on_click="ignore",
                    icon=":material/download:",
                )
