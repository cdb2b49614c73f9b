"""Long work on a page, without a browser: what is shown of it in each of its states."""

import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz import jobs
from lstm_viz.errors import TextError
from lstm_viz.jobs import Jobs, State
from tests.jobs.steered import PATIENT, Clock, Work

LABEL = "Measure *my* texts"


def page(work, key, label, at_once):
    import streamlit as st

    from lstm_viz.pages import job_panel

    job_panel.keep_running()
    found = job_panel.show(key, label, work, "a text", at_once=at_once)
    st.write("no result" if found is None else f"result: {found}")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def registry(monkeypatch, clock):
    """The jobs of this test alone, of which one runs at a time."""
    found = Jobs(1, clock)
    monkeypatch.setattr(jobs, "start", found.start)
    monkeypatch.setattr(jobs, "find", found.find)
    yield found
    found.stop(0.0)


def tab(work, key="key", at_once=False):
    """Open the page in a session of its own, as a browser does after a reload."""
    args = (work, key, LABEL, at_once)
    return settled(AppTest.from_function(page, default_timeout=60, args=args).run())


def settled(app):
    assert not app.exception
    return app


def button(app, name):
    (found,) = [one for one in app.button if one.label == name]
    return found


def bar(app):
    """Return what the bar says: percent, and its text as it is read."""
    (found,) = app.get("progress")
    return found.proto.value, found.proto.text.replace("\\", "")


def said(app):
    return app.markdown[-1].value


def again(app):
    return settled(app.run())


START = r"Measure \*my\* texts"


def test_from_the_button_to_the_result(registry, clock):
    work = Work(4, 7)
    app = tab(work)
    assert said(app) == "no result"
    assert not app.get("progress")
    assert work.calls == 0
    settled(button(app, START).click().run())
    work.begin()
    assert bar(again(app)) == (0, LABEL)
    work.do(0)
    clock.now += 65
    work.do(1)
    assert bar(again(app)) == (25, "step 1, 25%, about 3:15 min left")
    assert said(app) == "no result"
    work.finish()
    assert registry.find("key").wait(PATIENT) is State.DONE
    again(app)
    assert said(app) == "result: 7"
    assert not app.get("progress")
    assert not app.button
    assert work.calls == 1
    assert work.arguments == ("a text",)


def test_a_rerun_and_a_reload_show_the_same_job(registry):
    work = Work()
    first = tab(work, at_once=True)
    work.do(0)
    work.do(1)
    again(first)
    second = tab(work, at_once=True)
    assert bar(first)[0] == bar(second)[0] == 25
    settled(button(second, "Cancel").click().run())
    for app in (first, second):
        assert bar(again(app)) == (25, "step 1, 25%, stopping at its next step")
        assert button(app, "Stopping").disabled
    work.do(2)
    assert registry.find("key").wait(PATIENT) is State.CANCELLED
    for app in (first, second):
        again(app)
        assert [one.value for one in app.info] == [r"It was stopped\."]
        assert said(app) == "no result"
    assert work.calls == 1  # what was stopped does not begin by itself


def test_try_again(registry):
    work = Work(0, error=TextError("a <b>text</b>", 7))
    work.finish()
    app = tab(work, at_once=True)
    registry.find("key").wait(PATIENT)
    again(app)
    (error,) = app.error
    assert error.value == r"Expected a \<b\>text\<\/b\>\, but a int came\."
    work.error = None
    settled(button(app, "Try again").click().run())
    registry.find("key").wait(PATIENT)
    assert said(again(app)) == "result: found"
    assert not app.error


def test_one_that_waits_shows_its_place(registry):
    first, second = Work(), Work()
    registry.start("first", first)
    first.begin()
    app = tab(second, at_once=True)
    assert bar(app) == (0, f"{LABEL}: waiting, 1 ahead of it")
    settled(button(app, "Cancel").click().run())
    again(app)
    assert [one.value for one in app.info] == [r"It was stopped before it began\."]


def test_a_refusal_is_told_once(registry):
    first = Work()
    registry.start("first", first)
    first.begin()
    waiting = [registry.start(number, Work()) for number in range(16)]
    app = tab(Work())
    settled(button(app, START).click().run())
    (error,) = app.error
    assert "at most 16 pieces of work" in error.value
    waiting[0].cancel()
    assert not again(app).error
    settled(button(app, START).click().run())
    assert bar(again(app))[1] == f"{LABEL}: waiting, 16 ahead of it"


def test_who_goes_on_to_something_else_leaves_a_job_that_soon_stops(registry, clock):
    old, new = Work(), Work()
    app = tab(old, "old", at_once=True)
    old.do(0)
    app.args = (new, "new", LABEL, True)
    app = again(app)
    clock.now += 11
    old.do(1)
    assert registry.find("old").wait(PATIENT) is State.CANCELLED
    new.begin()
    assert registry.find("new").state is State.RUNNING


def other_page(other):
    """A program of two pages; all of them call ``keep``."""
    from lstm_viz.pages import job_panel
    from tests.app.test_job_panel import LABEL, TWO_PAGES

    job_panel.keep_running()
    if not other:
        job_panel.show("key", LABEL, TWO_PAGES[0], "a text", at_once=True)


TWO_PAGES = [None]


@pytest.mark.parametrize("visits", [True, False])
def test_a_job_goes_on_while_its_reader_is_on_another_page(registry, clock, visits):
    TWO_PAGES[0] = work = Work()
    app = settled(AppTest.from_function(other_page, default_timeout=60, args=(False,)).run())
    work.do(0)
    clock.now += 100
    app.args = (True,)
    if visits:
        again(app)
    clock.now += 100
    work.do(1)
    work.finish()
    assert registry.find("key").wait(PATIENT) is (State.DONE if visits else State.CANCELLED)
