"""What was forced comes back from a file: as it was, or with what an older file kept of it."""

import contextlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError, TraceFileError
from tests.damage import json_of
from tests.kinds import small

OLD = Path(__file__).parent / "format_1"
TEXT = "a bb ccc"
ROW = np.linspace(0, 1, 8)
# As they were written into the files of format 1.
FORCED = (
    Force("forget_gate", 0.0, units=range(3), steps=range(3)),
    Force("cell_state", scale=np.float32(0.1)),
    Force(
        "candidate",
        add=-1e-07,
        module="memory",
        layer=0,
        direction="forward",
        units=[3, 5],
        steps=1,
    ),
    Force("input_gate", torch.tensor(0.3)),
)
BOTH = (Force("update_gate", 0.25, layer=1, direction="backward", units=range(2, 8), steps=2),)


@pytest.fixture(scope="module")
def classifier():
    return small("LSTM", {})


@pytest.fixture(params=["npz", "json"])
def file(request, tmp_path):
    return tmp_path / f"trace.{request.param}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain.npz", ()), ("plain.json", ()), ("nothing.npz", ()), ("forced.npz", FORCED),
        ("forced.json", FORCED), ("both.npz", BOTH),
    ],
)  # fmt: skip
def test_a_file_of_format_1_has_its_forces(name, expected, file):
    trace = lstm_viz.read(OLD / name)
    assert trace.forced == expected
    assert trace.text == TEXT
    trace.save(file)
    assert lstm_viz.read(file).forced == expected


@pytest.mark.parametrize("suffix", ["npz", "json"])
def test_what_an_old_file_did_not_keep_is_not_made_up(suffix, file, classifier):
    trace = lstm_viz.read(OLD / f"array.{suffix}")
    lost, kept = trace.forced
    assert kept == Force("forget_gate", 1)
    assert (lost.quantity, lost.steps, lost.shape) == ("output_gate", (2, 0), (8,))
    assert "forced: output_gate = array (8,) that was not kept, steps 2,0" in repr(trace)
    assert lost != Force("output_gate", ROW, steps=[2, 0])
    assert lost != lstm_viz.read(OLD / f"array.{suffix}").forced[0]
    assert len({lost, lost}) == 1
    for use in (np.asarray, torch.as_tensor):
        with pytest.raises((ForceError, RuntimeError), match="has only their shape"):
            use(lost.value)
    with pytest.raises(ForceError, match="has only their shape"):
        classifier.trace(TEXT, force=lost)
    with pytest.raises(ForceError, match="an array that a force in this program has"):
        Force.parse(str(lost))
    trace.save(file)
    again = lstm_viz.read(file)
    assert [str(one) for one in again.forced] == ["o@3,1:=#8-unknown", "f:=1"]


def test_a_call_of_format_1_is_read():
    call = lstm_viz.read(OLD / "call.npz")
    assert (call.layers[0].forget_gate == 0.5).all()


FORCES = (
    Force("output_gate", ROW, steps=[2, 0]), Force("output_gate", ROW.tolist(), steps=[2]),
    Force("output_gate", ROW[None], layer=0),
    Force("input_gate", lean=torch.linspace(-1, 1, 24).reshape(1, 3, 8)), *FORCED,
    Force("forget_gate", lean=-3.41, module="memory"),
    Force("cell_state", add=torch.full((3, 1), 2).bfloat16(), units=[1]),
)  # fmt: skip
READ = """
import sys, lstm_viz
for force in lstm_viz.read(sys.argv[1]).forced:
    print(force)
"""


def test_arrays_come_back_in_another_process(classifier, file):
    trace = classifier.trace(TEXT, force=FORCES)
    trace.save(file)
    again = lstm_viz.read(file)
    assert again.forced == FORCES
    for one, other in zip(again.forced, FORCES, strict=True):
        np.testing.assert_array_equal(np.asarray(one.number), np.asarray(other.number))
    np.testing.assert_array_equal(classifier.trace(TEXT, force=again.forced).logits, trace.logits)
    run = [sys.executable, "-c", READ, str(file)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == list(map(str, FORCES))


NAME = "forced." + FORCES[0].number.digest


def forced(*spellings):
    return lambda raw: raw["facts"].update(forced=list(spellings))


def number(value):
    return lambda raw: raw["arrays"][NAME]["values"].__setitem__(1, value)


def version(value):
    return lambda raw: raw.update(format_version=value)


FORGED = {
    "one text": (lambda raw: raw["facts"].update(forced="f:=1"), "forced is no list of texts"),
    "a number": (forced(1), "forced is no list of texts"),
    "nothing": (lambda raw: raw["facts"].pop("forced"), "forced"),
    "no quantity": (forced("f:=1", "q:=1"), "one of the quantities"),
    "many steps": (forced(*["f@1-1048576:=1"] * 3), "in all"),
    "many forces": (forced(*["f:=1"] * 10_001), "10,000 forces"),
    "a leaning state": (forced("c:lean+1"), "to lean"),
    "prose": (forced("forget_gate = 1, units 2"), "came there"),
    "an array that is not there": (forced(f"f:=#8-{'0' * 32}"), "forced.0"),
    "no array": (lambda raw: raw["arrays"].pop(NAME), "forced."),
    "another shape": (
        lambda raw: raw["arrays"][NAME].update(shape=[2, 4]), "not the one that it names",
    ),
    "another number": (number(9.0), "not the one that it names"),
    "no number": (number(float("nan")), "finite numbers"),
    "format 1": (version(1), "a sentence on a force"),
    "format true": (version(True), "format_version 1 or 2"),
    "format 2.0": (version(2.0), "format_version 1 or 2"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), FORGED.values(), ids=FORGED)
def test_forged_forces_are_refused(tmp_path, classifier, change, sentence):
    path = tmp_path / "trace.json"
    classifier.trace(TEXT, force=FORCES[0]).save(path)
    raw = json.loads(path.read_text("utf-8"))
    change(raw)
    path.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(TraceFileError, match=re.escape(sentence)):
        lstm_viz.read(path)


@pytest.mark.parametrize("older", [False, True])
@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forced_file_with_other_values_opens_or_is_refused(tmp_path, classifier, older, data):
    path = OLD / "array.json"
    if not older:
        path = tmp_path / "whole.json"
        classifier.trace(TEXT, force=FORCES).save(path)
    whole = json.loads(path.read_text("utf-8"))
    part = {name: array for name, array in whole["arrays"].items() if name.startswith("forced.")}
    part["forced"] = whole["facts"]["forced"]
    part = json.loads(data.draw(json_of(json.dumps(part))))
    whole["facts"]["forced"] = part.pop("forced", [])
    whole["arrays"] |= part
    (tmp_path / "changed.json").write_text(json.dumps(whole), "utf-8")
    with contextlib.suppress(TraceFileError):
        repr(lstm_viz.read(tmp_path / "changed.json"))


@pytest.mark.parametrize(
    "prose",
    [
        "", "gate", "forget_gate = nan", "forget_gate = 1e999", "forget_gate - 1", "quantity = 1",
        "forget_gate = 1, units 5 to 3", "forget_gate = 1, steps 0 to 99999999999", "f:=1",
        "forget_gate = 1, layer -1", "forget_gate = array (99999999999999999999999,)",
        "forget_gate = array (,)", "forget_gate = 1, direction up", "forget_gate = 1\n", 5, None,
    ],
)  # fmt: skip
def test_prose_that_was_never_written_is_refused(prose, tmp_path):
    raw = json.loads((OLD / "forced.json").read_text("utf-8"))
    raw["facts"]["forced"] = [prose]
    (tmp_path / "trace.json").write_text(json.dumps(raw), "utf-8")
    with pytest.raises(TraceFileError, match="its parts do not fit together"):
        lstm_viz.read(tmp_path / "trace.json")


def test_more_forces_than_are_read_are_not_saved(classifier, file):
    many = (Force("forget_gate", 0.5),) * 10_001
    trace = replace(classifier.trace(TEXT, force=many[:1]), forced=many)
    with pytest.raises(ForceError, match="at most 10,000 forces"):
        trace.save(file)
    assert not file.exists()
