"""Pictures of how open each gate is: maps, means with bands, saturation, sources of variance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int
from plotly.subplots import make_subplots

from lstm_viz.analyses.gates import (
    FEW_WORDS,
    Openness,
    furthest,
    openness,
    saturation,
    variance_shares,
)
from lstm_viz.figures import theme
from lstm_viz.figures.labels import label, word_axis
from lstm_viz.figures.theme import Palette
from lstm_viz.notation import GATES, Quantity
from lstm_viz.text import Token, shown

_MAP, _GAP, _WORDS = 120, 38, 96  # pixels: one map, the line above it, the words below the last
_MEAN = 104
_NAMED = 4  # words named in each panel of means

Values = Float[np.ndarray, "step unit"]
Steps = Float[np.ndarray, " step"]


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


def maps(
    quantities: Mapping[str, Values],
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
        order: of the units, the same in all maps.
        words: the axis.
        colors: of the theme.
        usual: with it, gates are drawn as their departure from it, on -0.5 to +0.5.
    """
    figure = _stacked(len(shown_ones), _MAP, colors, words)
    names = words.names()
    rows = [f"unit {unit}" for unit in order]
    for row, quantity in enumerate(shown_ones, start=1):
        values = quantities[quantity.name]
        departure = usual is not None and quantity.name in usual
        drawn = values - usual[quantity.name] if departure and usual else values
        scale = _scale(quantity, colors, departure=departure)
        top = figure.layout[f"yaxis{row if row > 1 else ''}"].domain
        figure.add_heatmap(
            x=names,
            y=rows,
            z=np.ascontiguousarray(drawn[:, order].T, dtype=np.float32),
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
        _name_row(figure, row, quantity, _facts(quantity, values), colors)
    _current_word(figure, words, colors)
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
    figure = _stacked(len(GATES), _MEAN, colors, words)
    names = words.names()
    found = []
    for row, gate in enumerate(GATES, start=1):
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
        _name_row(figure, row, gate, f"mean over units, {facts}", colors)
        found.append(f"{gate.label} from {facts}, {word} {normal:.2f}")
    _current_word(figure, words, colors)
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


def saturation_scatter(
    gate: Quantity,
    values: Values,
    weight: Float[np.ndarray, " unit"],
    unit: int | None,
    colors: Palette,
) -> Picture:
    """Draw one dot per unit: how often its gate is all but shut, and how often wide open.

    Args:
        gate: which.
        values: of the gate, (step, unit).
        weight: of each unit in the verdict; the size of its dot.
        unit: the one to mark; None for none.
        colors: of the theme.

    Reference:
        Karpathy, Johnson and Li 2016, Visualizing and Understanding Recurrent Networks, 4.2.
    """
    shares = saturation(values)
    size = 5 + 11 * np.abs(weight) / max(float(np.abs(weight).max()), 1e-9)
    figure = go.Figure(layout=theme.layout(colors, 300))
    figure.add_scatter(
        x=[0, 1], y=[1, 0], mode="lines", line={"color": colors.rule, "width": 1}, hoverinfo="skip"
    )
    chosen = np.arange(len(weight)) == (-1 if unit is None else unit)
    figure.add_scatter(
        x=shares.shut.astype(np.float32),
        y=shares.open.astype(np.float32),
        mode="markers",
        customdata=np.arange(len(weight)),
        marker={
            "size": size,
            "color": theme.faint(colors[gate.color], 0.45),
            "line": {
                "width": np.where(chosen, 3, 1),
                "color": np.where(chosen, colors.ink, colors[gate.color]),
            },
        },
        hovertemplate="unit %{customdata}<br>%{x:.0%} of the words below 0.1<br>"
        "%{y:.0%} above 0.9<extra></extra>",
    )
    axis = {
        "range": [-0.04, 1.04],
        "tickvals": [0, 0.5, 1],
        "tickformat": ".0%",
        "fixedrange": True,
        "gridcolor": colors.rule,
        "zeroline": False,
        "tickfont": {"size": 12, "color": colors.muted},
        "title": {"font": {"size": 13, "color": colors.muted}},
    }
    figure.update_xaxes(axis, title_text="words with the gate below 0.1")
    figure.update_yaxes(axis, title_text="above 0.9")
    figure.update_layout(
        margin={"l": 60, "r": 12, "t": 34, "b": 52},
        title={
            "text": f"<b>{gate.label}</b>",
            "font": {"size": 15, "color": colors[gate.color]},
            "x": 0.5,
            "y": 0.97,
            "yanchor": "top",
        },
    )
    shut, opened = int((shares.shut > 0.9).sum()), int((shares.open > 0.9).sum())
    return Picture(
        figure,
        f"{gate.label}: {shut} of {len(weight)} units shut, and {opened} open, "
        "at more than 90 % of the words.",
    )


def sources(quantities: Mapping[str, Values], colors: Palette) -> Picture:
    """Draw where the openness of each gate comes from: the unit, the word, or both together."""
    figure = go.Figure(layout=theme.layout(colors, 250))
    described = []
    shares = [variance_shares(quantities[gate.name]) for gate in GATES]
    for part, (name, opacity) in enumerate((("unit", 1.0), ("word", 0.55), ("unit × word", 0.22))):
        values = [(s.unit, s.word, s.both)[part] for s in shares]
        figure.add_bar(
            y=[gate.label for gate in GATES],
            x=values,
            orientation="h",
            name=name,
            marker={"color": [theme.mixed(colors.panel, colors[g.color], opacity) for g in GATES]},
            text=[f"{value:.0%}" if value >= 0.06 else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": 14, "color": colors.page if opacity == 1 else colors.ink},
            hovertemplate="%{y}<br>" + name + " <b>%{x:.1%}</b><extra></extra>",
        )
        described.append(name + " " + ", ".join(f"{value:.0%}" for value in values))
    figure.update_layout(barmode="stack", bargap=0.45, margin={"l": 92, "r": 12, "t": 34, "b": 30})
    figure.update_yaxes(autorange="reversed", fixedrange=True, ticks="")
    figure.update_xaxes(
        range=[0, 1],
        tickformat=".0%",
        fixedrange=True,
        gridcolor=colors.rule,
        tickfont={"size": 12, "color": colors.muted},
    )
    for place, text, anchor in (
        (0, "the unit", "left"),
        (0.5, "the word", "center"),
        (1, "both", "right"),
    ):
        figure.add_annotation(
            x=place,
            y=1.0,
            yref="paper",
            yanchor="bottom",
            xanchor=anchor,
            text=text,
            showarrow=False,
            font={"size": 13, "color": colors.muted},
        )
    names = ", ".join(gate.label.lower() for gate in GATES)
    return Picture(figure, f"Share of the variance for {names}: {'; '.join(described)}.")


def headline(input_gate: Values, usual: float | None, tokens: Sequence[Token]) -> str:
    """Return the finding: which word opens the input gate widest.

    Args:
        input_gate: (step, unit).
        usual: its mean on held-out sentences; None where that is not known.
        tokens: of the text.
    """
    mean = input_gate.mean(1)
    step = int(mean.argmax())
    word = shown(tokens[step].text)
    twice = sum(token.text == tokens[step].text for token in tokens) > 1
    place = f" {step + 1}" if twice else ""
    compared = "" if usual is None else f", where {usual:.2f} is usual"
    return f"“{word}{place}” opens the input gate widest: {mean[step]:.2f} on average{compared}"


def saturation_headline(quantities: Mapping[str, Values]) -> str:
    """Return how many units' gates hardly ever leave one end."""
    forget, written = saturation(quantities["forget_gate"]), saturation(quantities["input_gate"])
    units = len(forget.open)
    keep, shut = int((forget.open > 0.9).sum()), int((written.shut > 0.9).sum())
    few = "" if len(quantities["forget_gate"]) >= FEW_WORDS else " (few words: read with care)"
    return f"{keep} of {units} units almost never forget, and {shut} almost never write{few}"


def _stacked(rows: int, each: int, colors: Palette, words: Words) -> go.Figure:
    height = rows * (each + _GAP) + _WORDS
    inner = height - _GAP - _WORDS
    figure = make_subplots(
        rows, 1, shared_xaxes=True, vertical_spacing=_GAP / inner if rows > 1 else 0
    )
    figure.update_layout(theme.layout(colors, height))
    figure.update_layout(margin={"t": _GAP, "b": _WORDS})
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=words.names())
    figure.update_xaxes(showticklabels=False, fixedrange=True, showgrid=False, ticks="")
    axis = word_axis(words.tokens, words.strongest)
    axis["tickvals"] = [words.names()[step] for step in axis["tickvals"]]  # type: ignore[attr-defined]
    figure.update_xaxes(axis, showticklabels=True, row=rows, col=1)
    return figure


def _name_row(figure: go.Figure, row: int, quantity: Quantity, facts: str, colors: Palette) -> None:
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


def _current_word(figure: go.Figure, words: Words, colors: Palette) -> None:
    if words.current is not None:
        figure.add_vrect(
            x0=words.current - 0.5,
            x1=words.current + 0.5,
            line={"color": colors.ink, "width": 1.5},
            fillcolor="rgba(0,0,0,0)",
            row="all",
            col=1,
        )
