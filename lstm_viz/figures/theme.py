"""How do figures use the palette and the scales? Ramps, type and margins as Plotly takes them."""

from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_viz import scales
from lstm_viz.palette import Palette

LEFT, RIGHT = 44, 72  # pixels beside every word axis: a word has the same column in all figures
_STOPS = 41  # of a ramp; Plotly interpolates between them linearly


@cache
def sequential(colors: Palette, role: str) -> tuple[tuple[float, str], ...]:
    """Return the ramp of a gate: the panel at 0, its hue at 1."""
    return tuple((place, scales.gate_color(place, colors[role], colors)) for place in (0.0, 1.0))


@cache
def diverging(colors: Palette) -> tuple[tuple[float, str], ...]:
    """Return the ramp of signed values: negative at 0, the panel at 0.5, positive at 1."""
    places = (float(place) for place in np.linspace(0, 1, _STOPS))
    return tuple((place, scales.signed_color(2 * place - 1, colors)) for place in places)


def faint(color: str, share: float) -> str:
    """Return a colour with an opacity, as Plotly writes it."""
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def layout(colors: Palette, height: int) -> go.Layout:
    """Return the layout that all figures share: type, background, margins."""
    return go.Layout(
        height=height,
        margin={"l": LEFT, "r": RIGHT, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": scales.FONT, "size": scales.TEXT, "color": colors.ink},
        hoverlabel={
            "bgcolor": colors.ink,
            "bordercolor": colors.ink,
            "font": {"color": colors.page, "family": scales.FONT, "size": scales.TEXT},
        },
        showlegend=False,
        dragmode=False,
    )
