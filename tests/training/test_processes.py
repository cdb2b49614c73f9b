"""The command line: several processes do what one does, and a signal stops it."""

import os
import signal
import subprocess
import sys

import pytest
from safetensors.torch import load_file

from lstm_viz.model.history import History
from lstm_viz.training import __main__ as training

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
                # A text on the edge between two answers may fall either way.
                assert point.accuracy == pytest.approx(again.accuracy, abs=0.1)
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
    assert "Run the same command again to resume." in told
    process.stderr.close()
    for name in ("stopped", "whole"):
        process = command(name, "--devices", "1")
        assert process.wait(120) == 0, process.stderr.read()
        process.stderr.close()
    paths = [tmp_path / name / "small" / "model.safetensors" for name in ("stopped", "whole")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Call the command in this process; return its status and what it said."""
    (tmp_path / "small.toml").write_text(RECIPE, "utf-8")
    (tmp_path / "file").write_text("no folder", "utf-8")

    def call(*more):
        line = ["training", str(tmp_path / "small.toml"), "--work", str(tmp_path / "work"), *more]
        monkeypatch.setattr(sys, "argv", [*line, "--threads", "1"])
        status = training.main()
        return status, capsys.readouterr().err

    return call


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--to", "{}/file/models"), "file"),
        (("--work", "{}/file/work"), "file"),
        (("--work", "{}/file"), "File exists"),
        (("--data", "{}/...csv"), "a name before its ending"),
        (("--data", "{}/..csv"), "a name before its ending"),
        (("--data", "{}/none.csv"), "none.csv: expected a file"),
        (("--data", "{}/folder.csv"), "folder.csv: expected a file"),
        (("--accelerator", "cpu", "--devices", "x"), "Lightning Fabric takes them, but it says"),
        (("--accelerator", "cpu", "--precision", "x"), "Precision 'x' is invalid"),
        (("--accelerator", "x"), "invalid accelerator name"),
    ],
)
def test_what_cannot_work_is_said_before_training(told, tmp_path, more, said):
    (tmp_path / "folder.csv").mkdir()
    status, line = told(*(part.format(tmp_path) for part in more))
    assert status == 1
    assert said in line
    assert line.count("\n") == 1


@pytest.mark.parametrize("threads", ["0", "-1", "two", "1.5"])
def test_threads_are_a_whole_number_above_0(threads, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["training", "imdb-lstm", f"--threads={threads}"])
    with pytest.raises(SystemExit):
        training.main()
    assert f"expected a whole number above 0, but '{threads}' came" in capsys.readouterr().err


def test_mistakes_are_said_in_one_line(told, tmp_path):
    (tmp_path / "mine.csv").write_text('text,label\ngood,a\n"open', "utf-8")
    status, line = told("--data", str(tmp_path / "mine.csv"), "--accelerator", "cpu")
    assert status == 1
    assert line.startswith("mine.csv, line 3: expected every quote closed")
    assert line.count("\n") == 1


def test_the_command_ends_with_a_sentence_and_without_a_traceback(command, tmp_path):
    (tmp_path / "mine.csv").write_text('text,label\ngood,a\n"open', "utf-8")
    process = command("wrong", "--data", str(tmp_path / "mine.csv"))
    output = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "mine.csv, line 3" in output
    assert "Traceback" not in output
