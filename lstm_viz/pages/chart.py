"""How is a picture shown, and what happens when it is clicked?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz import session
from lstm_viz.analyses.units import units_of
from lstm_viz.figures.clicks import Click, parse_click
from lstm_viz.figures.picture import Picture

Clicks = Callable[[Sequence[Mapping[str, Any]]], Click | None]
_CONFIG = {"displayModeBar": False, "scrollZoom": False}


def over_words(page: session.Context) -> Clicks:
    """Return what reads a click in a figure over the words of the text."""
    return partial(parse_click, steps=len(page.trace), units=units_of(page.layer))


def show(
    picture: Picture, key: str, *, clicks: Clicks | None = None, where: DeltaGenerator | None = None
) -> None:
    """Draw a picture.

    Args:
        picture: the figure, and its finding for readers who cannot see it.
        key: of the element.
        clicks: returns the word and the unit that were clicked, which are then chosen; None for a
            picture in which nothing can be chosen.
        where: a column; the page itself by default.
    """
    place = where or st
    more: dict[str, Any] = {}
    if clicks:
        more = {"on_select": partial(_choose, key, clicks), "selection_mode": "points"}
    place.plotly_chart(picture.figure, key=key, alt=picture.alt, config=_CONFIG, theme=None, **more)


def _choose(key: str, clicks: Clicks) -> None:
    session.note_action()
    found = clicks(st.session_state[key].selection.points)
    if found:
        session.choose(**{name: at for name, at in asdict(found).items() if at is not None})
