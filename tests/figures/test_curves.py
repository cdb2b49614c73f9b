"""The curves of a training: every point where it was measured, and nothing told by colour alone."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.figures import curves
from lstm_viz.model import available, history
from lstm_viz.model.history import Point, Stage
from tests.made_up import STAGES

LANGUAGE, FINAL = STAGES
LATER = Stage("later", 10, 1.0, (), (Point(10, 0.5),), (), 5)
EMPTY = Stage("empty", 10, 1.0, (), (), (), 10)


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("measure", curves.MEASURES)
def test_every_point_is_drawn_where_it_was_measured(measure, colors):
    picture = curves.curve(FINAL, measure, colors)
    parts = FINAL.train, FINAL.held_out, FINAL.test
    for line, points in zip(picture.figure.data, parts, strict=True):
        np.testing.assert_array_equal(line.x, [point.step for point in points])
        np.testing.assert_array_equal(line.y, [getattr(point, measure) for point in points])
    low, high = picture.figure.layout.yaxis.range
    assert all(low < value <= high for line in picture.figure.data for value in line.y)


@pytest.mark.parametrize(("count", "drawn"), [(2_000, 2_000), (2_001, 1_001), (9_998, 2_001)])
def test_of_more_points_than_pixels_some_are_drawn(count, drawn):
    points = tuple(Point(step, 1 / (step + 1)) for step in range(count))
    stage = replace(FINAL, train=points, held_out=(), test=())
    (line,) = curves.curve(stage, "loss", palette.LIGHT).figure.data
    assert len(line.x) == drawn
    assert (line.x[0], line.x[-1]) == (0, count - 1)
    np.testing.assert_array_equal(line.y, [1 / (step + 1) for step in line.x])


def test_parts_differ_in_more_than_colour_and_are_named_at_their_end():
    figure = curves.curve(FINAL, "loss", palette.LIGHT).figure
    assert len({line.line.dash for line in figure.data}) == 3
    names = [re.sub("<.*?>", "", note.text) for note in figure.layout.annotations]
    assert {"train 0.111", "held-out 0.407", "test 0.417"} <= set(names)


def test_names_do_not_touch_and_stay_inside():
    points = tuple(Point(step, 0.5, 0.5) for step in (1, 10))
    alike = Stage("alike", 10, 1.0, points, points, (), 10, points)
    for stage in (FINAL, alike):
        for measure in curves.MEASURES:
            figure = curves.curve(stage, measure, palette.LIGHT).figure
            margin = figure.layout.margin
            tall = figure.layout.height - margin.t - margin.b
            ends = [note.y * tall for note in figure.layout.annotations if note.x == 1]
            ends = sorted(y for y in ends if y > 0)[-3:]
            assert min(np.diff(ends)) >= 16
            assert max(ends) < tall + margin.t


def test_epochs_and_what_was_kept_are_marked():
    figure = curves.curve(FINAL, "accuracy", palette.LIGHT).figure
    lines = [(shape.x0, shape.line.color) for shape in figure.layout.shapes]
    faint, strong = palette.LIGHT.rule, palette.LIGHT.ink
    assert lines == [*((step, faint) for step in FINAL.epochs), (1200, strong)]
    assert "kept: 1,200" in [note.text for note in figure.layout.annotations]


def test_only_what_was_measured_is_drawn():
    assert curves.measures_of(LANGUAGE) == ("loss",)
    assert curves.measures_of(FINAL) == curves.MEASURES
    assert curves.measures_of(EMPTY) == ()


def test_one_point_and_none_but_the_first_update_can_be_drawn():
    first = replace(LATER, steps=0, held_out=(Point(0, 0.5, 1.0),), kept=0)
    for stage in (LATER, first):
        assert len(curves.curve(stage, "loss", palette.LIGHT).figure.data) == 1
    assert curves.curve(first, "accuracy", palette.LIGHT).figure.layout.yaxis.range[1] == 1


def test_the_finding_says_which_weights_were_kept():
    assert curves.headline(FINAL) == (
        "the held-out loss was lowest, 0.300 nats, after 1,200 of 2,000 updates; "
        "these weights were kept"
    )
    assert curves.headline(LATER).endswith("10 of 10 updates; the weights after 5 were kept")
    assert curves.headline(LANGUAGE) == (
        "the training loss went from 0.664 to 0.504 nats in 400 updates"
    )
    assert curves.headline(EMPTY) == "10 updates; no curve was recorded"
    assert "held-out from 0.467 to 0.407" in curves.curve(FINAL, "loss", palette.LIGHT).alt


def test_every_packaged_history_can_be_drawn():
    for name in available():
        for stage in history(name).stages:
            for measure in curves.measures_of(stage):
                assert len(curves.curve(stage, measure, palette.DARK).alt) > 40
