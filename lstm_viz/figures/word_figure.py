"""What all figures over words share: axis, margins, rows, the current word, and labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lstm_viz import scales
from lstm_viz.figures import theme
from lstm_viz.figures.labels import apart, word_axis
from lstm_viz.figures.words import Words
from lstm_viz.palette import Palette

_ABOVE, _WORDS = 38, 96  # pixels: the line above each row, the words below the last
_FAR = 10_000  # pixels from a point that still mean it
_LINE = 17.0  # pixels between two labels at the end of a row, so that they do not touch


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a figure over words.

    Attributes:
        name: what is drawn in it.
        facts: what there is to say of it in a few words; beside the name.
        color: of the name.
    """

    name: str
    facts: str
    color: str


@dataclass(frozen=True, slots=True)
class EndLabel:
    """What stands at the right end of a row: at which value, what, and in which colour."""

    value: float
    text: str
    color: str


def word_figure(rows: Sequence[Row], each: int, words: Words, colors: Palette) -> go.Figure:
    """Return rows over one axis of words, named, the current word framed.

    Whoever has drawn into it ends with ``make_clickable`` or ``add_cells`` (see ``clicks.py``).

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
        _name_row(figure, number, row, colors)
    _mark_current_word(figure, words, colors)
    return figure


def _name_row(figure: go.Figure, number: int, row: Row, colors: Palette) -> None:
    """Write a row's name and facts above it."""
    facts = f'<span style="color:{colors.muted};font-size:{scales.LABEL}px">{row.facts}</span>'
    figure.add_annotation(
        x=0,
        xref="x domain",
        xanchor="left",
        y=1,
        yref="y domain",
        yanchor="bottom",
        yshift=3,
        text=f"<b>{row.name}</b>  {facts}",
        align="left",
        font={"size": scales.NAME, "color": row.color},
        showarrow=False,
        row=number,
        col=1,
    )


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


def label_ends(
    figure: go.Figure,
    number: int,
    labels: Sequence[EndLabel],
    limits: tuple[float, float],
    each: int,
) -> None:
    """Write labels at the right end of a row, pushed apart until they do not touch.

    Args:
        figure: from ``word_figure``.
        number: of the row, from 1.
        labels: in any order.
        limits: of the row's axis, low and high.
        each: height of the row in pixels.
    """
    low, high = limits
    ends = {at: (one.value - low) / (high - low) * each for at, one in enumerate(labels)}
    for at, place in apart(ends, _LINE).items():
        figure.add_annotation(
            x=1,
            xref="x domain",
            xanchor="left",
            xshift=8,
            y=place / each,
            yref="y domain",
            yanchor="middle",
            text=labels[at].text,
            font={"size": scales.SMALL, "color": labels[at].color},
            showarrow=False,
            row=number,
            col=1,
        )
