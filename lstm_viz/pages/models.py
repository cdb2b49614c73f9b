"""Models: which are there, how were they made, and how good are they?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.pages import models_panel, models_table
from lstm_viz.pages.history_tables import text
from lstm_viz.pages.markdown import escape_markdown

chosen = session.selection().model
made, wrong = models_table.opened(chosen)
described, unread = models_table.described(chosen)

st.title(text(models_table.finding(chosen, made)), anchor=False)
if made:
    st.markdown(text(made.about))
models_panel.choose(chosen)
models_table.show(chosen)

for told in filter(None, (wrong, unread)):
    st.warning(escape_markdown(told), icon=":material/warning:")
if made:
    models_panel.show_history(made)
elif not wrong:
    st.info("This model comes without a history of how it was made.", icon=":material/info:")
if described:
    models_panel.show_card(described)
elif not unread:
    st.caption("This model has no card.")
models_panel.show_files(made, described)
