"""Pictures of a training: how loss and accuracy went, update by update."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from lstm_viz import scales
from lstm_viz.figures import theme
from lstm_viz.figures.labels import apart
from lstm_viz.figures.picture import Picture
from lstm_viz.model.history import CURVES, Curve, Point, Stage
from lstm_viz.palette import Palette

Measure = Literal["loss", "accuracy"]
MEASURES: tuple[Measure, ...] = ("loss", "accuracy")

_HEIGHT, _TOP, _BOTTOM, _RIGHT = 280, 34, 46, 112  # pixels
_LINE = 19.0  # pixels between two labels, so that they do not touch
_DOTTED = 60  # up to this many, each point has a dot
MOST = 2_000  # points of a curve that are drawn: more than there are pixels
_EPOCHS = 40  # up to this many, the ends of epochs are marked
_AIR = 0.08  # of the range, above and below


@dataclass(frozen=True, slots=True)
class _Style:
    label: str
    role: str
    dash: str
    width: float


# No colour of the palette stands for a part of the data: line and label tell them apart.
_STYLES: dict[Curve, _Style] = {
    "train": _Style("train", "muted", "dot", 2.0),
    "held_out": _Style("held-out", "ink", "solid", 2.5),
    "test": _Style("test", "ink", "dash", 2.0),
}


def measured(stage: Stage) -> tuple[Measure, ...]:
    """Return what there are curves of."""
    return tuple(measure for measure in MEASURES if _lines(stage, measure))


def headline(stage: Stage) -> str:
    """Return the finding: how far the stage came, and which weights were kept."""
    if stage.held_out:
        best = min(stage.held_out, key=lambda point: point.loss)
        kept = "these weights were kept"
        if best.step != stage.kept:
            kept = f"kept were the weights after {stage.kept:,}"
        return (
            f"held-out loss is least after {best.step:,} of {stage.steps:,} updates: "
            f"{best.loss:.3f}; {kept}"
        )
    if stage.train:
        first, last = stage.train[0].loss, stage.train[-1].loss
        return f"train loss from {first:.3f} to {last:.3f} in {stage.steps:,} updates"
    return f"{stage.steps:,} updates; no curve was kept"


def curve(stage: Stage, measure: Measure, colors: Palette) -> Picture:
    """Draw one measure of a stage by update, for each part of the data that it was measured on.

    Args:
        stage: with at least one point of this measure (see ``measured``).
        measure: which.
        colors: of the theme.
    """
    lines = _lines(stage, measure)
    low, high = _limits([value for _, values in lines.values() for value in values], measure)
    figure = go.Figure(layout=theme.layout(colors, _HEIGHT))
    figure.update_layout(margin={"t": _TOP, "b": _BOTTOM, "r": _RIGHT})
    _mark_updates(figure, stage, measure, colors)
    for name, (steps, values) in lines.items():
        style = _STYLES[name]
        figure.add_scatter(
            x=steps,
            y=values,
            name=style.label,
            mode="lines+markers" if len(steps) <= _DOTTED else "lines",
            line={"color": colors[style.role], "dash": style.dash, "width": style.width},
            marker={"size": 5},
            hovertemplate=f"{style.label} after %{{x:,}} updates <b>%{{y:.3f}}</b><extra></extra>",
        )
    _name_lines(figure, lines, (low, high), colors)
    tick = {"size": scales.LABEL, "color": colors.muted}
    last = max(stage.steps, *(steps[-1] for steps, _ in lines.values()))
    figure.update_xaxes(
        range=[0, last * 1.01 or 1],
        title={"text": "updates", "font": tick, "standoff": 6},
        tickfont=tick,
        tickformat=",",
        nticks=6,
        showgrid=False,
        zeroline=False,
        linecolor=colors.rule,
        fixedrange=True,
    )
    figure.update_yaxes(
        range=[low, high],
        tickfont=tick,
        tickformat=".0%" if measure == "accuracy" and high - low > 0.08 else ".3~g",
        nticks=6,
        gridcolor=colors.rule,
        zeroline=False,
        fixedrange=True,
    )
    _name_measure(figure, measure)
    return Picture(figure, _told(stage, measure, lines))


_Line = tuple[list[int], list[float]]


def _lines(stage: Stage, measure: Measure) -> dict[Curve, _Line]:
    """Return steps and values of each curve that has any."""
    found: dict[Curve, _Line] = {}
    for name in CURVES:
        points: Sequence[Point] = getattr(stage, name)
        known = [(point.step, getattr(point, measure)) for point in points]
        known = _thinned(sorted((step, value) for step, value in known if value is not None))
        if known:
            found[name] = [step for step, _ in known], [value for _, value in known]
    return found


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return every n-th point, and the last one, so that there are not many more than drawn."""
    every = max(-(-len(points) // MOST), 1)
    return points[::every] + (points[-1:] if (len(points) - 1) % every else [])


def _limits(values: Sequence[float], measure: Measure) -> tuple[float, float]:
    low, high = min(values), max(values)
    air = (high - low) * _AIR or 0.01
    return low - air, min(high + air, 1.0) if measure == "accuracy" else high + air


def _mark_updates(figure: go.Figure, stage: Stage, measure: Measure, colors: Palette) -> None:
    """Mark where epochs end, faintly, and whose weights were kept."""
    for step in stage.epochs if len(stage.epochs) <= _EPOCHS else ():
        figure.add_vline(x=step, line={"color": colors.rule, "width": 1}, layer="below")
    figure.add_vline(x=stage.kept, line={"color": colors.ink, "width": 1}, layer="below")
    late = stage.kept > stage.steps / 2
    falls = measure == "loss"  # where the label of what was kept does not meet the curves
    figure.add_annotation(
        x=stage.kept,
        xanchor="right" if late else "left",
        xshift=-3 if late else 3,
        y=1 if falls else 0,
        yref="y domain",
        yanchor="top" if falls else "bottom",
        text=f"kept: {stage.kept:,}",
        font={"size": scales.LABEL},
        bgcolor=theme.faint(colors.page, 0.8),
        showarrow=False,
    )


def _name_lines(
    figure: go.Figure,
    lines: dict[Curve, _Line],
    limits: tuple[float, float],
    colors: Palette,
) -> None:
    """Write each curve's name and last value at its end, apart from one another."""
    low, high = limits
    tall = _HEIGHT - _TOP - _BOTTOM
    ends = {name: (values[-1] - low) / (high - low) * tall for name, (_, values) in lines.items()}
    for name, place in apart(ends, _LINE).items():
        style, last = _STYLES[name], lines[name][1][-1]
        figure.add_annotation(
            x=1,
            xref="x domain",
            xanchor="left",
            xshift=6,
            y=place / tall,
            yref="y domain",
            yanchor="middle",
            text=f"<b>{style.label}</b> {last:.3f}",
            font={"size": scales.TEXT, "color": colors[style.role]},
            showarrow=False,
        )


def _name_measure(figure: go.Figure, measure: Measure) -> None:
    figure.add_annotation(
        x=0,
        xref="x domain",
        xanchor="left",
        y=1,
        yref="y domain",
        yanchor="bottom",
        yshift=6,
        text="<b>Loss</b>, nats" if measure == "loss" else "<b>Accuracy</b>, share right",
        font={"size": scales.NAME},
        showarrow=False,
    )


def _told(stage: Stage, measure: Measure, lines: dict[Curve, _Line]) -> str:
    parts = ", ".join(
        f"{_STYLES[name].label} from {values[0]:.3f} to {values[-1]:.3f}"
        for name, (_, values) in lines.items()
    )
    return (
        f"{measure.capitalize()} by update in the stage {stage.name}: {parts}; "
        f"kept were the weights after {stage.kept:,} of {stage.steps:,} updates."
    )
