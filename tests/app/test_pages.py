"""Both pages, driven without a browser: what is on screen is what the model computed."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

import lstm_viz
from lstm_viz import link, session
from lstm_viz.model import Classifier, packaged
from lstm_viz.text import gallery

APP = str(Path(__file__).parents[2] / "app.py")
PAGES = {"read": "lstm_viz/pages/read.py", "gates": "lstm_viz/pages/gates.py"}


def open_app(page="read", **parameters):
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    if page != "read":
        app.switch_page(PAGES[page]).run()
    assert not app.exception
    return app


def plain(text):
    return re.sub(r"\\(.)", r"\1", text)


def shown(app):
    return json.loads(app.get("bidi_component")[0].proto.json)


def read(app, text):
    app.text_area(key="typed").set_value(text)
    app.button[0].click().run()
    assert not app.exception
    return app


def click(app, step, unit=None):
    app.session_state["player"] = {"chosen": {"id": shown(app)["id"], "step": step, "unit": unit}}
    app.run()
    assert not app.exception
    return app


def terms(data):
    return {term["name"]: term["values"] for term in data["terms"]}


def figure(app, key):
    return json.loads(app.get_by_key(key).proto.spec)


def test_on_arrival_an_example_stands_at_its_turning_point(classifier):
    data = shown(open_app())
    trace = classifier.trace(gallery.reviews()[session.DEFAULT_REVIEW].text)
    np.testing.assert_allclose(data["course"]["probability"], trace.probabilities[:, 1], atol=1e-6)
    assert data["step"] == data["turningPoint"]
    assert "".join(gap + word for gap, word, _ in data["words"]) + data["tail"] == trace.text
    for name in ("input_gate", "forget_gate", "output_gate"):
        means = trace.layers[0].quantities[name].mean(1)
        np.testing.assert_allclose(terms(data)[name], means, atol=1e-6)


def test_a_typed_review_is_read(classifier):
    data = shown(read(open_app(), "Not a bad film at all."))
    trace = classifier.trace("Not a bad film at all.")
    np.testing.assert_allclose(data["course"]["probability"], trace.probabilities[:, 1], atol=1e-6)


FILMS = {name: one for name, one in gallery.reviews().items() if one.subject == "film"}


def test_every_review_of_the_gallery_can_be_picked():
    app = open_app()
    for name, review in FILMS.items():
        app.selectbox(key="example").set_value(name).run()
        assert not app.exception
        assert shown(app)["words"][0][1] in review.text
        assert app.text_area(key="typed").value == review.text


def test_a_clicked_word_and_unit_are_kept_on_the_other_page():
    app = click(open_app(), 4, 42)
    assert app.session_state["selection"].step == 4
    assert shown(app)["unit"]["unit"] == 42
    app.switch_page(PAGES["gates"]).run()
    rule = [shape for shape in figure(app, "gate_maps")["layout"]["shapes"] if shape["x0"] == 3.5]
    assert len(rule) == 6
    app.switch_page(PAGES["read"]).run()
    assert app.session_state["selection"].step == 4
    assert shown(app)["step"] == 4
    assert shown(app)["unit"]["unit"] == 42


def test_a_text_that_is_opened_again_stands_at_its_turning_point():
    app = open_app()
    first = shown(app)
    click(app, 2, 5)
    other = next(name for name in gallery.reviews() if name != session.DEFAULT_REVIEW)
    for name in (other, session.DEFAULT_REVIEW):
        app.selectbox(key="example").set_value(name).run()
    assert shown(app)["id"] != first["id"]
    assert app.session_state["selection"].step == shown(app)["step"] == first["turningPoint"]


def link_to(app, text):
    app.query_params.clear()
    app.query_params["text"] = text


def test_a_click_that_carries_an_old_link_loses_nothing():
    app = read(open_app(text="An old film."), "A new film.")
    data = shown(app)
    link_to(app, "An old film.")
    app.session_state["player"] = {"chosen": {"id": data["id"], "step": 1, "unit": 3}}
    app.run()
    assert app.session_state["selection"].text == "A new film."
    assert app.session_state["selection"].unit == 3


def test_a_reader_who_goes_back_finds_the_old_text():
    app = read(open_app(text="An old film."), "A new film.")
    app.run()
    link_to(app, "An old film.")
    app.run()
    assert app.session_state["selection"].text == "An old film."
    assert app.text_area(key="typed").value == "An old film."


def test_walking_sends_nothing_new():
    app = open_app()
    before = shown(app)
    assert shown(click(app, 2)) == before


def test_the_unit_on_screen_is_the_models(classifier):
    app = click(open_app(text="Not a bad film at all."), 3, 17)
    layer = classifier.trace("Not a bad film at all.").layers[0]
    assert shown(app)["unit"]["unit"] == 17
    for name, values in layer.quantities.items():
        np.testing.assert_allclose(terms(shown(app))[name], values[:, 17], atol=1e-6)


def test_what_a_browser_claims_is_checked():
    app = open_app()
    for chosen in (
        {"step": 10**9},
        {"step": "1"},
        {"step": True},
        {"step": 1, "unit": 9999},
        {},
        [],
    ):
        state = {"id": shown(app)["id"], **chosen} if isinstance(chosen, dict) else chosen
        app.session_state["player"] = {"chosen": state}
        app.run()
        assert not app.exception


@pytest.mark.parametrize("page", PAGES)
def test_the_error_stands_on_the_page(page, classifier):
    app = open_app(page, text="Not a bad film at all.")
    error = classifier.trace("Not a bad film at all.").error
    marks = [re.search(r"exact to (\S+)\[|exact to (\d\S+)", text.value) for text in app.markdown]
    found = [float((mark[1] or mark[2]).rstrip("]")) for mark in marks if mark]
    assert found == [pytest.approx(error, rel=3)]  # rounding depends on the number of threads


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "<br />"])
def test_blank_text_gives_a_hint_and_the_last_picture_stays(page, blank):
    app = open_app(page, text="Not a bad film at all.")
    read(app, blank)
    assert "type at least one word" in app.warning[0].value
    assert app.session_state["selection"].text == "Not a bad film at all."
    read(app, "Fine.")
    assert not app.warning


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
    app = open_app(page, packed=link._packed(text))
    assert app.session_state["selection"].text == text.replace("\ud800", "\ufffd")
    if page == "read":
        data = shown(app)
        whole = "".join(gap + word for gap, word, _ in data["words"]) + data["tail"]
        assert whole == text.replace("\ud800", "\ufffd")


def test_unknown_words_are_marked():
    data = shown(open_app(text="a qwxzv film"))
    assert [known for _, _, known in data["words"]] == [True, False, True]


@pytest.mark.parametrize("page", PAGES)
def test_a_long_text_is_read_up_to_the_stated_limit(page):
    app = open_app(page)
    read(app, "good film . " * 500)
    assert len(app.session_state["selection"].text) == 6000
    if page == "read":
        data = shown(app)
        assert len(data["words"]) == session.LIMIT
        assert data["beyond"] == 1500 - session.LIMIT
    else:
        assert any(f"first {session.LIMIT:,} words" in text.value for text in app.info)


def test_a_text_too_long_for_a_link_says_so():
    noise = " ".join(np.random.default_rng(0).integers(0, 10**9, 4000).astype(str))
    app = read(open_app(), noise)
    assert any("too long for a link" in text.value for text in app.info)
    assert app.text_area(key="typed").value == noise


@pytest.mark.parametrize(
    ("parameters", "notice"),
    [
        ({"model": "nope"}, "no model “nope”"),
        ({"review": "nope"}, "no such review"),
        ({"packed": "nope"}, "damaged"),
        ({"text": "good film", "word": "7"}, "The text has 2 words; this is word 2."),
        ({"unit": "4000"}, "this is unit 127"),
        ({"word": "x"}, "no number"),
    ],
)
def test_a_link_that_cannot_be_kept_gives_the_nearest_view(parameters, notice):
    app = open_app(**parameters)
    assert any(notice in plain(info.value) for info in app.info)
    assert shown(app)["words"]
    app.run()
    assert not app.info


def test_nothing_in_a_link_is_rendered():
    app = open_app(model="![](http://x) **b** <i>")
    assert r"\!\[\]\(http\:\/\/x\) \*\*b\*\* \<i\>" in app.info[0].value


def test_a_word_of_underscores_is_no_markup_in_the_headline():
    app = open_app("gates", text="__x__")
    assert app.title[0].value.startswith(r"“\_\_x\_\_” opens")


def test_a_link_restores_word_and_unit():
    app = open_app(text="Not a bad film at all.", word="3", unit="5", model="imdb-lstm")
    assert shown(app)["step"] == 2
    assert shown(app)["unit"]["unit"] == 5
    assert app.text_area(key="typed").value == "Not a bad film at all."


def test_the_maps_are_the_models(classifier):
    app = open_app("gates", text="Not a bad film at all.")
    assert len(figure(app, "gate_maps")["data"]) == 6
    trace = classifier.trace("Not a bad film at all.")
    assert app.title[0].value.startswith("“")
    mean = trace.layers[0].input_gate.mean(1)
    assert f"{mean.max():.2f} on average" in plain(app.title[0].value)


def test_the_maps_follow_the_choices():
    app = open_app("gates", text="Not a bad film at all.")
    stored = figure(app, "gate_maps")["data"][0]["y"]
    app.segmented_control(key="order").set_value("stored").run()
    assert figure(app, "gate_maps")["data"][0]["y"] == [f"unit {k}" for k in range(128)] != stored
    app.segmented_control(key="drawn").set_value("Departure from usual").run()
    assert figure(app, "gate_maps")["data"][0]["zmin"] == -0.5
    app.pills(key="maps").set_value(["cell_state"]).run()
    assert len(figure(app, "gate_maps")["data"]) == 1
    app.pills(key="maps").set_value([]).run()
    assert len(figure(app, "gate_maps")["data"]) == 3
    assert not app.exception


def test_a_model_that_does_not_open_is_told(monkeypatch, tmp_path):
    session._opened.clear()
    monkeypatch.setattr("lstm_viz.model.packaged.folder", lambda: tmp_path)
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert "No model is called 'imdb-lstm'" in plain(app.error[0].value)
    session._opened.clear()


class Own(nn.Module):
    """A module as people have them: speaks only at the end of a text."""

    def __init__(self, kind, **options):
        super().__init__()
        torch.manual_seed(1)
        self.words = nn.Embedding(50, 6)
        self.memory = getattr(nn, kind)(6, 5, batch_first=True, **options)
        self.verdict = nn.Linear(5 * (1 + self.memory.bidirectional), 3)

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers))[0][:, -1])


@pytest.fixture
def own(request, monkeypatch):
    monkeypatch.setattr("lstm_viz.model.packaged._OFFERED", {})
    kind, options = request.param
    classifier = lstm_viz.wrap(
        Own(kind, **options),
        encode=lambda text: [len(word) for word in text.split()],
        labels=("bad", "so-so", "good"),
        name="my own",
    )
    lstm_viz.offer(classifier)
    return classifier


KINDS = [("LSTM", {"num_layers": 2}), ("GRU", {}), ("RNN", {}), ("GRU", {"bidirectional": True})]


@pytest.mark.parametrize("own", KINDS, ids=str, indirect=True)
def test_every_page_shows_a_model_of_ones_own(own):
    text = "Not a bad film at all, was it?"
    app = open_app(text=text, model="my own", unit="3")
    data, trace = shown(app), own.trace(text)
    assert [word for _, word, _ in data["words"]] == text.split()
    label = int(trace.probabilities[-1].argmax())
    np.testing.assert_allclose(
        data["course"]["probability"], trace.probabilities[:, label], atol=1e-6
    )
    for name, values in trace.top.quantities.items():
        np.testing.assert_allclose(terms(data)[name], values[:, 3], atol=1e-6)
    assert ("layer 2 of 2" in data["about"]) == (len(trace.layers) == 2 and trace.top.layer == 1)
    both = any(layer.direction == "backward" for layer in trace.layers)
    assert ("reads in two directions" in data["about"]) == both
    assert ("vote" in data["unit"]) == (trace.readout_weight is not None)
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
    assert len(figure(app, "gate_maps")["data"]) == len(trace.top.quantities)


@pytest.mark.parametrize("own", KINDS[1:2], ids=str, indirect=True)
def test_another_model_keeps_the_text_and_the_nearest_word(own):
    app = open_app(text="Not a bad film.", model="imdb-lstm", unit="77", word="5")
    app.selectbox(key="model").select(own.name).run()
    assert not app.exception
    assert shown(app)["step"] == 3  # its words end at white space: there are four


@pytest.mark.parametrize("own", KINDS[1:2], ids=str, indirect=True)
def test_another_model_keeps_the_text(own):
    app = open_app(text="Not a bad film.", model="imdb-lstm", unit="77", word="2")
    app.selectbox(key="model").select(own.name).run()
    assert not app.exception
    data = shown(app)
    assert data["kind"] == "GRU"
    assert data["unit"] is None
    assert data["step"] == 1
    assert data["label"] in own.labels
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception


def test_the_numbers_can_be_taken_home():
    trace = lstm_viz.load("imdb-lstm").trace("Fine.")
    app = open_app(text="Fine.")
    assert len(app.get("download_button")) == 1
    assert len(trace) == 2


@pytest.mark.parametrize("own", [("GRU", {})], ids=str, indirect=True)
def test_all_labels_of_many_are_shown(own):
    text = "Not a bad film at all, was it?"
    data, trace = shown(open_app(text=text, model="my own")), own.trace(text)
    final = trace.probabilities[-1]
    assert [band["label"] for band in data["bands"]] == [
        own.labels[label] for label in np.argsort(-final, kind="stable")
    ]
    for band in data["bands"]:
        of_label = trace.probabilities[:, own.labels.index(band["label"])]
        np.testing.assert_allclose(band["values"], of_label, atol=1e-6)
    assert shown(open_app(text=text, model="imdb-lstm"))["bands"] == []


@pytest.mark.parametrize("own", [("GRU", {})], ids=str, indirect=True)
def test_examples_fit_the_model_and_switching_keeps_the_text(own, monkeypatch):
    monkeypatch.setitem(packaged._OFFERED, "news-own", copied(own, "news-own"))
    app = open_app(text="Not a bad film.", model="my own", word="2")
    assert len(app.selectbox(key="example").options) == len(FILMS) + 1
    app.selectbox(key="model").set_value("news-own").run()
    assert not app.exception
    chosen = app.session_state["selection"]
    assert (chosen.model, chosen.text, chosen.step) == ("news-own", "Not a bad film.", 1)
    news = [one for one in gallery.reviews().values() if one.subject == "news"]
    assert len(app.selectbox(key="example").options) == len(news) + 1
    app.selectbox(key="example").set_value(news[0].name).run()
    assert app.session_state["selection"].text == news[0].text
    app.selectbox(key="model").set_value("my own").run()
    assert app.session_state["selection"].text == news[0].text
    assert app.selectbox(key="example").value == news[0].name


@pytest.fixture
def counted(monkeypatch):
    """The default model, and a function that makes it count the steps it reads."""
    monkeypatch.setattr("lstm_viz.model.packaged._OFFERED", {})
    steps = []

    def offer():
        classifier = lstm_viz.load(packaged.folder() / session.DEFAULT_MODEL)
        classifier.network.recurrent.register_forward_pre_hook(
            lambda _, given: steps.append(given[0].shape[1])
        )
        lstm_viz.offer(classifier)
        steps.clear()

    offer()
    return steps, offer


def test_only_the_words_typed_since_are_read(counted, classifier):
    steps, _ = counted
    app = open_app(text="Not a bad film at al")
    assert steps == [6]
    texts = ["Not a bad film at all", "Not a bad film at all , no", "Not a good film", "Not a"]
    for text in texts:
        data = shown(read(app, text))
        expected = classifier.trace(text)
        np.testing.assert_allclose(
            data["course"]["probability"], expected.probabilities[:, 1], atol=1e-6
        )
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
    assert steps == [6, 1, 2, 2]  # nothing for the last: it was read


def test_only_the_words_up_to_the_limit_are_read_again(counted):
    steps, _ = counted
    words = ["good", "film", "."] * 500
    app = open_app(packed=link._packed(" ".join(words)))
    read(app, " ".join([*words, "bad"]))
    assert steps == [session.LIMIT]
    words[session.LIMIT - 3] = "bad"
    read(app, " ".join(words))
    assert steps == [session.LIMIT, 3]
    assert len(shown(app)["words"]) == session.LIMIT


def test_another_model_of_that_name_reads_everything_itself(counted):
    steps, offer = counted
    app = open_app(text="Not a bad film")
    offer()
    read(app, "Not a bad film at all")
    assert steps == [6]


def copied(classifier, name):
    return Classifier(name, classifier.labels, classifier.reader, classifier.network)
