"""What every page begins with: links to all pages, notices, and the question it answers."""

from collections.abc import Mapping

import streamlit as st

from lstm_viz import session
from lstm_viz.pages import Page
from lstm_viz.pages.markdown import escape_markdown


def navigation(scripts: Mapping[str, st.Page]) -> None:
    """Draw a link to each page; in a narrow window the row scrolls.

    Args:
        scripts: the pages as Streamlit knows them, by stem.
    """
    with st.container(key="pages", horizontal=True, gap="small"):
        for script in scripts.values():
            st.page_link(script)


def notices(key: str = "notices") -> None:
    """Draw on one line, which can be closed, what went wrong or could not be kept of a link.

    Args:
        key: of the line.
    """
    notices = session.take_notices()
    if not notices:
        return
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="small"):
        st.info(escape_markdown(" ".join(notices)), icon=":material/info:")
        st.button(
            "Close",
            key=f"close_{key}",
            icon=":material/close:",
            type="tertiary",
            on_click=session.note_action,
        )


def question(page: Page) -> None:
    """Draw the question that a page answers, and how many words of the text it is about."""
    truncated = session.truncated_count()
    if truncated:
        st.info(f"These are the first {session.LIMIT:,} words; {truncated:,} more were not read.")
    st.caption(page.question)
