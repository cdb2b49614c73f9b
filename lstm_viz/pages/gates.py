"""Gates: how open is each gate, for each unit, at each word?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.figures import maps
from lstm_viz.notation import among, gates_among
from lstm_viz.pages import chart, gates_choices, gates_panel
from lstm_viz.pages.markdown import escape_markdown

page = session.context()
quantities = among(page.layer.quantities)
gate_list = gates_among(page.layer.quantities)

st.title(escape_markdown(gates_panel.finding(page)), anchor=False)
explanation = st.empty()
choices = gates_choices.choose(page)
explanation.markdown(gates_panel.how_to_read(page, departure=choices.departure))

words = gates_panel.words(page)
order = gates_panel.order(page, choices.order)
reference = page.reference_means if choices.departure else None
chosen = [quantity for quantity in quantities if quantity.name in choices.maps]
picture = maps.maps(page.layer.quantities, chosen, order, words, page.colors, reference)
chart.show(picture, "gate_maps", clicks=chart.over_words(page))

if gate_list:
    gates_panel.means(page, words)
    gates_panel.saturation_of(page, gate_list)
    gates_panel.sources(page)
