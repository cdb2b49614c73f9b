"""The browser's own numbers: how they are written, tinted and placed."""

import base64

import pytest

from tests.conftest import ROOT

SOURCE = (ROOT / "lstm_viz/components/player/numbers.js").read_bytes()
MODULE = f"data:text/javascript;base64,{base64.b64encode(SOURCE).decode()}"
LIMITS = "{least: 0.03, full: 0.3}"
ENDS = "{page: '#ffffff', full_positive: '#0000ff', full_negative: '#ff0000'}"


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("signed(0.123, 2)", "+0.12"), ("signed(-0.126, 2)", "−0.13"),
        ("signed(-0.001, 2)", "0.00"),
        ("plain(0.5, 1)", "0.5"), ("plain(-0.5, 1)", "−0.5"),
        ("percent(0.5)", "50"), ("percent(0.9996)", "99.9"), ("percent(0.992)", "99.2"),
        ("percent(0.0001)", "0.1"), ("percent(1)", "100"), ("percent(0)", "0"),
        ("points(-0.384)", -38),
        ("mixed('#000000', '#ffffff', 0.5)", "rgb(128,128,128)"),
        (f"tint(0.02, {LIMITS}, {ENDS})", "transparent"),
        (f"tint(0.9, {LIMITS}, {ENDS})", "rgb(0,0,255)"),
        (f"tint(-0.15, {LIMITS}, {ENDS})", "rgb(255,128,128)"),
        ("isDark('#0E1117')", True), ("isDark('rgb(255, 255, 255)')", False),
        ("clamp(9, 0, 5)", 5),
        ("namedWords([0.1, -0.5, 0.2, 0.01], [40, 40, 40, 40], [0, 10, 200, 300], 0.06)", [1, 2]),
        ("apart([10, 12, 50], 16, 0, 100)", [10, 26, 50]),
        ("apart([95, 98], 16, 0, 100)", [84, 100]),
        ("breadth('abc')", 3), ("breadth('房产 4 %')", 8), ("breadth('，')", 2),
        ("opens('房产')", True), ("opens('，')", False), ("opens('film')", False),
        ("short('politics', 8)", "politics"), ("short('politics', 7)", "politi…"),
        ("short('财经房产', 7)", "财经房…"),
        ("openPlace([0, 10, 40], [50, 50, 50], 2, 18)", {"at": 1, "y": 30}),
        ("openPlace([0, 40, 40], [50, 50, 50], 2, 18)", None),
        ("openPlace([0], [50], 2, 18)", None),
        ("sentenceStarts([['', 'Hi'], ['', '!'], ['', 'No'], ['', '...']])", [0, 2]),
    ],
)  # fmt: skip
def test_numbers(page, call, value):
    name, arguments = call.split("(", 1)
    script = f"import('{MODULE}').then((numbers) => numbers.{name}({arguments})"
    assert page.evaluate(script) == value
