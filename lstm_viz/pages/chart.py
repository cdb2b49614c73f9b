"""One way to show a picture, with its clicks."""

from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz import session
from lstm_viz.figures.picture import Picture

_CONFIG = {"displayModeBar": False, "scrollZoom": False}


def show(
    picture: Picture, key: str, *, clicks: bool = False, where: DeltaGenerator | None = None
) -> None:
    """Draw a picture.

    Args:
        picture: the figure, and its finding for those who do not see it.
        key: of the element.
        clicks: whether a click on a point chooses the unit that its ``customdata`` names.
        where: a column; the page itself by default.
    """
    place = where or st
    on_click = {"on_select": partial(_choose, key), "selection_mode": "points"}
    more: dict[str, Any] = on_click if clicks else {}
    place.plotly_chart(picture.figure, key=key, alt=picture.alt, config=_CONFIG, theme=None, **more)


def _choose(key: str) -> None:
    session.acted()
    points = st.session_state[key].selection.points
    if points:
        session.choose(unit=int(points[0]["customdata"]))
