"""What all figures over words share: axis, margins, rows, the current word, labels, and clicks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int
from plotly.subplots import make_subplots

from lstm_viz import scales
from lstm_viz.figures import theme
from lstm_viz.figures.labels import apart, label, word_axis
from lstm_viz.palette import Palette
from lstm_viz.text import Token

_ABOVE, _WORDS = 38, 96  # pixels: the line above each row, the words below the last
_FAR = 10_000  # pixels from a point that still mean it
_OVER = 20  # numbers of the axes over those of the rows
_LINE = 17.0  # pixels between two labels at the end of a row, so that they do not touch


@dataclass(frozen=True, slots=True)
class Words:
    """The word axis that all figures of one text share.

    Attributes:
        tokens: of the text.
        strongest: words to be named first, in order.
        current: the word that is looked at; None for none.
    """

    tokens: Sequence[Token]
    strongest: Sequence[int]
    current: int | None

    def names(self) -> list[str]:
        """Return a name per column, each different, as shown when pointed at."""
        return [f"{label(token)} (word {step})" for step, token in enumerate(self.tokens, start=1)]


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


@dataclass(frozen=True, slots=True)
class Click:
    """What a reader chose in a figure: a word, a unit, or both; None for what was not chosen."""

    step: int | None
    unit: int | None


def word_figure(rows: Sequence[Row], each: int, words: Words, colors: Palette) -> go.Figure:
    """Return rows over one axis of words, named, the current word framed.

    Whoever has drawn into it ends with ``make_clickable``.

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


def make_clickable(figure: go.Figure, words: Words, at: Sequence[float | str]) -> None:
    """Make the column of each word clickable in every row, though there is nothing to be seen.

    A heatmap cannot be selected in, and a line only at its points. With ``hovermode="x"`` whoever
    points anywhere at a column points at its mark, wherever that stands.

    Args:
        figure: from ``word_figure``, drawn.
        words: the axis.
        at: where on its own axis the marks of each row stand: at anything that has a place there.
    """
    names = words.names()
    for number, place in enumerate(at, start=1):
        figure.add_scatter(
            x=names,
            y=[place] * len(names),
            customdata=[[step] for step in range(len(names))],
            hoverinfo="none",
            **_unseen({}),
            row=number,
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


def add_cells(
    figure: go.Figure,
    number: int,
    values: Float[np.ndarray, "row step"],
    order: Int[np.ndarray, " row"],
    words: Words,
    told: str,
    *,
    projected: bool,
) -> None:
    """Make every cell of a map tell its word, unit and value, and clickable.

    A heatmap cannot be selected in; points can. Of these ``maxdisplayed`` draws one, unseen, and
    all are pointed at. Word and unit come from the axes, which lie over those of the row, so that a
    point is two small numbers. Where rows are narrow, a point within 3 pixels of the pointer counts
    as under it: what is told is what is chosen.

    Args:
        figure: from ``word_figure``, with ``hovermode="closest"``.
        number: of the row, from 1.
        values: a row per unit, in order.
        order: the unit of each row.
        words: the axis.
        told: a template for the value, which is ``customdata``.
        projected: whether rows are outputs of a projection, which are no units.
    """
    rows, steps = values.shape
    categories = [f"output {row}" for row in order] if projected else order.tolist()
    units = order.astype(_least_type(int(order.max()) + 1))
    figure.add_scatter(
        x=np.tile(np.arange(steps, dtype=_least_type(steps)), rows),
        y=np.repeat(categories if projected else units, steps),
        customdata=values.reshape(-1),
        hovertemplate=f"%{{x}}<br>{'' if projected else 'unit '}%{{y}}<br>{told}<extra></extra>",
        xaxis=f"x{_OVER + number}",
        yaxis=f"y{_OVER + number}",
        **_unseen({"maxdisplayed": 1}),
    )
    same = {"visible": True, "showticklabels": False, "showgrid": False, "zeroline": False,
            "ticks": "", "fixedrange": True}  # fmt: skip
    below = "" if number == 1 else str(number)
    figure.layout[f"xaxis{_OVER + number}"] = {
        "overlaying": f"x{below}",
        "anchor": f"y{_OVER + number}",
        "range": [-0.5, steps - 0.5],
        "tickmode": "array",
        "tickvals": list(range(steps)),
        "ticktext": words.names(),
        **same,
    }
    figure.layout[f"yaxis{_OVER + number}"] = {
        "overlaying": f"y{below}",
        "anchor": f"x{_OVER + number}",
        "type": "category",
        "categoryorder": "array",
        "categoryarray": categories,
        "range": [rows - 0.5, -0.5],
        **same,
    }


def _least_type(count: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type of whole numbers below a count."""
    return np.uint8 if count <= 256 else np.uint16 if count <= 65_536 else np.uint32


def _unseen(marker: Mapping[str, Any]) -> dict[str, Any]:
    """Return how points are drawn that are there to be pointed at, chosen or not."""
    faint = {"marker": {"opacity": 0}}
    return {
        "mode": "markers",
        "marker": {"opacity": 0, "size": 1, **marker},
        "selected": faint,
        "unselected": faint,
        "name": "click",
    }


def clicked(points: Sequence[Mapping[str, Any]], steps: int, units: int) -> Click | None:
    """Return what was clicked in a figure over words; None where that makes no sense.

    Args:
        points: of a selection, as the browser tells them: a mark of ``make_clickable`` has the step
            as ``customdata``, in brackets; one of ``add_cells`` has it as x, and the unit as y.
        steps: how many words there are.
        units: how many units.
    """
    if not points:
        return None
    x, y, data = (points[0].get(name) for name in ("x", "y", "customdata"))
    column = isinstance(data, (list, tuple))  # the value of a cell is a number, which may be whole
    step = _number(data[0] if column and data else x, steps)
    return None if step is None else Click(step, None if column else _number(y, units))


def _number(value: object, count: int) -> int | None:
    """Return a whole number below a count; a browser tells places on axes as it likes."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    return value if type(value) is int and 0 <= value < count else None
