"""How often is each gate saturated, and what does its openness depend on?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from lstm_viz import palette, scales
from lstm_viz.analyses.gates import FEW_WORDS, VarianceShares, saturation, variance_shares
from lstm_viz.figures import theme
from lstm_viz.figures.annotations import spread_apart
from lstm_viz.figures.clicks import Click
from lstm_viz.figures.picture import Picture
from lstm_viz.notation import Quantity, gates_among
from lstm_viz.palette import Palette

_WIDEST_NAME = 0.09  # of the axis, so that the names of segments do not touch

Values = Float[np.ndarray, "step unit"]


def scatter(
    gate: Quantity,
    values: Values,
    weight: Float[np.ndarray, " unit"] | None,
    unit: int | None,
    colors: Palette,
) -> Picture:
    """Draw a dot for each unit: how often its gate is all but shut, and how often wide open.

    Args:
        gate: to draw.
        values: of the gate, (step, unit).
        weight: of each unit in the prediction, the size of its dot; None where it has none.
        unit: to mark; None for none.
        colors: of the theme.

    Reference:
        Karpathy, Johnson and Li 2016, Visualizing and Understanding Recurrent Networks, 4.2.
    """
    shares = saturation(values)
    units = values.shape[1]
    size = np.abs(np.ones(units) if weight is None else weight)
    size = 5 + (11 if weight is not None else 4) * size / max(float(size.max()), 1e-9)
    figure = go.Figure(layout=theme.layout(colors, 300))
    figure.add_scatter(
        x=[0, 1], y=[1, 0], mode="lines", line={"color": colors.rule, "width": 1}, hoverinfo="skip"
    )
    chosen = np.arange(units) == (-1 if unit is None else unit)
    figure.add_scatter(
        x=shares.shut.astype(np.float32),
        y=shares.open.astype(np.float32),
        mode="markers",
        customdata=np.arange(units),
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
        "tickfont": {"size": scales.SMALL, "color": colors.muted},
        "title": {"font": {"size": scales.LABEL, "color": colors.muted}},
    }
    figure.update_xaxes(axis, title_text="words with the gate below 0.1")
    figure.update_yaxes(axis, title_text="above 0.9")
    figure.update_layout(
        margin={"l": 60, "r": 12, "t": 34, "b": 52},
        title={
            "text": f"<b>{gate.label}</b>",
            "font": {"size": scales.NAME, "color": colors[gate.color]},
            "x": 0.5,
            "y": 0.97,
            "yanchor": "top",
        },
    )
    shut, wide = int((shares.shut > 0.9).sum()), int((shares.open > 0.9).sum())
    return Picture(
        figure,
        f"{gate.label}: {shut} of {units} units shut, and {wide} open, "
        "at more than 90 % of the words.",
    )


def parse_click(points: Sequence[Mapping[str, Any]], units: int) -> Click | None:
    """Return the unit whose dot was clicked; None where the points make no sense.

    Args:
        points: of a selection, as the browser sends them, with the unit as ``customdata``.
        units: how many there are.
    """
    unit = points[0].get("customdata") if points else None
    return Click(None, unit) if type(unit) is int and 0 <= unit < units else None


def sources(quantities: Mapping[str, Values], colors: Palette) -> Picture:
    """Draw how much of each gate's variance comes from the unit, the word, or both together."""
    figure = go.Figure(layout=theme.layout(colors, 250))
    described = []
    gates = gates_among(quantities)
    shares = [variance_shares(quantities[gate.name]) for gate in gates]
    inks = [colors[gate.color] for gate in gates]
    for part, (name, opacity) in enumerate((("unit", 1.0), ("word", 0.55), ("unit × word", 0.22))):
        values = [(s.unit, s.word, s.both)[part] for s in shares]
        figure.add_bar(
            y=[gate.label for gate in gates],
            x=values,
            orientation="h",
            name=name,
            marker={"color": [palette.mix(colors.panel, ink, opacity) for ink in inks]},
            text=[f"{value:.0%}" if value >= 0.06 else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": scales.TEXT, "color": colors.page if opacity == 1 else colors.ink},
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
        tickfont={"size": scales.SMALL, "color": colors.muted},
    )
    _name_segments(figure, shares[0], colors)
    names = ", ".join(gate.label.lower() for gate in gates)
    return Picture(figure, f"Share of the variance for {names}: {'; '.join(described)}.")


def _name_segments(figure: go.Figure, first: VarianceShares, colors: Palette) -> None:
    """Write above the first bar what its three segments are, each at the middle of its segment."""
    ends = np.cumsum([0.0, first.unit, first.word, first.both])
    middles = ((ends[1:] + ends[:-1]) / 2).tolist()
    places = dict(zip(("the unit", "the word", "both"), middles, strict=True))
    for name, place in spread_apart(places, _WIDEST_NAME).items():
        figure.add_annotation(
            x=place,
            y=1.0,
            yref="paper",
            yanchor="bottom",
            text=name,
            showarrow=False,
            font={"size": scales.LABEL, "color": colors.muted},
        )


def headline(quantities: Mapping[str, Values]) -> str:
    """Return how many units' gates hardly ever leave one end."""
    if "update_gate" in quantities:
        shares = saturation(quantities["update_gate"])
        ends = ((shares.open, "update"), (shares.shut, "remember"))
    else:
        forget, write = (saturation(quantities[name]) for name in ("forget_gate", "input_gate"))
        ends = ((forget.open, "forget"), (write.shut, "write"))
    words, units = next(iter(quantities.values())).shape
    (first, one), (second, two) = ((int((share > 0.9).sum()), verb) for share, verb in ends)
    few = " (few words: interpret with care)" if words < FEW_WORDS else ""
    return (
        f"{first} of {units} units almost never {_verb(one, first)}, "
        f"and {second} almost never {_verb(two, second)}{few}"
    )


def _verb(verb: str, count: int) -> str:
    return f"{verb}s" if count == 1 else verb
