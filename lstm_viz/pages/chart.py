"""One way to show a picture, with its clicks."""

from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz import session
from lstm_viz.figures.picture import Picture
from lstm_viz.figures.word_figure import clicked

_CONFIG = {"displayModeBar": False, "scrollZoom": False}


def show(
    picture: Picture, key: str, *, clicks: bool = False, where: DeltaGenerator | None = None
) -> None:
    """Draw a picture.

    Args:
        picture: the figure, and its finding for those who do not see it.
        key: of the element.
        clicks: whether a click chooses the word and the unit that it meets.
        where: a column; the page itself by default.
    """
    place = where or st
    on_click = {"on_select": partial(_choose, key), "selection_mode": "points"}
    more: dict[str, Any] = on_click if clicks else {}
    place.plotly_chart(picture.figure, key=key, alt=picture.alt, config=_CONFIG, theme=None, **more)


def _choose(key: str) -> None:
    session.acted()
    found = clicked(st.session_state[key].selection.points)
    if found:
        session.choose(**{name: at for name, at in asdict(found).items() if at is not None})
