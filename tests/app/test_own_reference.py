"""What is usual on texts of one's own: measured as a job, shown after a reload, and stopped."""

import threading

import pytest

import lstm_viz
from lstm_viz import session
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.session import own_reference
from tests.app.driver import SCRIPTS, ask, figure, open_app, plain, selection

TEXTS = ("A good film.", "Not so bad at all.", "I slept like a child.")
WAIT = 30.0  # seconds, which are never needed


class Steered:
    """Measures when it is let go on, and says when it has begun."""

    def __init__(self):
        self.began, self.go, self.stopped = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, classifier, texts, *, progress):
        try:
            progress(1, len(texts))
            self.began.set()
            assert self.go.wait(WAIT)
            progress(2, len(texts))
        except BaseException:
            self.stopped.set()
            raise
        return measure_reference(classifier, texts)


@pytest.fixture
def steered(monkeypatch):
    found = Steered()
    monkeypatch.setattr(own_reference, "measure_reference", found)
    yield found
    found.go.set()


def measure(app, texts):
    app.text_area(key="usual_texts").set_value("\n\n".join(texts)).run()
    app.button(key="usual_measure").click().run()
    assert not app.exception
    return app


def known(app):
    return next(plain(one.value) for one in app.markdown if "Measured on" in one.value)


def bars(app):
    return [one.proto.text for one in app.get("progress")]


def job_of(app):
    number = session.cache.number_of(session.classifier("imdb-lstm"))
    found = own_reference.jobs.find(("reference", number, selection(app).reference))
    assert found is not None
    return found


def test_it_goes_on_over_a_rerun_a_reload_and_another_page(steered, classifier):
    texts = (*TEXTS, "Of this test alone.")
    app = measure(open_app("gates"), texts)
    assert steered.began.wait(WAIT)
    app.run()
    assert any("25" in told for told in bars(app))
    link = dict(app.query_params)
    assert link["usual"] == session.texts_digest(texts)
    app.switch_page(SCRIPTS["models"]).run()
    assert "usual" not in app.query_params
    again = open_app("gates", **link)  # a reload is a session of its own
    assert any("25" in told for told in bars(again))
    assert "17,628" in known(again)
    steered.go.set()
    assert job_of(again).wait(WAIT).is_end
    for one in (again, app.switch_page(SCRIPTS["gates"])):
        one.run()
        assert not one.exception
        assert not bars(one)
        assert "4 texts: texts of one's own" in known(one)
    own = measure_reference(classifier, texts).word["forget_gate"].mean
    told = [note["text"] for note in figure(app, "gate_means")["layout"]["annotations"]]
    assert f"usual {own:.2f}" in told
    app.button(key="usual_back").click().run()
    assert "17,628" in known(app)
    assert "usual" not in app.query_params


def test_it_stops_when_asked(steered):
    app = measure(open_app("gates"), (*TEXTS, "Of the test that stops."))
    assert steered.began.wait(WAIT)
    app.run()
    app.button(key="job_cancel_Measure usual values").click().run()
    steered.go.set()
    assert steered.stopped.wait(WAIT)
    assert job_of(app).wait(WAIT).is_end
    app.run()
    assert any("It was stopped" in info.value for info in app.info)
    assert "17,628" in known(app)
    app.text_area(key="usual_texts").set_value("Others.").run()
    app.run()
    assert not selection(app).reference  # nothing that was stopped is measured on other texts


def test_another_model_has_its_own():
    app = measure(open_app("gates"), TEXTS)
    assert job_of(app).wait(WAIT).is_end
    app.run()
    assert "3 texts" in known(app)
    app.selectbox(key="model").select("imdb-gru").run()
    assert not app.exception
    assert "3 texts" not in known(app)
    assert lstm_viz.load("imdb-gru").reference.words == 17_628


def test_a_link_to_texts_that_are_not_known_here_says_so():
    app = open_app(usual="0123456789abcdef" * 2)
    assert any("not known here" in info.value for info in app.info)
    assert not selection(app).reference
    ask(app, model="imdb-gru")


def test_texts_that_cannot_be_read_are_told():
    app = measure(open_app("gates", model="imdb-lstm"), ["x"])
    assert job_of(app).wait(WAIT).is_end
    app.run()
    assert not app.exception
    assert app.error
