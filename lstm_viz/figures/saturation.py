"""Pictures of how often gates are saturated, and of what their openness depends on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from lstm_viz import palette, scales
from lstm_viz.analyses.gates import FEW_WORDS, saturation, variance_shares
from lstm_viz.figures import theme
from lstm_viz.figures.clicks import Click
from lstm_viz.figures.picture import Picture
from lstm_viz.notation import Quantity, gates_among
from lstm_viz.palette import Palette

Values = Float[np.ndarray, "step unit"]


def scatter(
    gate: Quantity,
    values: Values,
    weight: Float[np.ndarray, " unit"] | None,
    unit: int | None,
    colors: Palette,
) -> Picture:
    """Draw one dot per unit: how often its gate is all but shut, and how often wide open.

    Args:
        gate: which.
        values: of the gate, (step, unit).
        weight: of each unit in the verdict, the size of its dot; None where there is none.
        unit: the one to mark; None for none.
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
    shut, opened = int((shares.shut > 0.9).sum()), int((shares.open > 0.9).sum())
    return Picture(
        figure,
        f"{gate.label}: {shut} of {units} units shut, and {opened} open, "
        "at more than 90 % of the words.",
    )


def clicked(points: Sequence[Mapping[str, Any]], units: int) -> Click | None:
    """Return the unit whose dot was clicked; None where that makes no sense.

    Args:
        points: of a selection, as the browser tells them, with the unit as ``customdata``.
        units: how many there are.
    """
    unit = points[0].get("customdata") if points else None
    return Click(None, unit) if type(unit) is int and 0 <= unit < units else None


def sources(quantities: Mapping[str, Values], colors: Palette) -> Picture:
    """Draw where the openness of each gate comes from: the unit, the word, or both together."""
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
            marker={"color": [palette.mixed(colors.panel, ink, opacity) for ink in inks]},
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
            font={"size": scales.LABEL, "color": colors.muted},
        )
    names = ", ".join(gate.label.lower() for gate in gates)
    return Picture(figure, f"Share of the variance for {names}: {'; '.join(described)}.")


def headline(quantities: Mapping[str, Values]) -> str:
    """Return how many units' gates hardly ever leave one end."""
    if "update_gate" in quantities:
        found = saturation(quantities["update_gate"])
        ends = ((found.open, "never let go"), (found.shut, "never hold"))
    else:
        forget, written = (saturation(quantities[name]) for name in ("forget_gate", "input_gate"))
        ends = ((forget.open, "never forget"), (written.shut, "never write"))
    counts = [f"{int((share > 0.9).sum())}" for share, _ in ends]
    few = (
        "" if len(next(iter(quantities.values()))) >= FEW_WORDS else " (few words: read with care)"
    )
    return (
        f"{counts[0]} of {len(ends[0][0])} units almost {ends[0][1]}, "
        f"and {counts[1]} almost {ends[1][1]}{few}"
    )
