"""The text field, the examples and the models, on every page but Read, where one types in place."""

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.known_words import known_words
from lstm_viz.model import available
from lstm_viz.pages import player_menus
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.text import gallery, is_blank, replace_surrogates


def show() -> None:
    """Draw the text field, the examples and the models."""
    chosen = session.selection()
    st.session_state.setdefault("typed", replace_surrogates(chosen.text))
    review = chosen.review
    st.session_state["example"] = review.name if review else player_menus.OWN
    if not session.is_legible():
        known, count = known_words(session.trace())
        st.warning(
            f"{escape_markdown(chosen.model)} knows {known} of these {count} words: "
            "its prediction says nothing about this text.",
            icon=":material/warning:",
        )
    subject = gallery.subject_of(chosen.model)
    widths = [3, 1] if len(available()) == 1 else [3, 1, 1]
    field, pick, *models = st.columns(widths, vertical_alignment="bottom", gap="medium")
    for column in models:
        st.session_state["model"] = chosen.model
        column.selectbox("Model", available(), key="model", on_change=_change_model)
    with field, st.form("review", border=False, enter_to_submit=True):
        text, button = st.columns([6, 1], vertical_alignment="bottom")
        text.text_area(
            f"Type a {player_menus.READS[subject]}",
            key="typed",
            height=68,
            max_chars=session.LONGEST_TEXT,
        )
        button.form_submit_button(
            "Read",
            type="primary",
            on_click=_open_typed_text,
            width="stretch",
            help="Or press Ctrl + Enter in the field",
        )
    names = player_menus.examples(chosen)
    pick.selectbox(
        "Or choose an example",
        names if session.own_text() is None else [*names, player_menus.OWN],
        key="example",
        format_func=player_menus.title,
        on_change=_take,
    )
    if st.session_state.pop("blank", False):
        st.warning(
            "There is nothing to read yet: type at least one word. The last text stays below.",
            icon=":material/edit:",
        )


def _change_model() -> None:
    session.note_action()
    take_model(st.session_state["model"])


def take_model(name: str) -> None:
    """Choose a model; if another text comes with it, the field shows that text."""
    before = session.selection().text
    session.choose_model(name)
    if session.selection().text != before:
        st.session_state["typed"] = session.selection().text


def _open_typed_text() -> None:
    session.note_action()
    typed = st.session_state["typed"]
    if is_blank(typed):
        st.session_state["blank"] = True
    elif typed != replace_surrogates(session.selection().text):
        session.choose(text=typed)


def _take() -> None:
    session.note_action()
    review = gallery.reviews().get(st.session_state["example"])
    text = review.text if review else session.own_text()
    if text is not None:
        session.choose(text=text)
        st.session_state["typed"] = text
