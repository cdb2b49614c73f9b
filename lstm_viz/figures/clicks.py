"""Which word, and which unit, was clicked in a figure over words?

Plotly reports clicks on points alone, so invisible points are drawn to be clicked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from lstm_viz.figures.words import Words

_OVER = 20  # added to the number of a row's axes for the axes that lie over them


@dataclass(frozen=True, slots=True)
class Click:
    """A word, a unit, or both that were clicked in a figure; None for what was not."""

    step: int | None
    unit: int | None


def make_clickable(figure: go.Figure, words: Words, at: Sequence[float | str]) -> None:
    """Make the column of each word clickable in every row, with invisible marks.

    With ``hovermode="x"``, pointing anywhere in a column points at its mark.

    Args:
        figure: from ``word_figure``, drawn.
        words: the axis.
        at: for each row, where on its vertical axis the marks stand.
    """
    names = words.names()
    for number, place in enumerate(at, start=1):
        figure.add_scatter(
            x=names,
            y=[place] * len(names),
            customdata=[[step] for step in range(len(names))],
            hoverinfo="none",
            **_invisible({}),
            row=number,
            col=1,
        )


def add_cells(
    figure: go.Figure,
    number: int,
    values: Float[np.ndarray, "row step"],
    order: Int[np.ndarray, " row"],
    words: Words,
    template: str,
    *,
    projected: bool,
) -> None:
    """Give every cell of a map a tooltip with word, unit and value, and make it clickable.

    The cells of a heatmap cannot be selected; points can. ``maxdisplayed`` has one of them drawn,
    invisibly, and all can be pointed at. Word and unit come from axes that lie over those of the
    row, so that a point is two small numbers. Where rows are narrow, a point within 3 pixels of
    the pointer counts as under it; the tooltip and the click agree.

    Args:
        figure: from ``word_figure``, with ``hovermode="closest"``.
        number: of the row, from 1.
        values: a row per unit, in order.
        order: the unit of each row.
        words: the axis.
        template: of the tooltip, for the value, which is ``customdata``.
        projected: whether rows are outputs of a projection instead of units.
    """
    rows, steps = values.shape
    categories = [f"output {row}" for row in order] if projected else order.tolist()
    units = order.astype(_least_type(int(order.max()) + 1))
    unit = "" if projected else "unit "
    figure.add_scatter(
        x=np.tile(np.arange(steps, dtype=_least_type(steps)), rows),
        y=np.repeat(categories if projected else units, steps),
        customdata=values.reshape(-1),
        hovertemplate=f"%{{x}}<br>{unit}%{{y}}<br>{template}<extra></extra>",
        xaxis=f"x{_OVER + number}",
        yaxis=f"y{_OVER + number}",
        **_invisible({"maxdisplayed": 1}),
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
    """Return the smallest type that holds the whole numbers below a count."""
    return np.uint8 if count <= 256 else np.uint16 if count <= 65_536 else np.uint32


def _invisible(marker: Mapping[str, Any]) -> dict[str, Any]:
    """Return how points are drawn that can be pointed at and not seen, selected or not."""
    faint = {"marker": {"opacity": 0}}
    return {
        "mode": "markers",
        "marker": {"opacity": 0, "size": 1, **marker},
        "selected": faint,
        "unselected": faint,
        "name": "click",
    }


def parse_click(points: Sequence[Mapping[str, Any]], steps: int, units: int) -> Click | None:
    """Return what was clicked in a figure over words; None where the points make no sense.

    Args:
        points: of a selection, as the browser sends them: a mark of ``make_clickable`` has the step
            as ``customdata``, in brackets; one of ``add_cells`` has it as x, and the unit as y.
        steps: how many words there are.
        units: how many units there are.
    """
    if not points:
        return None
    x, y, data = (points[0].get(name) for name in ("x", "y", "customdata"))
    column = isinstance(data, (list, tuple))  # the value of a cell is a number
    step = _number(data[0] if column and data else x, steps)
    return None if step is None else Click(step, None if column else _number(y, units))


def _number(value: object, count: int) -> int | None:
    """Return a whole number below a count; browsers send places on axes as text or numbers."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    return value if type(value) is int and 0 <= value < count else None
