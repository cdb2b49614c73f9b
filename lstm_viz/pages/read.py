"""Read: what does the model think after each word, and what do its gates do?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.components.player import payload, player, player_choice, player_request
from lstm_viz.pages import experiment, footer, header, player_menus


def _chosen() -> None:
    session.note_action()
    st.rerun(footer.FRAGMENT)


session.accept_player_choice(player_choice(footer.PLAYER))
player_menus.answer(player_request(footer.PLAYER))
header.notices("notices_asked")  # of what was asked for
experiment.show()
page = session.context()
if page.selection.step is None:
    session.choose(step=page.path.turning_point)
start = session.player_start(footer.PLAYER)
data = payload(page.trace, page.layer, page.path, start, page.truncated, player_menus.menus())
player(
    data,
    footer.PLAYER,
    on_chosen=_chosen,
    on_asked=session.note_action,
    runs=session.player_runs(footer.PLAYER),
)
