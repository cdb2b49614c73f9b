"""Read: what does the model think after each word, and what do its gates do?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses.reading import reading
from lstm_viz.components.player import payload, player

_KEY = "player"

trace = session.trace()
chosen = session.selection()
course = reading(trace)
if chosen.step is None:
    session.choose(step=course.turning_point)
    chosen = session.selection()

opening = session.opening(_KEY)
usual = {name: float(values.mean()) for name, values in session.usual().items()}
data = payload(trace, course, chosen.unit, opening, session.beyond(), usual)
choice = player(data, _KEY)
if choice and (choice.step, choice.unit) != (chosen.step, chosen.unit):
    session.choose(step=choice.step, unit=choice.unit)
    if choice.unit != chosen.unit:
        st.rerun()
