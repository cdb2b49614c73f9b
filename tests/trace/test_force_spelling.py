"""A force travels as a short text, and comes back the same; any other text is refused by name."""

import contextlib
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz import Force
from lstm_viz.errors import ForceError
from lstm_viz.notation import ALL, BY_NAME
from lstm_viz.trace import parse_forces, spell_forces

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0.0, -0.0, 1e-300, 5e-324, 1e22, 1e16, 9999999999999998.0, -1.7e308, 3.41]),
)  # fmt: skip
ARRAYS = st.lists(st.lists(st.floats(-9, 9), min_size=2, max_size=2), min_size=3, max_size=3)
PLACES = st.one_of(
    st.none(), st.integers(0, 2**62 - 1), st.lists(st.integers(0, 12), min_size=1, unique=True),
    st.builds(range, st.integers(0, 50), st.integers(51, 5_000)),
)  # fmt: skip
# Every sign that the spelling itself uses, and letters that it could take for a part of itself.
NAMES = st.one_of(
    st.text(max_size=8), st.text(".@:;,=+-#%~_ xulmf12/&?é\ud800\U0001f600", max_size=12),
    st.sampled_from(["", "encoder.lstm", "l2", "u75@5:=1", "%2E", "forward", "lean+1", " a "]),
)  # fmt: skip


@st.composite
def fields(draw, numbers=NUMBERS | ARRAYS):
    """Return what a force is made of."""
    operation = draw(st.sampled_from(["value", "scale", "add", "lean"]))
    names = sorted(set(BY_NAME) - ({"cell_state"} if operation == "lean" else set()))
    return {
        "quantity": draw(st.sampled_from(names)),
        operation: draw(numbers),
        "layer": draw(st.none() | st.integers(0, 2**62 - 1)),
        "direction": draw(st.sampled_from([None, "forward", "backward"])),
        "units": draw(PLACES),
        "steps": draw(PLACES),
        "module": draw(st.none() | NAMES),
    }


@given(fields())
@settings(max_examples=300)
def test_what_is_spelt_is_read_again(made_of):
    force = Force(**made_of)
    again = Force.parse(str(force))
    assert again == force
    assert hash(again) == hash(force)
    for name in ("quantity", "operation", "layer", "direction", "units", "steps", "module"):
        assert getattr(again, name) == getattr(force, name)
    assert str(again) == str(force)


@given(st.lists(fields(), max_size=4))
@settings(max_examples=100)
def test_several_travel_in_a_link(several):
    several = [Force(**made_of) for made_of in several]
    said = spell_forces(several)
    assert parse_forces(said) == tuple(several)
    (travelled,) = parse_qs(urlencode({"force": said}), keep_blank_values=True)["force"]
    assert parse_forces(travelled) == tuple(several)


@given(fields(numbers=NUMBERS))
def test_a_spelling_has_plain_signs_alone(made_of):
    assert set(str(Force(**made_of))) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@:,=+%"
    )


def test_every_quantity_has_a_symbol_of_its_own():
    assert len({quantity.symbol for quantity in ALL}) == len(ALL)


SPELLINGS = {
    "f@5:=1": Force("forget_gate", 1, steps=[4]),
    "f@5:lean+3.41": Force("forget_gate", lean=3.41, steps=[4]),
    "o:lean-0.5": Force("output_gate", lean=-0.5),
    "g.u3,7-9:x0.5": Force("candidate", scale=0.5, units=[3, 7, 8, 9]),
    "i.u75@5-7,9:+0.2": Force("input_gate", add=0.2, units=75, steps=[4, 5, 6, 8]),
    "z:-0.2": Force("update_gate", add=-0.2),
    "r:=-3": Force("reset_gate", -3),
    "c.l2.backward.mencoder.lstm:=0": Force(
        "cell_state", 0, layer=1, direction="backward", module="encoder.lstm"
    ),
    "h.m:=1e-300": Force("hidden_state", 1e-300, module=""),
    "h.m%3D%201%40:x1e22": Force("hidden_state", scale=1e22, module="= 1@"),
}


@pytest.mark.parametrize(("said", "force"), SPELLINGS.items(), ids=SPELLINGS)
def test_the_one_spelling_of_a_force(said, force):
    assert str(force) == said
    assert Force.parse(said) == force


@pytest.mark.parametrize(
    ("said", "usual"),
    [
        ("f@5=1", "f@5:=1"), ("forget_gate@5:=1", "f@5:=1"), (" f@5:=1.0 ", "f@5:=1"),
        ("f@5 u75=1", "f.u75@5:=1"), ("f@5:u75=1", "f.u75@5:=1"), ("f@5.u75:=1", "f.u75@5:=1"),
        ("f.l2.u75@5 = 1", "f.u75.l2@5:=1"), ("f@5:lean 3.41", "f@5:lean+3.41"),
        ("f@5lean-3.41", "f@5:lean-3.41"), ("f@5x.5", "f@5:x0.5"), ("f@5:×0.5", "f@5:x0.5"),
        ("f@5:*5e-1", "f@5:x0.5"), ("f@5+0.2", "f@5:+0.2"), ("f@7,6,5:=1", "f@5-7:=1"),
        ("n:=1", "g:=1"), ("f:=-0", "f:=0"), ("f@05-05:=1E2", "f@5:=100"), ("f-0.2", "f:-0.2"),
    ],
)  # fmt: skip
def test_other_spellings_are_understood(said, usual):
    assert str(Force.parse(said)) == usual


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "one of the quantities f, i, z, g, r, o, c, h, forget_gate"),
        ("q@5:=1", "but 'q@5:=1' came"), ("forget@5:=1", "one of the quantities"),
        ("f@0:=1", "words counted from 1, but '0' came"), ("f.l0:=1", "layers counted from 1"),
        ("f@7-5:=1", "a range of words that goes up, but '7-5' came"),
        ("f@1-1000000000000:=1", "at most 1,048,576 words"),
        ("f.u0-1048576:=1", "at most 1,048,576 units"),
        ("f@99999999999999999999:=1", "came there"),
        ("f@5", "=, x, .* or lean, and a number, but ''"),
        ("f@5:=", "but ':=' came there"), ("f@5:=nan", "came there"), ("f@5:=inf", "came there"),
        ("f@5:=1e999", "finite numbers, but inf came"), ("f@5:=1;f@6:=1", "came there"),
        ("f@5@6:=1", "the steps once"), ("f.l1.l2:=1", "the layer once"),
        ("f@5:=1_0", "came there"), ("f@5:=٣", "came there"), ("f.m%zz:=1", "came there"),
        ("f.m%ff:=1", "percent-encoded in UTF"),
        ("c:lean+1", "a gate or the candidate"), ("f:=#2-12", "came there"),
        (f"f:=#2-{'0' * 32}", "an array that a force in this program has"),
        (f"f:-#2-{'0' * 32}", "an array, which has signs of its own"),
        ("f:=#2-unknown", "an array that a force in this program has"),
    ],
)  # fmt: skip
def test_what_is_no_force_is_refused_by_name(said, sentence):
    with pytest.raises(ForceError, match=sentence):
        Force.parse(said)


PIECES = st.sampled_from([
    "f", "g", "forget_gate", "@", ":", ";", ".", ",", "-", "+", "=", "x", "lean", "u", "l", "m",
    "#", "forward", "0", "5", "1-3", "9" * 19, "9" * 400, "1e", "e-", "%", "%41", "%ff", " ", "\0",
    "é", "unknown", "2x2", "0" * 32, "1-1048576", "\ud800", "٣", "\n",
])  # fmt: skip


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join)))
@settings(max_examples=500)
def test_any_text_is_forces_or_is_refused(text):
    for read in (Force.parse, parse_forces):
        with contextlib.suppress(ForceError):
            read(text)


@pytest.mark.parametrize(
    "text",
    [
        "f@1-9999999999999999999:=1", "f@" + "1," * 500_000 + "0:=1", "f.m" + "%" * 1_000_000,
        "f.m" + "a" * 1_000_000, "f@5:=" + "9" * 1_000_000, "f@5:=1" + "e" * 1_000_000,
        "f@" + "1-1048576," * 100_000 + "1:=1", "f" * 1_000_000, "f@5:=1;" * 140_000,
        "f@1-1048576:=1;" * 70_000, "f " * 500_000, "f@5:u" + "1-" * 500_000, ";" * 1_000_000,
        "f:=1" * 500_000, "f:=1" * 10**7,
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_too_long_is_refused_soon(text):
    started = time.process_time()
    for read in (Force.parse, parse_forces):
        with pytest.raises(ForceError) as raised:
            read(text)
        assert len(str(raised.value)) < 500
    # Processor time: less than a second, where quadratic time would be minutes.
    assert time.process_time() - started < 5


def test_more_forces_than_are_read_are_not_spelt():
    with pytest.raises(ForceError, match="at most 10,000 forces"):
        spell_forces([Force("forget_gate", 0.0)] * 10_001)
    long = [Force("forget_gate", 0.0, steps=range(2**20))] * 3
    with pytest.raises(ForceError, match="at most 2,097,152 units and steps in all"):
        spell_forces(long)
    assert parse_forces(spell_forces(long[:2])) == tuple(long[:2])
    scattered = Force("forget_gate", 0.0, steps=range(10**15, 10**15 + 100_000, 2))
    assert Force.parse(str(scattered)) == scattered
    with pytest.raises(ForceError, match="at most 1,048,576 characters"):
        spell_forces([scattered] * 2)


OTHERS = """
from lstm_viz import Force
from lstm_viz.trace import parse_forces
for read in (Force.parse, parse_forces):
    for text in (None, b"f:=1", 5, ["f:=1"]):
        try:
            read(text)
        except ValueError as error:
            print(error)
"""


def test_what_is_no_text_is_refused_by_name():
    # In a process of its own, since here annotations are checked before anything is called.
    run = [sys.executable, "-c", OTHERS]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == 8
    assert "expected a force such as f@5:=1" in said[0]
    assert "but b'f:=1' came" in said[1]
    assert "with ; between them, but ['f:=1'] came" in said[7]


def test_an_array_is_spelt_by_its_shape_and_digest():
    row = np.array([[1.0, 2.0, 3.0]])
    for operation, sign in (("value", "="), ("scale", "x"), ("add", "+"), ("lean", "lean+")):
        force = Force("input_gate", **{operation: row}, units=[2, 0, 1])
        assert str(force) == f"i.u2,0-1:{sign}#1x3-{force.number.digest}"
        assert Force.parse(str(force)) == force
