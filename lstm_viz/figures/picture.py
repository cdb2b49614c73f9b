"""What all pictures of one text share: the axis of its words, and the sentence beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lstm_viz.figures import theme
from lstm_viz.figures.labels import label, word_axis
from lstm_viz.notation import Quantity
from lstm_viz.palette import Palette
from lstm_viz.text import Token

_LINE, _WORDS = 38, 96  # pixels: the line above each row, the words below the last


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, and its finding in a sentence for those who do not see it."""

    figure: go.Figure
    alt: str


@dataclass(frozen=True, slots=True)
class Words:
    """The word axis that all pictures of one text share.

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


def stacked(rows: int, each: int, colors: Palette, words: Words) -> go.Figure:
    """Return rows of ``each`` pixels over one word axis, words written below the last."""
    height = rows * (each + _LINE) + _WORDS
    inner = height - _LINE - _WORDS
    figure = make_subplots(
        rows, 1, shared_xaxes=True, vertical_spacing=_LINE / inner if rows > 1 else 0
    )
    figure.update_layout(theme.layout(colors, height))
    figure.update_layout(margin={"t": _LINE, "b": _WORDS})
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=words.names())
    figure.update_xaxes(showticklabels=False, fixedrange=True, showgrid=False, ticks="")
    axis = word_axis(words.tokens, words.strongest)
    axis["tickvals"] = [words.names()[step] for step in axis["tickvals"]]  # type: ignore[attr-defined]
    figure.update_xaxes(axis, showticklabels=True, row=rows, col=1)
    return figure


def name_row(figure: go.Figure, row: int, quantity: Quantity, facts: str, colors: Palette) -> None:
    """Write a quantity's name and facts above its row."""
    figure.add_annotation(
        x=0,
        xref="x domain",
        xanchor="left",
        y=1,
        yref="y domain",
        yanchor="bottom",
        yshift=3,
        text=f'<b>{quantity.label}</b>  <span style="color:{colors.muted};font-size:13px">'
        f"{facts}</span>",
        font={"size": 15, "color": colors[quantity.color]},
        showarrow=False,
        row=row,
        col=1,
    )


def mark_current_word(figure: go.Figure, words: Words, colors: Palette) -> None:
    """Draw a frame around the column of the current word, in every row."""
    if words.current is not None:
        figure.add_vrect(
            x0=words.current - 0.5,
            x1=words.current + 0.5,
            line={"color": colors.ink, "width": 1.5},
            fillcolor="rgba(0,0,0,0)",
            row="all",
            col=1,
        )
