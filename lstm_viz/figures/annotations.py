"""How are names written above an axis, and values at its right end? Apart from one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import plotly.graph_objects as go

from lstm_viz import scales
from lstm_viz.palette import Palette

Key = TypeVar("Key")

_GAP = 5.0  # pixels between two labels, beside the height of their type


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label at the right end of an axis: at which value, its text, and its colour."""

    value: float
    text: str
    color: str


def add_name(
    figure: go.Figure,
    name: str,
    facts: str,
    color: str,
    colors: Palette,
    row: int | None = None,
) -> None:
    """Write a name in bold, with facts beside it, above the left end of an axis.

    Args:
        figure: to write into.
        name: of what is drawn.
        facts: about it, in a few words.
        color: of the name.
        colors: of the theme.
        row: from 1, of a figure with several rows.
    """
    beside = f'<span style="color:{colors.muted};font-size:{scales.LABEL}px">{facts}</span>'
    figure.add_annotation(
        x=0,
        xref="x domain",
        xanchor="left",
        y=1,
        yref="y domain",
        yanchor="bottom",
        yshift=3,
        text=f"<b>{name}</b>  {beside}",
        align="left",
        font={"size": scales.NAME, "color": color},
        showarrow=False,
        row=row,
        col=row and 1,
    )


def add_end_labels(
    figure: go.Figure,
    labels: Sequence[EndLabel],
    limits: tuple[float, float],
    height: int,
    size: int = scales.SMALL,
    row: int | None = None,
) -> None:
    """Write labels at the right end of an axis, pushed apart until they do not touch.

    Args:
        figure: to write into.
        labels: in any order.
        limits: of the axis, low and high.
        height: of the axis in pixels.
        size: of the type in pixels.
        row: from 1, of a figure with several rows.
    """
    low, high = limits
    places = {at: (one.value - low) / (high - low) * height for at, one in enumerate(labels)}
    for at, place in spread_apart(places, size + _GAP).items():
        figure.add_annotation(
            x=1,
            xref="x domain",
            xanchor="left",
            xshift=8,
            y=place / height,
            yref="y domain",
            yanchor="middle",
            text=labels[at].text,
            font={"size": size, "color": labels[at].color},
            showarrow=False,
            row=row,
            col=row and 1,
        )


def spread_apart(places: Mapping[Key, float], gap: float) -> dict[Key, float]:
    """Push places apart, upwards from the lowest, until no two are closer than a gap."""
    spread: dict[Key, float] = {}
    free = -float("inf")
    for key in sorted(places, key=places.__getitem__):
        spread[key] = max(places[key], free)
        free = spread[key] + gap
    return spread
