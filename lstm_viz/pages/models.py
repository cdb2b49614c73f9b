"""Models: which are there, how were they made, and how good are they?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.pages import models_panel, models_table
from lstm_viz.pages.history_tables import text
from lstm_viz.pages.markdown import escape_markdown

chosen = session.selection().model
history, history_error = models_table.history_or_error(chosen)
card, card_error = models_table.card_or_error(chosen)

st.title(text(models_table.finding(chosen, history)), anchor=False)
if history:
    st.markdown(text(history.about))
models_panel.choose(chosen)
models_table.show(chosen)

for error in filter(None, (history_error, card_error)):
    st.warning(escape_markdown(error), icon=":material/warning:")
if history:
    models_panel.show_history(history)
elif not history_error:
    st.info("This model has no record of how it was trained.", icon=":material/info:")
if card:
    models_panel.show_card(card)
elif not card_error:
    st.caption("This model has no card.")
models_panel.show_files(history, card)
