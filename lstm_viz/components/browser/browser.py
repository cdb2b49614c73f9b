"""The part of every page that keeps the window's history and tells when the server is gone."""

import streamlit as st

from lstm_viz.components.bundle import script, text

_BROWSER = st.components.v2.component(
    "lstm_viz_browser",
    html=text("browser/browser.html"),
    css=text("browser/browser.css"),
    js=script("browser/browser.js"),
)


def browser(link: str, key: str) -> None:
    """Put it on the page, where little of it is seen as long as the server answers.

    Args:
        link: the query of the view that was opened first. It takes the place of whatever the reader
            followed here, so that the first press of Back leaves. Always the same in a session.
        key: of the element.
    """
    _BROWSER(key=key, data={"link": link})
