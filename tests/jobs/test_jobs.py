"""Jobs: asked for by what they work on, in order, with progress, until they end or are stopped."""

import gc
import os
import signal
import subprocess
import sys
import threading
import weakref

import pytest
import torch

from lstm_viz.errors import BusyError, TextError
from lstm_viz.jobs import Jobs, State, queue
from lstm_viz.jobs.job import LEAVING, PATIENCE
from lstm_viz.progress import unwatched
from tests.conftest import ROOT
from tests.jobs.steered import PATIENT, Clock, Work


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def jobs(clock):
    """One job at a time, so that the order is known."""
    found = Jobs(1, clock)
    yield found
    found.stop(0.0)


def ended(job):
    """Wait for the end of a job as nobody does who wants it, and return how it ended."""
    with job._changed:
        assert job._changed.wait_for(lambda: job.state.is_end, PATIENT)
    return job.state


def test_a_job_says_how_far_it_is_and_gives_what_was_found(jobs, clock):
    work = Work(4, {"mean": 0.5})
    job = jobs.start(("usual", 1), work, "a", "b")
    work.begin()
    status = job.look()
    assert (status.state, status.share, status.seconds_left) == (State.RUNNING, None, None)
    work.do(0)
    assert job.look().share == 0
    clock.now += 6
    work.do(1)
    status = job.look()
    assert (status.done, status.total, status.share) == (1, 4, 0.25)
    assert status.sentence == "step 1"
    assert status.seconds_left == pytest.approx(18)  # three steps of six seconds
    clock.now += 5
    assert job.look().seconds_left == pytest.approx(13)  # it goes down between two steps
    work.finish()
    assert ended(job) is State.DONE
    assert job.result == {"mean": 0.5}
    assert work.arguments == ("a", "b")
    assert (job.error, job.look().stopping, job.look().seconds_left) == ("", False, None)
    assert (job.began, job.ended) == (1000.0, 1011.0)


def test_time_left_is_measured_on_what_was_done_now(jobs, clock):
    go = Work(0)

    def resumed(progress):
        progress(90, 100, "first part")
        clock.now += 10
        progress(95, 100)
        seen.append(job.look())
        progress(0, 8, "second part")
        seen.append(job.look())
        clock.now += 3
        progress(2, 8)
        seen.append(job.look())
        go(progress=progress)

    seen = []
    first = Work(0)
    jobs.start("first", first)  # so that the job is known before it runs
    job = jobs.start("resumed", resumed)
    first.finish()
    go.finish()
    assert ended(job) is State.DONE
    assert [one.seconds_left for one in seen] == [10.0, None, 9.0]
    assert [one.sentence for one in seen] == ["first part", "second part", "second part"]


def test_who_asks_again_gets_the_same_job(jobs):
    work, other = Work(), Work()
    job = jobs.start(("usual", "m"), work)
    assert jobs.start(("usual", "m"), other) is job
    assert jobs.find(("usual", "m")) is job
    assert jobs.find(("usual", "n")) is None
    work.finish()
    assert ended(job) is State.DONE
    assert jobs.start(("usual", "m"), other) is job
    assert (work.calls, other.calls) == (1, 0)


def test_it_stops_at_its_next_step(jobs):
    work = Work()
    job = jobs.start("k", work)
    work.do(0)
    job.cancel()
    assert job.look().stopping
    assert jobs.start("k", Work()) is job  # two of them would write to the same files
    work.do(1)
    assert ended(job) is State.CANCELLED
    assert (job.result, job.error) == (None, "It was stopped.")
    status = job.look()
    assert (status.state, status.sentence, status.stopping) == (
        State.CANCELLED, "It was stopped.", False
    )  # fmt: skip
    again = Work()
    again.finish()
    other = jobs.start("k", again)
    assert other is not job
    assert ended(other) is State.DONE


def test_what_was_finished_before_it_noticed_is_kept(jobs):
    work = Work(0)

    def deaf(progress):
        progress(0, 1)
        return work(progress=unwatched)

    job = jobs.start("k", deaf)
    work.begin()
    job.cancel()
    work.finish()
    assert ended(job) is State.DONE
    assert job.result == "found"


def test_others_wait_in_order_and_show_their_place(jobs):
    works = [Work() for _ in range(4)]
    made = [jobs.start(number, work) for number, work in enumerate(works)]
    works[0].begin()
    assert [job.look().before for job in made] == [0, 1, 2, 3]
    made[1].cancel()
    assert made[1].state is State.CANCELLED
    assert made[1].error == "It was stopped before it began."
    assert [job.look().before for job in made] == [0, 0, 1, 2]
    works[0].finish()
    works[2].begin()
    assert [job.look().before for job in made] == [0, 0, 0, 1]
    works[2].finish()
    works[3].finish()
    assert [ended(job) for job in made] == [
        State.DONE, State.CANCELLED, State.DONE, State.DONE
    ]  # fmt: skip
    assert works[1].calls == 0


def test_as_many_run_as_may(clock):
    jobs = Jobs(2, clock)
    works = [Work() for _ in range(3)]
    made = [jobs.start(number, work) for number, work in enumerate(works)]
    works[0].begin()
    works[1].begin()
    assert [job.state for job in made] == [State.RUNNING, State.RUNNING, State.WAITING]
    works[1].finish()
    works[2].begin()
    assert made[0].state is State.RUNNING
    for work in works:
        work.finish()
    assert [ended(job) for job in made] == [State.DONE] * 3


def test_too_many_are_refused_by_name(jobs):
    first = Work()
    jobs.start("first", first)
    first.begin()
    waiting = [jobs.start(number, Work()) for number in range(queue.WAITING)]
    with pytest.raises(BusyError, match="at most 16 pieces of work to wait"):
        jobs.start("one more", Work())
    assert jobs.find("one more") is None
    waiting[5].cancel()
    assert jobs.start("one more", Work()).look().before == queue.WAITING


@pytest.mark.parametrize(("passed", "state"), [(-1, State.DONE), (1, State.CANCELLED)])
def test_a_job_that_nobody_looks_at_is_stopped(jobs, clock, passed, state):
    work, next_one = Work(), Work()
    job = jobs.start("k", work)
    waiting = jobs.start("next", next_one)
    work.do(0)
    clock.now += 50
    job.look()
    waiting.look()
    clock.now += PATIENCE + passed
    work.finish()
    next_one.finish()
    assert ended(job) is state
    assert ended(waiting) is state
    if state is State.CANCELLED:
        assert job.error == "It was stopped because nobody looked at it."
        assert next_one.calls == 0


def test_who_waits_or_asks_again_wants_it(jobs, clock):
    work = Work()
    job = jobs.start("k", work)
    work.do(0)
    waiting = threading.Thread(target=job.wait, args=(PATIENT,))
    waiting.start()
    while not job._waiting:
        threading.Event().wait(0.001)
    clock.now += 10 * PATIENCE
    work.finish()
    waiting.join(PATIENT)
    assert ended(job) is State.DONE
    other = Work()
    job = jobs.start("other", other)
    other.do(0)
    clock.now += PATIENCE - 1
    assert jobs.start("other", Work()) is job
    clock.now += PATIENCE - 1
    other.finish()
    assert ended(job) is State.DONE


@pytest.mark.parametrize(("looks", "state"), [(True, State.DONE), (False, State.CANCELLED)])
def test_who_leaves_stops_it_soon_unless_somebody_else_looks(jobs, clock, looks, state):
    work = Work()
    job = jobs.start("k", work)
    work.do(0)
    job.leave()
    clock.now += LEAVING - 1
    work.do(1)
    assert job.state is State.RUNNING
    if looks:
        job.look()
    clock.now += 2
    work.finish()
    assert ended(job) is state


def test_a_mistake_is_told_and_can_be_tried_again(jobs):
    work = Work(0, error=TextError("a text", 7))
    work.finish()
    job = jobs.start("k", work)
    assert ended(job) is State.FAILED
    assert job.error == "Expected a text, but a int came."
    good = Work(0)
    good.finish()
    assert ended(jobs.start("k", good)) is State.DONE


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_fault_is_one_sentence_and_the_log_holds_no_text(jobs, caplog, kind):
    work = Work(0, error=kind("my secret diary"))
    work.finish()
    job = jobs.start(("k", "digest"), work, "my secret diary")
    assert ended(job) is State.FAILED
    assert job.error == "This is a fault of the program; its log says where."
    assert kind.__name__ in caplog.text
    assert "steered.py:" in caplog.text
    assert "secret" not in caplog.text
    after = Work(0)
    after.finish()
    assert ended(jobs.start("next", after)) is State.DONE  # others still have their turn


class Large:
    """An argument that one can see go."""


@pytest.mark.parametrize("fails", [False, True])
def test_arguments_go_when_it_ends(jobs, fails):
    def work(large, progress):
        progress(0, 1)
        if fails:
            raise ValueError(large)

    large = Large()
    seen = weakref.ref(large)
    assert ended(jobs.start("k", work, large)) is (State.FAILED if fails else State.DONE)
    assert jobs.stop(PATIENT)  # its thread is over
    del large
    gc.collect()
    assert seen() is None


def test_the_ended_that_were_looked_at_last_are_kept_and_no_running_one_goes(clock):
    jobs = Jobs(2, clock)
    long = Work()
    running = jobs.start("long", long)
    long.begin()
    for number in range(queue.KEPT):
        clock.now += 1
        work = Work(0, number)
        work.finish()
        ended(jobs.start(number, work))
    clock.now += 1
    jobs.find(0).look()
    for number in range(queue.KEPT, queue.KEPT + 3):
        clock.now += 1
        work = Work(0, number)
        work.finish()
        ended(jobs.start(number, work))
    kept = [number for number in range(queue.KEPT + 3) if jobs.find(number)]
    assert kept == [0, *range(3, queue.KEPT + 3)]
    assert jobs.find("long") is running
    assert running.state is State.RUNNING
    long.finish()
    assert ended(running) is State.DONE


def test_each_job_computes_with_one_thread(jobs):
    def count(progress):
        del progress
        return torch.get_num_threads()

    job = jobs.start("k", count)
    assert ended(job) is State.DONE
    assert job.result == 1


PROGRAM = """
import atexit, os, sys, threading
from lstm_viz import jobs
patience = {seconds}
if patience is not None:
    atexit.unregister(jobs._ALL.stop)
    atexit.register(jobs._ALL.stop, patience)
began, never = threading.Event(), threading.Event()
def work(progress):
    began.set()
    while True:
        progress(0, None)
        never.wait(0.01)
def deaf(progress):
    began.set()
    never.wait()
job = jobs.start("k", {function})
assert began.wait(60)
{then}
"""
FORK = """
child = os.fork()
if not child:  # it has no threads, and knows no jobs
    assert jobs.find("k") is None
    assert jobs.start("k", lambda progress: 7).wait(60) is jobs.State.DONE
    os._exit(jobs.find("k").result)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert jobs.find("k") is job and job.state is jobs.State.RUNNING
"""


def over(function, then, seconds=0.5):
    """Run a program in which a job runs; return its process once it is over.

    Args:
        function: of the job.
        then: what the program does while it runs.
        seconds: for which the exit waits for a job that does not notice; None for the usual time.
    """
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(function=function, then=then, seconds=seconds)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("function", ["work", "deaf"])
@pytest.mark.parametrize(("then", "status"), [("", 0), ("sys.exit(3)", 3), (FORK, 0)])
def test_a_program_ends_while_a_job_runs(function, then, status):
    process = over(function, then)
    assert (process.returncode, process.stderr) == (status, "")


@pytest.mark.slow
def test_an_exit_waits_no_longer_than_it_says():
    process = over("deaf", "", None)
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_program_while_a_job_runs(number):
    process = over("deaf", f"import signal; os.kill(os.getpid(), {int(number)}); never.wait(60)")
    assert process.returncode == -number
