"""How open is each gate at each word? Means over units with bands, and the finding."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from lstm_viz import scales
from lstm_viz.analyses.gates import Openness, furthest, openness
from lstm_viz.figures import theme
from lstm_viz.figures.annotations import EndLabel, add_end_labels
from lstm_viz.figures.clicks import make_clickable
from lstm_viz.figures.labels import label, shortened
from lstm_viz.figures.picture import Picture
from lstm_viz.figures.word_figure import Row, word_figure
from lstm_viz.figures.words import Words
from lstm_viz.notation import Quantity, gates_among
from lstm_viz.palette import Palette
from lstm_viz.text import Token, replace_surrogates

_ROW = 104  # pixels of one gate
_LONGEST = 60  # characters of a word in a sentence
_NAMED = 4  # words that are named in each row

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
    summaries = [openness(quantities[gate.name]) for gate in gates]
    ranges = [f"{one.mean.min():.2f} to {one.mean.max():.2f}" for one in summaries]
    rows = [
        Row(gate.label, f"mean over units, {between}", colors[gate.color])
        for gate, between in zip(gates, ranges, strict=True)
    ]
    figure = word_figure(rows, _ROW, words, colors)
    described = []
    for number, (gate, gate_mean) in enumerate(zip(gates, summaries, strict=True), start=1):
        known = gate.name in reference
        compared = float(reference[gate.name].mean()) if known else gate_mean.overall
        end = f"{'usual' if known else 'mean'} {compared:.2f}"
        _add_mean(figure, number, gate_mean, words, colors[gate.color])
        _add_reference(figure, number, compared, end, colors)
        _name_words(figure, number, gate_mean, compared, words, colors[gate.color], colors)
        described.append(f"{gate.label} from {ranges[number - 1]}, {end}")
    make_clickable(figure, words, [scales.GATE.low] * len(rows))
    return Picture(figure, f"Mean of each gate after each word: {'; '.join(described)}.")


def _add_mean(figure: go.Figure, number: int, gate: Openness, words: Words, color: str) -> None:
    """Draw the band, and the mean in it."""
    names = words.names()
    for values, fill in ((gate.low, None), (gate.high, "tonexty")):
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
        y=gate.mean,
        mode="lines+markers",
        line={"color": color, "width": 2},
        marker={"size": 5},
        unselected={"marker": {"opacity": 1}},
        hovertemplate="%{x}<br>mean <b>%{y:.3f}</b><extra></extra>",
        row=number,
        col=1,
    )


def _add_reference(
    figure: go.Figure, number: int, reference: float, end: str, colors: Palette
) -> None:
    """Draw the axis of a gate, and the value that its mean is compared with."""
    line = {"dash": "dot", "width": 1.5, "color": colors.muted}
    figure.add_hline(y=reference, line=line, row=number, col=1)
    limits = scales.GATE.low, scales.GATE.high
    labels = [EndLabel(reference, end, colors.muted)]
    add_end_labels(figure, labels, limits, _ROW, row=number)
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
    gate: Openness,
    reference: float,
    words: Words,
    color: str,
    colors: Palette,
) -> None:
    """Name the words whose mean is furthest from a value, as far as the names do not touch."""
    names = words.names()
    gap = max(1, round(len(names) / 5))
    named: list[int] = []
    for step in furthest(gate.mean, reference, min(_NAMED, len(names))):
        if any(abs(step - other) < gap for other in named):
            continue
        named.append(step)
        above = gate.mean[step] >= reference
        figure.add_annotation(
            x=names[step],
            y=float(gate.mean[step]),
            yshift=13 if above else -13,
            showarrow=False,
            text=f"<b>{label(words.tokens[step])}</b> {gate.mean[step]:.2f}",
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
        gate: that the page begins with.
        values: of the gate, (step, unit).
        reference: its usual mean; None where that is not known.
        tokens: of the text.
    """
    mean = values.mean(1)
    step = int(mean.argmax())
    word = shortened(replace_surrogates(tokens[step].text), _LONGEST)
    twice = sum(token.text == tokens[step].text for token in tokens) > 1
    place = f" (word {step + 1})" if twice else ""
    compared = "" if reference is None else f", where {reference:.2f} is usual"
    name = gate.label.lower()
    return f"“{word}”{place} opens the {name} widest: {mean[step]:.2f} on average{compared}"
