"""Pictures of how open each gate is at each word: means with bands, and the finding."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from lstm_viz import scales
from lstm_viz.analyses.gates import Openness, furthest, openness
from lstm_viz.figures import theme
from lstm_viz.figures.clicks import make_clickable
from lstm_viz.figures.labels import label
from lstm_viz.figures.picture import Picture
from lstm_viz.figures.word_figure import (
    EndLabel,
    Row,
    label_ends,
    word_figure,
)
from lstm_viz.figures.words import Words
from lstm_viz.notation import Quantity, gates_among
from lstm_viz.palette import Palette
from lstm_viz.text import Token, shown

_ROW = 104  # pixels of one gate
_LONGEST = 60  # letters of a word in a sentence
_NAMED = 4  # words named in each row

Values = Float[np.ndarray, "step unit"]


def means(
    quantities: Mapping[str, Values],
    reference: Mapping[str, Float[np.ndarray, " unit"]],
    words: Words,
    colors: Palette,
) -> Picture:
    """Draw each gate's mean over units with the band from the 10th to the 90th percentile.

    Args:
        quantities: by name, (step, unit).
        reference: mean of each gate and unit on other texts; its mean is the dotted line.
        words: the axis.
        colors: of the theme.
    """
    gates = gates_among(quantities)
    abouts = [openness(quantities[gate.name]) for gate in gates]
    facts = [f"{about.mean.min():.2f} to {about.mean.max():.2f}" for about in abouts]
    rows = [
        Row(gate.label, f"mean over units, {said}", colors[gate.color])
        for gate, said in zip(gates, facts, strict=True)
    ]
    figure = word_figure(rows, _ROW, words, colors)
    told = []
    for number, (gate, about) in enumerate(zip(gates, abouts, strict=True), start=1):
        known = gate.name in reference
        normal = float(reference[gate.name].mean()) if known else about.overall
        end = f"{'usual' if known else 'mean'} {normal:.2f}"
        _add_mean(figure, number, about, words, colors[gate.color])
        _add_normal(figure, number, normal, end, colors)
        _name_words(figure, number, about, normal, words, colors[gate.color], colors)
        told.append(f"{gate.label} from {facts[number - 1]}, {end}")
    make_clickable(figure, words, [scales.GATE.low] * len(rows))
    return Picture(figure, f"Mean of each gate after each word: {'; '.join(told)}.")


def _add_mean(figure: go.Figure, number: int, about: Openness, words: Words, color: str) -> None:
    """Draw the band, and the mean in it."""
    names = words.names()
    for values, fill in ((about.low, None), (about.high, "tonexty")):
        figure.add_scatter(
            x=names,
            y=values,
            mode="lines",
            line={"width": 0},
            fill=fill,
            hoverinfo="skip",
            fillcolor=theme.faint(color, 0.16),
            row=number,
            col=1,
        )
    figure.add_scatter(
        x=names,
        y=about.mean,
        mode="lines+markers",
        line={"color": color, "width": 2},
        marker={"size": 5},
        unselected={"marker": {"opacity": 1}},
        hovertemplate="%{x}<br>mean <b>%{y:.3f}</b><extra></extra>",
        row=number,
        col=1,
    )


def _add_normal(figure: go.Figure, number: int, normal: float, end: str, colors: Palette) -> None:
    """Draw the axis of a gate, and the line that its mean is compared with."""
    line = {"dash": "dot", "width": 1.5, "color": colors.muted}
    figure.add_hline(y=normal, line=line, row=number, col=1)
    limits = scales.GATE.low, scales.GATE.high
    label_ends(figure, number, [EndLabel(normal, end, colors.muted)], limits, _ROW)
    figure.update_yaxes(
        range=limits,
        tickvals=scales.GATE.ticks,
        tickfont={"size": scales.SMALL, "color": colors.muted},
        gridcolor=colors.rule,
        row=number,
        col=1,
    )


def _name_words(
    figure: go.Figure,
    number: int,
    about: Openness,
    normal: float,
    words: Words,
    color: str,
    colors: Palette,
) -> None:
    """Name the words that are furthest from the usual, as far as the names do not touch."""
    names = words.names()
    gap = max(1, round(len(names) / 5))
    kept: list[int] = []
    for step in furthest(about.mean, normal, min(_NAMED, len(names))):
        if any(abs(step - other) < gap for other in kept):
            continue
        kept.append(step)
        above = about.mean[step] >= normal
        figure.add_annotation(
            x=names[step],
            y=float(about.mean[step]),
            yshift=13 if above else -13,
            showarrow=False,
            text=f"<b>{label(words.tokens[step])}</b> {about.mean[step]:.2f}",
            font={"size": scales.LABEL, "color": color},
            bgcolor=theme.faint(colors.page, 0.8),
            row=number,
            col=1,
        )


def headline(
    gate: Quantity, values: Values, reference: float | None, tokens: Sequence[Token]
) -> str:
    """Return the finding: which word opens a gate widest.

    Args:
        gate: which.
        values: of it, (step, unit).
        reference: its mean on other texts; None where that is not known.
        tokens: of the text.
    """
    mean = values.mean(1)
    step = int(mean.argmax())
    word = shown(tokens[step].text)
    word = word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"
    twice = sum(token.text == tokens[step].text for token in tokens) > 1
    place = f" {step + 1}" if twice else ""
    compared = "" if reference is None else f", where {reference:.2f} is usual"
    name = gate.label.lower()
    return f"“{word}{place}” opens the {name} widest: {mean[step]:.2f} on average{compared}"
