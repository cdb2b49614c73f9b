"""What is known of the chosen model: the parts of the Models page below its table."""

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
        help="Text and word stay.",
    )


def _switch() -> None:
    session.acted()
    text_input.take_model(st.session_state["chosen_model"])


def show_history(made: History) -> None:
    """Draw how good the model is, what it can do, and how it was trained."""
    if made.figures:
        st.header("How good is it?", anchor=False)
        history_tables.figures(made.figures)
    if made.capabilities:
        st.header("What can it do?", anchor=False)
        history_tables.capabilities(made.capabilities)
    if made.stages:
        st.header("How was it trained?", anchor=False)
        st.markdown("Thin lines: ends of epochs. Strong line: the update whose weights were kept.")
        history_curves.stages(made.stages)
    history_tables.recipe(made)


def show_card(described: str) -> None:
    """Draw the model's card, folded away."""
    with st.expander("Model card", key="card"):
        st.markdown(sanitize_markdown(described[:_LONGEST_CARD]))
        if len(described) > _LONGEST_CARD:
            st.caption(f"The first {_LONGEST_CARD:,} characters; the file has all.")


def show_files(made: History | None, described: str) -> None:
    """Offer the files that were shown."""
    files = {"history.json": made.as_json() if made else "", "README.md": described}
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
