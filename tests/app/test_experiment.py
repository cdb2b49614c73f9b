"""Experiments on the pages: in the link, on every page, undone and redone, exact."""

import csv
import io

import numpy as np
import pytest

import lstm_viz
from lstm_viz import Force
from lstm_viz.analyses.experiment import describe_forces, outcome
from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.components.player import PlayerStart, payload
from lstm_viz.export import table
from lstm_viz.model import registry
from lstm_viz.session import Downloads
from tests.app.driver import (
    PAGES,
    SCRIPTS,
    ask,
    assert_sent,
    decoded,
    figure,
    open_app,
    plain,
    read,
    selection,
    shown,
)
from tests.kinds import small

TEXT = "The story is thin but the acting is superb."
LEAN = (Force("forget_gate", lean=3.41, steps=[4]),)
LINK = "f@5:lean+3.41"


def line(app):
    return next(plain(text.value) for text in app.markdown if "What if" in text.value)


def press(app, label):
    app.button(key=f"experiment_{label}").click().run()
    assert not app.exception
    return app


def test_an_experiment_opens_from_a_link_and_is_what_is_drawn(classifier):
    app = open_app(text=TEXT, force=LINK)
    forced, by_itself = classifier.trace(TEXT, LEAN), classifier.trace(TEXT)
    assert selection(app).forces == LEAN
    assert_sent(shown(app), forced)
    assert np.abs(forced.probabilities - by_itself.probabilities).max() > 0.01
    told = line(app)
    assert "forget gate at “but” (word 5), pre-activation shifted by +3.41" in told
    assert f"ends at {forced.probabilities[-1, 1]:.0%}"[:-1] in told
    assert f"not at {by_itself.probabilities[-1, 1]:.0%}"[:-1] in told
    assert shown(app)["about"] == ""  # said once
    sent = decoded(payload(forced, forced.top, prediction_path(forced), PlayerStart(0)))
    assert "What if: forget gate at “but”" in sent["about"]  # in the page that is downloaded
    app.run()
    assert app.query_params["force"] == LINK


@pytest.mark.parametrize("page", ["gates", "models"])
def test_it_goes_along_to_every_page(page, classifier):
    app = open_app(text=TEXT, force=LINK)
    app.switch_page(SCRIPTS[page]).run()
    assert "forget gate at “but”" in line(app)
    assert app.query_params["force"] == LINK
    if page == "gates":
        forced = classifier.trace(TEXT, LEAN).top.forget_gate
        drawn = figure(app, "gate_means")["data"]
        assert drawn  # of the forced trace: its mean at the word stands in the title's figure
        assert forced[4].mean() > classifier.trace(TEXT).top.forget_gate[4].mean() + 0.1


def test_what_is_done_can_be_undone_and_redone(classifier):
    app = open_app(text=TEXT, force=LINK)
    assert app.button(key="experiment_Undo").disabled
    press(app, "Reset")
    assert_sent(shown(app), classifier.trace(TEXT))
    assert "force" not in app.query_params
    press(app, "Undo")
    assert_sent(shown(app), classifier.trace(TEXT, LEAN))
    assert app.query_params["force"] == LINK
    press(app, "Redo")
    assert selection(app).forces == ()
    assert app.button(key="experiment_Redo").disabled
    press(app, "Undo")
    press(app, "Reset")
    assert app.button(key="experiment_Redo").disabled  # something else was done since


def test_another_text_or_model_lets_go_and_undo_brings_back(classifier):
    app = open_app(text=TEXT, force=LINK)
    other = "A good film, and not a long one."
    read(app, other)
    assert_sent(shown(app), classifier.trace(other))
    press(app, "Undo")
    assert_sent(shown(app), classifier.trace(other, LEAN))
    ask(app, model="imdb-gru")
    assert selection(app).forces == ()
    press(app, "Undo")  # a GRU has no forget gate
    assert selection(app).forces == ()
    assert any("forget_gate" in plain(info.value) for info in app.info)


@pytest.mark.parametrize(
    ("force", "told"),
    [
        ("f@99:=1", "the text ends before"),
        ("f.u4000:=1", "units from 0 to 127"),
        ("z@5:=1", "update_gate"),
        ("nonsense", "experiment in the link is not possible"),
        ("f@1-1048576:=1", "at most 20,000 units and words"),
        (";".join(["f@5:=1"] * 40), "at most 32 forces"),
        ("f:=#128-0000000000000000", "experiment in the link is not possible"),
        ("<script>alert(1)</script>", "experiment in the link is not possible"),
    ],
)
def test_an_experiment_that_cannot_be_is_told_and_the_text_is_read(force, told, classifier):
    app = open_app(text=TEXT, force=force)
    assert any(told in plain(info.value) for info in app.info)
    assert selection(app).forces == ()
    assert_sent(shown(app), classifier.trace(TEXT))


def test_of_a_model_of_ones_own_too(monkeypatch):
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    own = small("GRU", {"num_layers": 2}, ("bad", "good"), name="my own")
    lstm_viz.register(own)
    assert registry.registered() == ("my own",)
    forces = (Force("update_gate", 1, layer=1, units=[2, 3], steps=[1]),)
    app = open_app(text=TEXT, model="my own", force=str(forces[0]))
    assert_sent(shown(app), own.trace(TEXT, forces))
    assert "update gate of units 2–3 in layer 2 at “story” (word 2), held at 1" in line(app)


def test_in_words(example):
    tokens = example.tokens
    several = [
        Force("input_gate", scale=0.5),
        Force("candidate", add=-1, steps=[0, 1, 2]),
        Force("cell_state", np.zeros(128), units=range(128), direction="forward"),
        Force("hidden_state", 0),
    ]
    told = describe_forces(several, tokens)
    assert told.startswith("input gate at every word, multiplied by 0.5; candidate")
    assert "candidate at words 1–3, shifted by -1" in told
    assert "reading forward" in told
    assert "held at an array" in told
    assert told.endswith("; and 1 more")
    assert outcome(example, example).endswith("either way.")
    assert set(PAGES) < set(SCRIPTS)


def test_what_is_downloaded_says_that_it_was_forced(classifier):
    forced, by_itself = classifier.trace(TEXT, LEAN), classifier.trace(TEXT)
    rows = list(csv.DictReader(io.StringIO(table(forced))))
    assert {row["forced"] for row in rows} == {LINK}
    assert "forced" not in table(by_itself).splitlines()[0]
    assert set(forced.to_dataframe()["forced"]) == {LINK}
    assert "forced" not in by_itself.to_dataframe()
    names = [Downloads(one, one.top, 0, PlayerStart(4)).name for one in (forced, by_itself)]
    assert names[0].startswith("lstm-viz-what-if-the-story")
    assert names[1].startswith("lstm-viz-the-story")
