"""The part of every page that keeps the window's history and tells when the server is gone."""

import streamlit as st

from lstm_viz.components.bundle import script, text

_WINDOW = st.components.v2.component(
    "lstm_viz_window",
    html=text("window/window.html"),
    css=text("window/window.css"),
    js=script("window/window.js"),
)


def window(link: str, key: str) -> None:
    """Put it on the page, where little of it is seen as long as the server answers.

    Args:
        link: the query of the view that was opened first. It takes the place of whatever the reader
            followed here, so that the first press of Back leaves. Always the same in a session.
        key: of the element.
    """
    _WINDOW(key=key, data={"link": link})
