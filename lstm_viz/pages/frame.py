"""The frame: page set-up, navigation, and what all pages share."""

from base64 import b64encode
from pathlib import Path

import streamlit as st

from lstm_viz import session, threads
from lstm_viz.errors import LstmVizError
from lstm_viz.pages import bar, foot, settings
from lstm_viz.pages.literal import literal

_HERE = Path(__file__).parent
# In the page itself: a file of its own is taken away for a moment when one run follows another,
# as while typing, and a browser that asks for it then does not find it.
_ICON = f"data:image/png;base64,{b64encode((_HERE / 'icon.png').read_bytes()).decode('ascii')}"

_STYLE = f"<style>{(_HERE / 'frame.css').read_text('utf-8')}</style>"


def show() -> None:
    """Draw the whole program; called by the script that Streamlit runs.

    A script of one's own may call ``lstm_viz.offer(classifier)`` before, which then comes first.
    The look and the settings come along, unless others are chosen where Streamlit looks for them.
    """
    threads.limit()
    if settings.apply():
        st.rerun()  # the browser is told of its look at the beginning of a run
    st.set_page_config(page_title="lstm-viz", page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    page = st.navigation(
        [
            st.Page(_HERE / "read.py", title="Read", url_path="read", default=True),
            st.Page(_HERE / "gates.py", title="Gates", url_path="gates"),
            st.Page(_HERE / "models.py", title="Models", url_path="models"),
        ],
        position="top",
    )
    try:
        session.begin()
        bar.notices()
        if page.title != "Read":  # where the review itself is the field
            bar.show()
        page.run()
        foot.show()
    except LstmVizError as error:
        st.error(literal(str(error)), icon=":material/error:")
