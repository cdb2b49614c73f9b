"""What a function of ``figures`` returns: the figure, and the sentence beside it."""

from dataclasses import dataclass

import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, and its finding in a sentence for those who do not see it."""

    figure: go.Figure
    alt: str
