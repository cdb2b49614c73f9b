"""What every page begins with: the row of pages, what went wrong, and the question it answers."""

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
    """Say on one line, which can be closed, what of a link could not be kept or what went wrong.

    Args:
        key: of the line.
    """
    told = session.take_notices()
    if not told:
        return
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="small"):
        st.info(escape_markdown(" ".join(told)), icon=":material/info:")
        st.button(
            "Close",
            key=f"close_{key}",
            icon=":material/close:",
            type="tertiary",
            on_click=session.acted,
        )


def question(page: Page) -> None:
    """Say which question a page answers, and of which words it does."""
    truncated = session.truncated_count()
    if truncated:
        st.info(f"These are the first {session.LIMIT:,} words; {truncated:,} more were not read.")
    st.caption(page.question)
