"""The command line: several processes do what one does, and a signal stops it."""

import os
import signal
import subprocess
import sys

import pytest
from safetensors.torch import load_file

from lstm_viz.model.history import History

RECIPE = """
about = "For a test."
seed = 5
data = "films"
[text]
longest = 12
vocabulary_size = 60
held_out_share = 0.3
unknown_share = 0.1
sentences = 30
[network]
embedding_size = 6
hidden_size = 5
[[stages]]
name = "language"
task = "next word"
epochs = 1
rate = 0.01
words_per_batch = 120
negatives = 8
feature_dropout = 0.2
[[stages]]
name = "final"
teacher = "language"
epochs = 3
rate = 0.01
words_per_batch = 60
short_epochs = 1.0
hidden_dropout = 0.2
measured_every = 4
"""


@pytest.fixture
def command(data, tmp_path):
    """Start ``python -m lstm_viz.training`` on made-up data."""
    (tmp_path / "small.toml").write_text(RECIPE, "utf-8")

    def start(to, *more):
        line = [
            sys.executable, "-m", "lstm_viz.training", str(tmp_path / "small.toml"),
            "--work", str(tmp_path / f"work-{to}"), "--to", str(tmp_path / to),
            "--accelerator", "cpu", "--threads", "1", *more,
        ]  # fmt: skip
        environment = {**os.environ, "LSTM_VIZ_DATA": str(data), "MASTER_ADDR": "127.0.0.1"}
        return subprocess.Popen(
            line, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )

    return start


@pytest.mark.slow
def test_two_processes_do_what_one_does(command, tmp_path):
    for name, devices in (("one", "1"), ("two", "2")):
        process = command(name, "--devices", devices)
        assert process.wait(300) == 0, process.stderr.read()
        process.stderr.close()
    one, two = (History.open(tmp_path / name / "small" / "history.json") for name in ("one", "two"))
    assert (one.facts["processes"], two.facts["processes"]) == (1, 2)
    for stage, other in zip(one.stages, two.stages, strict=True):
        for curve in ("train", "held_out"):
            points = list(zip(getattr(stage, curve), getattr(other, curve), strict=True))
            assert points
            for point, again in points:
                assert point.step == again.step
                assert point.loss == pytest.approx(again.loss, abs=1e-4)
                assert point.accuracy == again.accuracy
    first, second = (
        load_file(tmp_path / n / "small" / "model.safetensors") for n in ("one", "two")
    )
    assert all((first[name] - second[name]).abs().max() < 2e-3 for name in first)


@pytest.mark.slow
def test_a_signal_stops_it_and_the_same_command_goes_on(command, tmp_path):
    recipe = tmp_path / "small.toml"
    recipe.write_text(RECIPE.replace("epochs = 3", "epochs = 120"), "utf-8")
    process = command("stopped", "--devices", "1")
    for line in process.stderr:
        if line.startswith("final: step"):
            break
    process.send_signal(signal.SIGTERM)
    told = process.stderr.read()
    assert process.wait(60) == 130, told
    assert "The same command goes on from here." in told
    process.stderr.close()
    for name in ("stopped", "whole"):
        process = command(name, "--devices", "1")
        assert process.wait(120) == 0, process.stderr.read()
        process.stderr.close()
    paths = [tmp_path / name / "small" / "model.safetensors" for name in ("stopped", "whole")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_mistakes_are_said_in_one_line(command, tmp_path):
    (tmp_path / "mine.csv").write_text('text,label\ngood,a\n"open', "utf-8")
    process = command("wrong", "--data", str(tmp_path / "mine.csv"))
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "mine.csv, line 3" in told
    assert "Traceback" not in told
