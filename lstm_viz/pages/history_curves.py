"""How was a model trained? The curves of the Models page."""

import streamlit as st

from lstm_viz import session
from lstm_viz.figures import curves
from lstm_viz.model.history import CURVES, Stage
from lstm_viz.pages import chart
from lstm_viz.pages.history_tables import first_of, text

_MOST_STAGES = 12  # that are drawn; a file may hold any number


def stages(found: tuple[Stage, ...]) -> None:
    """Draw the curves of each stage, loss above accuracy, two stages side by side."""
    drawn = first_of(found, _MOST_STAGES, "stages")
    for first in range(0, len(drawn), 2):
        for number, column in enumerate(st.columns(2, gap="medium"), start=first):
            if number < len(drawn):
                with column:
                    _stage(number, drawn[number])


def _stage(number: int, stage: Stage) -> None:
    st.subheader(text(f"{stage.name}: {curves.headline(stage)}"), anchor=False)
    longest = max(len(getattr(stage, name)) for name in CURVES)
    if longest > curves.MOST:
        st.caption(f"Only some of {longest:,} points are drawn; history.json has all of them.")
    for measure in curves.measures_of(stage):
        picture = curves.curve(stage, measure, session.colors())
        chart.show(picture, f"curve_{number}_{measure}")
