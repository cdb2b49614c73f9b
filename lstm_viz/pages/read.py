"""Read: what does the model think after each word, and what do its gates do?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.reading import reading
from lstm_viz.components.player import asked, chosen, payload, player
from lstm_viz.pages import bar, menus

_KEY, _WHERE = "player", "where"


@st.fragment(key=_WHERE)
def where() -> None:
    """Keep the chosen word and unit, also in the link; nothing else is run for that."""
    session.keep(chosen(_KEY))
    session.finish()


session.keep(chosen(_KEY))
menus.answer(asked(_KEY))
bar.notices()  # of what was asked for
trace = session.trace()
course = reading(trace)
if session.selection().step is None:
    session.choose(step=course.turning_point)
data = payload(
    trace, session.layer(), course, session.opening(_KEY), session.beyond(), menus.offered()
)
player(data, _KEY, _WHERE)
where()
