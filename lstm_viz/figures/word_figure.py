"""What do all figures over words share? The word axis, margins, rows, and the current word."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lstm_viz.figures import theme
from lstm_viz.figures.annotations import add_name
from lstm_viz.figures.labels import word_axis
from lstm_viz.figures.words import Words
from lstm_viz.palette import Palette

_ABOVE, _WORDS = 38, 96  # pixels: the line above each row, the words below the last
_FAR = 10_000  # pixels: however far the pointer is from a point, it points at it


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a figure over words.

    Attributes:
        name: what is drawn in it.
        facts: about it, in a few words; they stand beside the name.
        color: of the name.
    """

    name: str
    facts: str
    color: str


def word_figure(rows: Sequence[Row], each: int, words: Words, colors: Palette) -> go.Figure:
    """Return named rows over one word axis, with a frame around the current word.

    Draw into the rows, then call ``make_clickable`` or ``add_cells`` (see ``clicks.py``).

    Args:
        rows: from the top.
        each: height of a row in pixels.
        words: the axis; they are written below the last row.
        colors: of the theme.
    """
    height = len(rows) * (each + _ABOVE) + _WORDS
    inner = height - _ABOVE - _WORDS
    figure = make_subplots(
        len(rows), 1, shared_xaxes=True, vertical_spacing=_ABOVE / inner if len(rows) > 1 else 0
    )
    figure.update_layout(theme.layout(colors, height))
    # Margins that grew for a colour bar would move the columns.
    margin = {"t": _ABOVE, "b": _WORDS, "autoexpand": False}
    figure.update_layout(margin=margin, hovermode="x", hoverdistance=_FAR)
    names = words.names()
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=names)
    figure.update_xaxes(showticklabels=False, fixedrange=True, showgrid=False, ticks="")
    figure.update_yaxes(fixedrange=True, zeroline=False)
    axis = word_axis(words.tokens, words.strongest)
    axis["tickvals"] = [names[step] for step in axis["tickvals"]]  # type: ignore[attr-defined]
    figure.update_xaxes(axis, showticklabels=True, row=len(rows), col=1)
    for number, row in enumerate(rows, start=1):
        add_name(figure, row.name, row.facts, row.color, colors, row=number)
    _mark_current_word(figure, words, colors)
    return figure


def _mark_current_word(figure: go.Figure, words: Words, colors: Palette) -> None:
    """Draw a frame around the column of the current word, in every row."""
    if words.current is not None:
        figure.add_vrect(
            x0=words.current - 0.5,
            x1=words.current + 0.5,
            line={"color": colors.ink, "width": 1.5},
            fillcolor="rgba(0,0,0,0)",
            row="all",
            exclude_empty_subplots=False,
            col=1,
        )
