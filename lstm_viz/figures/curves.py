"""How did loss and accuracy change while a model was trained? Curves by update."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from lstm_viz import scales
from lstm_viz.figures import theme
from lstm_viz.figures.annotations import EndLabel, add_end_labels, add_name
from lstm_viz.figures.picture import Picture
from lstm_viz.model.history import CURVES, Curve, Point, Stage
from lstm_viz.palette import Palette

Measure = Literal["loss", "accuracy"]
MEASURES: tuple[Measure, ...] = ("loss", "accuracy")
_NAMES: dict[Measure, tuple[str, str]] = {
    "loss": ("Loss", "nats"),
    "accuracy": ("Accuracy", "share correct"),
}

_HEIGHT, _TOP, _BOTTOM, _RIGHT = 280, 34, 46, 112  # pixels
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


def measures_of(stage: Stage) -> tuple[Measure, ...]:
    """Return the measures that a stage has a curve of."""
    return tuple(measure for measure in MEASURES if _lines(stage, measure))


def headline(stage: Stage) -> str:
    """Return the finding: how far the loss fell, and which weights were kept."""
    if stage.held_out:
        best = min(stage.held_out, key=lambda point: point.loss)
        kept = "these weights were kept"
        if best.step != stage.kept:
            kept = f"the weights after {stage.kept:,} were kept"
        return (
            f"the held-out loss was lowest, {best.loss:.3f} nats, "
            f"after {best.step:,} of {stage.steps:,} updates; {kept}"
        )
    if stage.train:
        first, last = stage.train[0].loss, stage.train[-1].loss
        return f"the training loss went from {first:.3f} to {last:.3f} nats in {_updates(stage)}"
    return f"{_updates(stage)}; no curve was recorded"


def _updates(stage: Stage) -> str:
    return "1 update" if stage.steps == 1 else f"{stage.steps:,} updates"


def curve(stage: Stage, measure: Measure, colors: Palette) -> Picture:
    """Draw one measure of a stage by update, one curve for each part of the data.

    Args:
        stage: with at least one point of this measure (see ``measures_of``).
        measure: to draw.
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
    ends = [
        EndLabel(
            values[-1],
            f"<b>{_STYLES[name].label}</b> {values[-1]:.3f}",
            colors[_STYLES[name].role],
        )
        for name, (_, values) in lines.items()
    ]
    add_end_labels(figure, ends, (low, high), _HEIGHT - _TOP - _BOTTOM, scales.TEXT)
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
    add_name(figure, *_NAMES[measure], colors.ink, colors)
    return Picture(figure, _description(stage, measure, lines))


_Line = tuple[list[int], list[float]]


def _lines(stage: Stage, measure: Measure) -> dict[Curve, _Line]:
    """Return steps and values of each curve that has any."""
    found: dict[Curve, _Line] = {}
    for name in CURVES:
        points: Sequence[Point] = getattr(stage, name)
        known = [(point.step, getattr(point, measure)) for point in points]
        known = _thin_out(sorted((step, value) for step, value in known if value is not None))
        if known:
            found[name] = [step for step, _ in known], [value for _, value in known]
    return found


def _thin_out(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return every n-th point and the last one: hardly more than are drawn."""
    every = max(-(-len(points) // MOST), 1)
    return points[::every] + (points[-1:] if (len(points) - 1) % every else [])


def _limits(values: Sequence[float], measure: Measure) -> tuple[float, float]:
    low, high = min(values), max(values)
    air = (high - low) * _AIR or 0.01
    return low - air, min(high + air, 1.0) if measure == "accuracy" else high + air


def _mark_updates(figure: go.Figure, stage: Stage, measure: Measure, colors: Palette) -> None:
    """Mark the ends of epochs, faintly, and the update whose weights were kept."""
    for step in stage.epochs if len(stage.epochs) <= _EPOCHS else ():
        figure.add_vline(x=step, line={"color": colors.rule, "width": 1}, layer="below")
    figure.add_vline(x=stage.kept, line={"color": colors.ink, "width": 1}, layer="below")
    late = stage.kept > stage.steps / 2
    falls = measure == "loss"  # the label stands where it does not meet the curves
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


def _description(stage: Stage, measure: Measure, lines: dict[Curve, _Line]) -> str:
    parts = ", ".join(
        f"{_STYLES[name].label} from {values[0]:.3f} to {values[-1]:.3f}"
        for name, (_, values) in lines.items()
    )
    return (
        f"{measure.capitalize()} by update in the stage {stage.name}: {parts}; "
        f"the weights after {stage.kept:,} of {stage.steps:,} updates were kept."
    )
