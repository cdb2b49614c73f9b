"""Pictures of how open each gate is at each word: maps of all units, and means with bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from lstm_viz.analyses.gates import Openness, furthest, openness
from lstm_viz.figures import theme
from lstm_viz.figures.labels import label
from lstm_viz.figures.picture import Picture, Words, mark_current_word, name_row, stacked
from lstm_viz.notation import Quantity, gates_among
from lstm_viz.palette import Palette
from lstm_viz.text import Token, shown

_MAP, _MEAN = 120, 104  # pixels of one row
_LONGEST = 60  # letters of a word in a sentence
_NAMED = 4  # words named in each panel of means

Values = Float[np.ndarray, "step unit"]


def maps(
    quantities: Mapping[str, Float[np.ndarray, "step _"]],
    shown_ones: Sequence[Quantity],
    order: Int[np.ndarray, " unit"],
    words: Words,
    colors: Palette,
    usual: Mapping[str, Float[np.ndarray, " unit"]] | None = None,
) -> Picture:
    """Draw one map per quantity, words across and units down, on scales that never change.

    Args:
        quantities: by name, (step, unit).
        shown_ones: which to draw, from the top.
        order: of the units, the same in all maps; what a projection puts out stands as stored.
        words: the axis.
        colors: of the theme.
        usual: with it, gates are drawn as their departure from it, on -0.5 to +0.5.
    """
    figure = stacked(len(shown_ones), _MAP, colors, words)
    names = words.names()
    for row, quantity in enumerate(shown_ones, start=1):
        values = quantities[quantity.name]
        own = order if len(order) == values.shape[1] else np.arange(values.shape[1])
        departure = usual is not None and quantity.name in usual
        drawn = values - usual[quantity.name] if departure and usual else values
        scale = _scale(quantity, colors, departure=departure)
        top = figure.layout[f"yaxis{row if row > 1 else ''}"].domain
        figure.add_heatmap(
            x=names,
            y=[f"unit {unit}" for unit in own],
            z=np.ascontiguousarray(drawn[:, own].T, dtype=np.float32),
            zmin=scale.low,
            zmax=scale.high,
            colorscale=scale.ramp,
            colorbar={
                "x": 1.008,
                "xanchor": "left",
                "thickness": 10,
                "len": (top[1] - top[0]),
                "lenmode": "fraction",
                "y": sum(top) / 2,
                "ypad": 0,
                "outlinewidth": 0,
                "tickvals": [scale.low, (scale.low + scale.high) / 2, scale.high],
                "ticktext": scale.ticks,
                "tickfont": {"size": 12, "color": colors.muted},
            },
            hovertemplate="%{x}<br>%{y}<br>"
            + f"{quantity.label.lower()}{' − usual' if departure else ''} "
            + "<b>%{z:.3f}</b><extra></extra>",
            row=row,
            col=1,
        )
        figure.update_yaxes(
            autorange="reversed",
            showticklabels=False,
            ticks="",
            fixedrange=True,
            showgrid=False,
            row=row,
            col=1,
        )
        name_row(figure, row, quantity, _facts(quantity, values), colors)
    mark_current_word(figure, words, colors)
    described = "; ".join(f"{q.label}: {_facts(q, quantities[q.name])}" for q in shown_ones)
    return Picture(
        figure,
        f"Maps of {len(order)} units by {len(words.tokens)} words. {described}.",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    ramp: tuple[tuple[float, str], ...]
    ticks: list[str]


def _scale(quantity: Quantity, colors: Palette, *, departure: bool) -> _Scale:
    if departure:
        return _Scale(-0.5, 0.5, theme.diverging(colors), ["−0.5", "usual", "+0.5"])
    if quantity.scale == "gate":
        return _Scale(
            0.0, 1.0, theme.sequential(colors, quantity.color), ["0 shut", "0.5", "1 open"]
        )
    limit = quantity.limit or theme.CELL_LIMIT
    return _Scale(-limit, limit, theme.diverging(colors), [f"−{limit:g}", "0", f"+{limit:g}"])


def _facts(quantity: Quantity, values: Values) -> str:
    if quantity.scale == "gate":
        about = openness(values)
        return f"mean {about.overall:.2f} · {about.shut:.0%} < 0.1 · {about.open:.0%} > 0.9"
    largest = float(np.abs(values).max())
    clipped = quantity.limit is None and largest > theme.CELL_LIMIT
    beyond = f", drawn as {theme.CELL_LIMIT:g}" if clipped else ""
    return f"mean size {np.abs(values).mean():.2f} · largest {largest:.2f}{beyond}"


def means(
    quantities: Mapping[str, Values],
    usual: Mapping[str, Float[np.ndarray, " unit"]],
    words: Words,
    colors: Palette,
) -> Picture:
    """Draw each gate's mean over units with the band from the 10th to the 90th percentile.

    Args:
        quantities: by name, (step, unit).
        usual: mean of each gate and unit on held-out sentences; its mean is the dotted line.
        words: the axis.
        colors: of the theme.
    """
    gates = gates_among(quantities)
    figure = stacked(len(gates), _MEAN, colors, words)
    names = words.names()
    found = []
    for row, gate in enumerate(gates, start=1):
        about = openness(quantities[gate.name])
        normal = float(usual[gate.name].mean()) if gate.name in usual else about.overall
        _band(figure, row, names, about, colors[gate.color])
        figure.add_scatter(
            x=names,
            y=about.mean,
            mode="lines+markers",
            line={"color": colors[gate.color], "width": 2},
            marker={"size": 5},
            row=row,
            col=1,
            hovertemplate="%{x}<br>mean <b>%{y:.3f}</b><extra></extra>",
        )
        figure.add_hline(
            y=normal, line={"dash": "dot", "width": 1.5, "color": colors.muted}, row=row, col=1
        )
        word = "usual" if gate.name in usual else "mean"
        figure.add_annotation(
            x=1,
            xref="x domain",
            xanchor="left",
            xshift=8,
            y=normal,
            text=f"{word} {normal:.2f}",
            showarrow=False,
            font={"size": 12, "color": colors.muted},
            row=row,
            col=1,
        )
        named = furthest(about.mean, normal, min(_NAMED, len(words.tokens)))
        _name_words(figure, row, names, about, normal, named, words, colors[gate.color], colors)
        figure.update_yaxes(
            range=[0, 1],
            tickvals=[0, 0.5, 1],
            tickfont={"size": 12, "color": colors.muted},
            fixedrange=True,
            gridcolor=colors.rule,
            zeroline=False,
            row=row,
            col=1,
        )
        facts = f"{about.mean.min():.2f} to {about.mean.max():.2f}"
        name_row(figure, row, gate, f"mean over units, {facts}", colors)
        found.append(f"{gate.label} from {facts}, {word} {normal:.2f}")
    mark_current_word(figure, words, colors)
    return Picture(figure, f"Mean of each gate after each word: {'; '.join(found)}.")


def _band(figure: go.Figure, row: int, names: list[str], about: Openness, color: str) -> None:
    for values, fill in ((about.low, None), (about.high, "tonexty")):
        figure.add_scatter(
            x=names,
            y=values,
            mode="lines",
            line={"width": 0},
            fill=fill,
            hoverinfo="skip",
            fillcolor=theme.faint(color, 0.16),
            row=row,
            col=1,
        )


def _name_words(
    figure: go.Figure,
    row: int,
    names: list[str],
    about: Openness,
    normal: float,
    steps: Sequence[int],
    words: Words,
    color: str,
    colors: Palette,
) -> None:
    kept: list[int] = []
    gap = max(1, round(len(names) / 9))  # so that names do not touch
    for step in steps:
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
            font={"size": 13, "color": color},
            bgcolor=theme.faint(colors.page, 0.8),
            row=row,
            col=1,
        )


def headline(gate: Quantity, values: Values, usual: float | None, tokens: Sequence[Token]) -> str:
    """Return the finding: which word opens a gate widest.

    Args:
        gate: which.
        values: of it, (step, unit).
        usual: its mean on held-out sentences; None where that is not known.
        tokens: of the text.
    """
    mean = values.mean(1)
    step = int(mean.argmax())
    word = shown(tokens[step].text)
    word = word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"
    twice = sum(token.text == tokens[step].text for token in tokens) > 1
    place = f" {step + 1}" if twice else ""
    compared = "" if usual is None else f", where {usual:.2f} is usual"
    name = gate.label.lower()
    return f"“{word}{place}” opens the {name} widest: {mean[step]:.2f} on average{compared}"
