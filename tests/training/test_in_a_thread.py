"""Training as a job: in any thread, with progress, stopped when asked, and not disturbed."""

import signal
from threading import Event

import pytest
import torch

from lstm_viz.jobs import Jobs, State
from lstm_viz.progress import Cancelled
from lstm_viz.training import terminal
from lstm_viz.training.pipeline import Pipeline
from tests.training.conftest import SMALL

PATIENT = 120.0
TEXTS = 222  # of the made-up data, those of the vocabulary twice


def train(fabric, folder, watch, progress):
    """Train, and show each call of the progress to the test before it counts."""

    def both(done, total, what="", /):
        watch(done, total, what)
        progress(done, total, what)

    return Pipeline(fabric, folder, progress=both).trained(SMALL, "polish")


def disturb(*_):
    """Draw from the generator that all threads share, as everybody does who opens a model."""
    torch.rand(3)


@pytest.mark.usefixtures("data")
def test_it_stops_when_asked_and_ends_as_an_unbroken_one(fabric, tmp_path, capsys):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    whole, stages = Pipeline(fabric, tmp_path / "whole").trained(SMALL, "polish")
    jobs, stopped_at, seen = Jobs(1), [], []

    def stop_at_step(number):
        steps = []

        def watch(done, total, what):
            disturb()
            seen.append((done, total, what))
            steps.append(total is not None and not what)
            if steps[-1] and sum(steps) == number:
                stopped_at.append((done, total))
                jobs.find("train").cancel()

        return watch

    for number in (1, 4, 9, 23):
        job = jobs.start("train", train, fabric, tmp_path / "broken", stop_at_step(number))
        assert job.wait(PATIENT) is State.CANCELLED, job.error
    assert len(stopped_at) == 4
    job = jobs.start("train", train, fabric, tmp_path / "broken", disturb)
    assert job.wait(PATIENT) is State.DONE, job.error
    again, resumed = job.result
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
    for one, other in zip(stages, resumed, strict=True):
        assert (one.held_out, one.train, one.kept) == (other.held_out, other.train, other.kept)
    sentences = [what for _, _, what in seen if what]
    assert sentences[0] == "reading the texts and splitting them into words"
    assert any(what.startswith("language: step 2 of ") for what in sentences)
    assert stopped_at[0] == (0, TEXTS)  # while texts become numbers
    assert all(0 <= done <= total for done, total, _ in seen if total is not None)
    assert capsys.readouterr().err == ""
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.usefixtures("data")
def test_two_at_once_do_not_disturb_each_other(fabric, tmp_path):
    whole, _ = Pipeline(fabric, tmp_path / "whole").trained(SMALL, "final")
    turns = [Event(), Event()]
    turns[0].set()

    def alternating(own):
        def progress(done, total, what="", /):
            del done, total, what
            assert turns[own].wait(PATIENT)
            turns[own].clear()
            turns[1 - own].set()

        return progress

    def one(own, progress):
        del progress
        pipeline = Pipeline(fabric, tmp_path / str(own), progress=alternating(own))
        found = pipeline.trained(SMALL, "final")[0]
        turns[1 - own].set()
        return found

    jobs = Jobs(2)
    made = [jobs.start(own, one, own) for own in (0, 1)]
    for job in made:
        assert job.wait(PATIENT) is State.DONE, job.error
        for name, value in whole.state_dict().items():
            assert torch.equal(value, job.result.state_dict()[name]), name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_heard_while_steps_are_done_and_the_second_stops_at_once(number):
    before = signal.getsignal(number)
    with terminal.stoppable_progress() as progress:
        progress(0, None, "")
        assert signal.getsignal(number) is before
        progress(0, 4)
        signal.raise_signal(number)
        with pytest.raises(Cancelled):
            progress(1, 4)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before
    with terminal.stoppable_progress() as progress:
        progress(3, 4)
        progress(4, 4)
        assert signal.getsignal(number) is before
