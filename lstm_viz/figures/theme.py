"""How do pictures use the palette? Ramps, fixed scales, type and margins."""

from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_viz.palette import Palette, mixed

FONT = '"Source Sans", "Source Sans Pro", "Source Sans 3", sans-serif'
LEFT, RIGHT = 44, 72  # pixels beside every word axis: a word stands in one column throughout
FULL_TINT = 0.30  # a word that moves the verdict by this much is tinted fully; never rescaled
LEAST_TINT = 0.03  # below, a word is not tinted: noise must look like noise
CELL_LIMIT = 2.0  # the cell state has no bound; colours beyond this stay at their end


@cache
def sequential(colors: Palette, role: str) -> tuple[tuple[float, str], ...]:
    """Return the ramp of a gate: the panel at 0, its hue at 1."""
    return ((0.0, colors.panel), (1.0, colors[role]))


@cache
def diverging(colors: Palette) -> tuple[tuple[float, str], ...]:
    """Return the ramp of what has a sign: negative, panel at 0, positive.

    Mixed by |v| to the power 0.8, so that 0.1 can be seen.
    """
    places = np.linspace(-1, 1, 21)
    ends = (colors.negative, colors.positive)
    return tuple(
        (float((v + 1) / 2), mixed(colors.panel, ends[int(v > 0)], abs(v) ** 0.8)) for v in places
    )


def faint(color: str, share: float) -> str:
    """Return a colour with an opacity, as Plotly writes it."""
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def layout(colors: Palette, height: int) -> go.Layout:
    """Return what all figures share: type, ground, margins."""
    return go.Layout(
        height=height,
        margin={"l": LEFT, "r": RIGHT, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 14, "color": colors.ink},
        hoverlabel={
            "bgcolor": colors.ink,
            "bordercolor": colors.ink,
            "font": {"color": colors.page, "family": FONT, "size": 14},
        },
        showlegend=False,
        dragmode=False,
    )
