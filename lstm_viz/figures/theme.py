"""Which colour means what? The one palette of the project, in light and dark.

Orange-red against blue survives every type of colour blindness; the gates differ in lightness as
well as in hue, and are never told apart by colour alone.
"""

from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import plotly.graph_objects as go

FONT = '"Source Sans", "Source Sans Pro", "Source Sans 3", sans-serif'
LEFT, RIGHT = 44, 72  # pixels beside every word axis: a word stands in one column throughout
FULL_TINT = 0.30  # a word that moves the verdict by this much is tinted fully; never rescaled
LEAST_TINT = 0.03  # below, a word is not tinted: noise must look like noise
CELL_LIMIT = 2.0  # the cell state has no bound; colours beyond this stay at their end


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as #RRGGBB."""

    name: str
    page: str
    panel: str
    ink: str
    muted: str
    rule: str
    negative: str
    positive: str
    forget: str
    input: str
    candidate: str
    output: str
    full_negative: str
    full_positive: str

    def __getitem__(self, role: str) -> str:
        """Return the colour of a role, for instance of ``notation``'s colour keys."""
        return str(asdict(self)[role])


LIGHT = Palette(
    "light", "#FFFFFF", "#F6F7F9", "#15171C", "#565B66", "#D5D8DF", "#B3401B", "#2450C0",
    "#A0458E", "#137D4A", "#5E4200", "#3F3285", "#F3AE93", "#A3C5F7",
)  # fmt: skip
DARK = Palette(
    "dark", "#0E1117", "#161922", "#F1F3F7", "#A6ADBB", "#333948", "#FF8F66", "#74AEFF",
    "#EBA0CF", "#8FE3B0", "#E8DE64", "#8E78D8", "#7E3216", "#1C4B93",
)  # fmt: skip


def palette(theme: str | None) -> Palette:
    """Return the colours of a theme; light where none is known."""
    return DARK if theme == "dark" else LIGHT


def mixed(first: str, second: str, share: float) -> str:
    """Return a colour between two, ``share`` of the way from the first, in sRGB."""
    start, end = (
        np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) for color in (first, second)
    )
    red, green, blue = np.rint(start + (end - start) * share).astype(int)
    return f"#{red:02X}{green:02X}{blue:02X}"


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
