"""What does a function of ``figures`` return? The figure, and its finding as a sentence."""

from dataclasses import dataclass

import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, and its finding as a sentence for readers who cannot see it."""

    figure: go.Figure
    alt: str
