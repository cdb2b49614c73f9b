"""The frame: page set-up, navigation, and what all pages share. ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from lstm_viz import session
from lstm_viz.errors import LstmVizError
from lstm_viz.pages import bar, foot
from lstm_viz.pages.literal import literal

PAGES = Path(__file__).parent / "lstm_viz" / "pages"

st.set_page_config(page_title="lstm-viz", page_icon=str(PAGES / "icon.png"), layout="wide")
st.html(PAGES / "frame.css")
page = st.navigation(
    [
        st.Page("lstm_viz/pages/read.py", title="Read", url_path="read", default=True),
        st.Page("lstm_viz/pages/gates.py", title="Gates", url_path="gates"),
    ],
    position="top",
)
try:
    session.begin()
    bar.show()
    page.run()
    foot.show(fits=session.finish())
except LstmVizError as error:
    st.error(literal(str(error)), icon=":material/error:")
