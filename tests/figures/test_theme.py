"""The palette: legible, and fixed."""

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.figures import theme


def luminance(color):
    parts = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_every_text_is_legible(colors):
    for role in ("ink", "muted", "negative", "positive", "forget", "input", "candidate", "output"):
        assert contrast(colors[role], colors.panel) >= 4.5, role
    for tint in (colors.full_negative, colors.full_positive):
        assert contrast(colors.ink, tint) >= 4.5
    assert contrast(colors.page, colors.ink) >= 4.5


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_ramps_begin_with_nothing(colors):
    assert theme.sequential(colors, "forget") == ((0.0, colors.panel), (1.0, colors.forget))
    ramp = dict(theme.diverging(colors))
    assert ramp[0.5] == colors.panel
    assert (ramp[0.0], ramp[1.0]) == (colors.negative, colors.positive)


def test_mixed_and_faint():
    assert palette.mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert theme.faint("#102030", 0.25) == "rgba(16,32,48,0.25)"
    assert palette.of(None) is palette.of("light") is palette.LIGHT
