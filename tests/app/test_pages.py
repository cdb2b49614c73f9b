"""All pages, driven without a browser: what is on screen is what the model computed."""

import base64
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstm_viz
from lstm_viz import session
from lstm_viz.model import Classifier, available, registry
from lstm_viz.session.cache import _load
from lstm_viz.session.packed_text import pack
from tests.app.driver import (
    APP,
    PAGES,
    assert_sent,
    decoded,
    field,
    figure,
    maps,
    open_app,
    plain,
    read,
    selection,
    shown,
)

TEXT = "Not a bad film at all."
PAGES_WITH_FIELD = [page for page in PAGES if page != "read"]  # there the review itself is it


@pytest.mark.parametrize("page", PAGES)
def test_the_error_stands_on_the_page(page, monkeypatch):
    real = Classifier.trace

    def trace(self, *given, **named):
        # Told here: how large it is hangs on the processor and its threads.
        return replace(real(self, *given, **named), error=3.2e-6)

    monkeypatch.setattr(Classifier, "trace", trace)
    app = open_app(page, text=f"A text that only this test of {page} reads.")  # kept by nobody
    marks = [re.search(r"exact to (\S+)\[|exact to (\d\S+)", text.value) for text in app.markdown]
    found = [float((mark[1] or mark[2]).rstrip("]")) for mark in marks if mark]
    assert found == [3e-6]


@pytest.mark.parametrize("page", PAGES_WITH_FIELD)
@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "<br />"])
def test_blank_text_gives_a_hint_and_the_last_picture_stays(page, blank):
    app = field(open_app(page, text=TEXT), blank)
    assert "type at least one word" in app.warning[0].value
    assert selection(app).text == TEXT
    field(app, "Fine.")
    assert not app.warning
    assert selection(app).text == "Fine."


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "text",
    [
        "qwxzv vbnmq", "ok", "<script>alert('x')</script><img src=x onerror=alert(1)>",
        "\ud800 lone", "bell \x07 null \x00", "‮right-to-left‬ שלום", "👍🏽🎬",
        "**bold** :red[x] $x$",
        "no-break\u00a0space and\u2028lines",
    ],
)  # fmt: skip
def test_hostile_text_is_shown_literally(page, text):
    app = open_app(page, packed=pack(text))
    assert selection(app).text == text.replace("\ud800", "\ufffd")
    if page == "read":
        assert shown(app).text == text.replace("\ud800", "\ufffd")


def test_unknown_words_are_marked():
    sent = shown(open_app(text="a qwxzv film"))
    assert [known for _, _, known in sent["words"]] == [True, False, True]


def test_a_long_text_is_read_up_to_the_stated_limit():
    app = field(open_app("gates"), "good film . " * 500)
    assert len(selection(app).text) == 6000
    assert any(f"first {session.LIMIT:,} words" in text.value for text in app.info)
    app.switch_page(PAGES["read"]).run()
    assert shown(app)["truncated"] == 1500 - session.LIMIT


def noise():
    return " ".join(np.random.default_rng(0).integers(0, 10**9, 4000).astype(str))


@pytest.mark.parametrize("page", PAGES)
def test_a_text_too_long_for_a_link_says_so(page):
    app = (read if page == "read" else field)(open_app(page), noise())
    assert any("too long for a link" in text.value for text in app.info)
    assert selection(app).text == noise()
    assert "text" not in dict(app.query_params)


@pytest.mark.parametrize(
    ("parameters", "notice"),
    [
        ({"model": "nope"}, "no model “nope”"),
        ({"review": "nope"}, "There is no such example"),
        ({"packed": "nope"}, "damaged"),
        ({"text": "good film", "word": "7"}, "The text has 2 words; word 2 is shown."),
        ({"unit": "4000"}, "unit 127 is shown"),
        ({"word": "x"}, "not a number"),
        ({"layer": "2-forward"}, "no layer 2 (forward)"),
        ({"layer": "0-forward"}, "layer “0-forward”, which does not exist"),
        ({"order": "nope"}, "order “nope”, which does not exist"),
        ({"map": "nope"}, "map “nope”, which does not exist"),
    ],
)
def test_a_link_that_cannot_be_kept_gives_the_nearest_view(parameters, notice):
    app = open_app(**parameters)
    assert any(notice in plain(info.value) for info in app.info)
    assert shown(app)["words"]
    app.run()
    assert not app.info


@pytest.mark.parametrize("name", ["model", "word", "layer", "order", "map"])
def test_nothing_in_a_link_is_rendered(name):
    app = open_app(**{name: "![](//x) **b** <i>"})
    assert r"\!\[\]\(\/\/x\) \*\*b\*\* \<i\>" in app.info[0].value


def test_a_word_of_underscores_is_no_markup_in_the_headline():
    app = open_app("gates", text="__x__")
    assert app.title[0].value.startswith(r"“\_\_x\_\_” opens")


def test_a_link_restores_word_and_unit():
    app = open_app(text=TEXT, word="3", unit="5", model="imdb-lstm")
    assert (shown(app)["step"], shown(app)["unit"]) == (2, 5)
    assert (shown(app)["order"], shown(app)["map"]) == ("", "")
    app.switch_page(PAGES["gates"]).run()
    assert app.text_area(key="typed").value == TEXT


@pytest.mark.parametrize("name", available())
def test_every_model_in_the_box_is_shown(name):
    app = open_app(model=name)
    assert_sent(shown(app), lstm_viz.load(name).trace(selection(app).text))
    assert shown(app)["menus"]["model"] == name
    assert shown(app)["menus"]["models"] == list(available())


def test_the_maps_are_the_models(classifier):
    app = open_app("gates", text=TEXT)
    assert len(maps(app)) == 6
    trace = classifier.trace(TEXT)
    assert app.title[0].value.startswith("“")
    mean = trace.layers[0].forget_gate.mean(1)  # the first gate of the picture
    assert f"{mean.max():.2f} on average" in plain(app.title[0].value)


def test_the_maps_follow_the_choices():
    app = open_app("gates", text=TEXT)
    stored = maps(app)[0]["y"]
    app.segmented_control(key="order").set_value("index").run()
    assert maps(app)[0]["y"] == [f"unit {k}" for k in range(128)] != stored
    app.segmented_control(key="drawn").set_value("departure").run()
    assert "− usual" in json.dumps(figure(app, "gate_maps"), ensure_ascii=False)
    app.pills(key="maps").set_value(["cell_state"]).run()
    assert len(maps(app)) == 1
    app.pills(key="maps").set_value([]).run()
    assert len(maps(app)) == 3
    assert not app.exception


def test_a_model_that_does_not_open_is_told(monkeypatch, tmp_path):
    _load.clear()
    monkeypatch.setattr("lstm_viz.model.registry.folder", lambda: tmp_path)
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert "No model is called 'imdb-lstm'" in plain(app.error[0].value)
    _load.clear()


def take_home():
    import streamlit as st

    from lstm_viz import session

    session.open_link()
    st.session_state["taken"] = session.downloads().page()


def test_the_view_that_is_taken_home_is_the_one_on_the_page(classifier):
    app = AppTest.from_function(take_home, default_timeout=60)
    view = {"text": TEXT, "word": "3", "unit": "5", "order": "index", "map": "forget_gate"}
    for name, value in view.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    taken = app.session_state["taken"]
    sent = decoded(base64.b64decode(re.search(r'id="trace">([^<]*)<', taken)[1]))
    assert_sent(sent, classifier.trace(TEXT))
    opened = [sent[name] for name in ("step", "unit", "order", "map", "menus", "truncated")]
    assert opened == [2, 5, "index", "forget_gate", None, 0]


def test_the_numbers_can_be_taken_home():
    for page in PAGES:
        labels = [button.label for button in open_app(page, text="Fine.").get("download_button")]
        assert [label.split("(")[1] for label in labels] == [
            "HTML)", "CSV)", "npz)", "Parquet)", "JSON)",
        ]  # fmt: skip


@pytest.fixture
def counted(monkeypatch):
    """The default model, and a function that makes it count the steps it reads."""
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    steps = []

    def register():
        classifier = lstm_viz.load(registry.folder() / session.DEFAULT_MODEL)
        classifier.network.recurrent.register_forward_pre_hook(
            lambda _, given: steps.append(given[0].shape[1])
        )
        lstm_viz.register(classifier)
        steps.clear()

    register()
    return steps, register


def test_only_the_words_typed_since_are_read(counted, classifier):
    steps, _ = counted
    app = open_app(text="Not a bad film at al")
    assert steps == [6]
    texts = ["Not a bad film at all", "Not a bad film at all , no", "Not a good film", "Not a"]
    for text in texts:
        assert_sent(shown(read(app, text)), classifier.trace(text))
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
    assert steps == [6, 1, 2, 2]  # nothing for the last: it was read


def test_only_the_words_up_to_the_limit_are_read_again(counted):
    steps, _ = counted
    words = ["good", "film", "."] * 500
    app = open_app(packed=pack(" ".join(words)))
    read(app, " ".join([*words, "bad"]))
    assert steps == [session.LIMIT]
    words[session.LIMIT - 3] = "bad"
    read(app, " ".join(words))
    assert steps == [session.LIMIT, 3]
    assert len(shown(app)["words"]) == session.LIMIT


def test_another_model_of_that_name_reads_everything_itself(counted):
    steps, register = counted
    app = open_app(text="Not a bad film")
    register()
    read(app, "Not a bad film at all")
    assert steps == [6]
