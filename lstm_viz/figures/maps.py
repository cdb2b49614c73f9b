"""What did each unit do at each word? Heat maps: words across, units down, on fixed scales."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int, UInt8

from lstm_viz import scales
from lstm_viz.analyses.gates import openness
from lstm_viz.figures import theme
from lstm_viz.figures.clicks import add_cells
from lstm_viz.figures.picture import Picture
from lstm_viz.figures.word_figure import Row, word_figure
from lstm_viz.figures.words import Words
from lstm_viz.notation import Quantity
from lstm_viz.palette import Palette
from lstm_viz.scales import Scale

_ROW = 120  # pixels of one map
_SHADES = 255  # of a ramp, from one end to the other

Values = Float[np.ndarray, "step _"]


def maps(
    quantities: Mapping[str, Values],
    drawn: Sequence[Quantity],
    order: Int[np.ndarray, " unit"],
    words: Words,
    colors: Palette,
    reference: Mapping[str, Float[np.ndarray, " unit"]] | None = None,
) -> Picture:
    """Draw one map per quantity.

    Args:
        quantities: by name, (step, unit).
        drawn: the quantities to draw, from the top.
        order: of the units, the same in all maps; outputs of a projection stand by index.
        words: the axis.
        colors: of the theme.
        reference: usual values, by gate; gates are then drawn as their difference from them.
    """
    facts = [_facts(one, quantities[one.name]) for one in drawn]
    rows = [
        Row(one.label, about, colors[one.color]) for one, about in zip(drawn, facts, strict=True)
    ]
    figure = word_figure(rows, _ROW, words, colors)
    for number, quantity in enumerate(drawn, start=1):
        values = quantities[quantity.name]
        mean = (reference or {}).get(quantity.name)
        _add_map(figure, number, quantity, values, order, mean, words, colors)
    figure.update_layout(hovermode="closest")
    described = "; ".join(f"{row.name}: {row.facts}" for row in rows)
    return Picture(figure, f"Maps of {len(order)} units by {len(words.tokens)} words. {described}.")


def _add_map(
    figure: go.Figure,
    number: int,
    quantity: Quantity,
    values: Values,
    order: Int[np.ndarray, " unit"],
    reference: Float[np.ndarray, " unit"] | None,
    words: Words,
    colors: Palette,
) -> None:
    """Draw a map, and over it the cells that can be pointed at and clicked."""
    scale = scales.scale_of(quantity) if reference is None else scales.DEPARTURE
    projected = len(order) != values.shape[1]
    if projected:
        order = np.arange(values.shape[1])
    true = np.ascontiguousarray((values if reference is None else values - reference)[:, order].T)
    true = true.astype(np.float32, copy=False)
    figure.add_heatmap(
        x=words.names(),
        y=[f"{'output' if projected else 'unit'} {row}" for row in order],
        z=_shades(scale, scale.encode(true)),
        zmin=0,
        zmax=_SHADES,
        colorscale=_ramp(quantity, scale, colors),
        colorbar=_bar(figure, number, scale, colors),
        hoverinfo="skip",
        row=number,
        col=1,
    )
    figure.update_yaxes(
        autorange="reversed", showticklabels=False, ticks="", showgrid=False, row=number, col=1
    )
    name = quantity.label.lower() + ("" if reference is None else " − usual")
    template = f"{name} <b>%{{customdata:.3f}}</b>"
    add_cells(figure, number, true, order, words, template, projected=projected)


def _shades(scale: Scale, encoded: Float[np.ndarray, "..."]) -> UInt8[np.ndarray, "..."]:
    """Return the shade of encoded values: enough for a pixel, in a quarter of the bytes."""
    share = (encoded - scale.low) / (scale.high - scale.low)
    return np.rint(np.clip(share, 0, 1) * _SHADES).astype(np.uint8)


def _ramp(quantity: Quantity, scale: Scale, colors: Palette) -> tuple[tuple[float, str], ...]:
    if scale is scales.GATE:
        return theme.sequential(colors, quantity.color)
    return theme.diverging(colors)


def _bar(figure: go.Figure, number: int, scale: Scale, colors: Palette) -> dict[str, Any]:
    """Return the colour bar at the right of a map, labelled with true values."""
    low, high = figure.layout[f"yaxis{number if number > 1 else ''}"].domain
    return {
        "x": 1.008,
        "xanchor": "left",
        "thickness": 10,
        "len": high - low,
        "lenmode": "fraction",
        "y": (low + high) / 2,
        "xpad": 0,
        "ypad": 0,
        "outlinewidth": 0,
        "tickvals": _shades(scale, np.array(scale.places)).tolist(),
        "ticktext": _ticks(scale),
        "tickfont": {"size": scales.SMALL, "color": colors.muted},
    }


def _ticks(scale: Scale) -> list[str]:
    low, middle, high = scale.ticks
    if scale is scales.GATE:
        return ["0 shut", "0.5", "1 open"]
    zero = "usual" if scale is scales.DEPARTURE else f"{middle:g}"
    return [f"−{-low:g}", zero, f"+{high:g}"]


def _facts(quantity: Quantity, values: Values) -> str:
    if quantity.scale == "gate":
        gate = openness(values)
        return f"mean {gate.overall:.2f} · {gate.shut:.0%} < 0.1 · {gate.open:.0%} > 0.9"
    scale = scales.scale_of(quantity)
    largest = float(np.abs(values).max())
    cut = scale.encoding == "linear" and largest > scale.high
    end = f", drawn as {scale.high:g}" if cut else ""
    return f"mean size {np.abs(values).mean():.2f} · largest {largest:.2f}{end}"
