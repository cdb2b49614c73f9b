"""A model that knows too few of the words gives no verdict; what was typed is never lost."""

import pytest

from lstm_viz.analyses.known_words import is_readable, known_words
from lstm_viz.text import gallery
from tests.app.driver import PAGES, ask, field, open_app, plain, read, selection, shown

TEXT = "I wanted to love it, but the jokes are stale."
CHINESE = "房间很旧，但是服务非常热情。"


def subject(app):
    return selection(app).review.subject


@pytest.mark.parametrize(
    ("text", "count", "can"),
    [
        ("film qw xz", (1, 3), True), ("film qw xz vb", (1, 4), False),
        ("qwxzv , . !", (0, 1), False),
        ("qw film, xz.", (1, 3), True), ("! ?", (2, 2), True), ("Fine", (1, 1), True),
    ],
)  # fmt: skip
def test_a_third_of_the_words_must_be_known(classifier, text, count, can):
    trace = classifier.trace(text)
    assert (known_words(trace), is_readable(trace)) == (count, can)


@pytest.mark.parametrize("model", ["hotel-lstm", "news-lstm"])
def test_a_model_of_another_language_opens_an_example_of_its_own(model):
    app = ask(open_app(), model=model)
    assert selection(app).model == model
    assert subject(app) == gallery.subject_of(model)
    assert shown(app)["readable"]
    assert f"{model} knows" in plain(app.info[0].value)
    ask(app, model="imdb-lstm")
    assert subject(app) == "film"


def test_what_was_typed_comes_back():
    app = ask(read(open_app(), TEXT), model="hotel-lstm")
    assert selection(app).text != TEXT
    assert shown(app)["menus"]["examples"][-1] == ["", "Your own text"]
    ask(app, example="")
    assert (selection(app).model, selection(app).text) == ("hotel-lstm", TEXT)
    assert not shown(app)["readable"]
    ask(app, example="velvet-siege")
    ask(app, model="hotel-lstm")
    ask(app, model="imdb-gru")
    assert selection(app).text in (TEXT, gallery.reviews()["velvet-siege"].text)
    ask(app, example="")
    assert selection(app).text == TEXT


def test_another_model_of_the_same_language_keeps_the_text():
    for text in (TEXT, "qwxzv vbnmq", "Fine."):
        app = ask(read(open_app(), text), model="imdb-gru")
        assert selection(app).text == text
        assert not app.info


@pytest.mark.parametrize(
    ("model", "text", "can"),
    [("hotel-lstm", TEXT, False), ("imdb-lstm", CHINESE, False), ("hotel-lstm", CHINESE, True),
     ("imdb-lstm", TEXT, True), ("imdb-lstm", "qwxzv vbnmq", False)],
)  # fmt: skip
def test_a_link_to_such_a_pair_says_so(model, text, can):
    app = open_app(model=model, text=text)
    assert (selection(app).model, selection(app).text) == (model, text)
    assert shown(app)["readable"] == can
    app.switch_page(PAGES["gates"]).run()
    assert [f"{model} knows" in plain(one.value) for one in app.warning] == [True] * (not can)


def test_the_other_pages_do_the_same():
    app = field(open_app("gates"), TEXT)
    app.selectbox(key="model").set_value("news-lstm").run()
    assert not app.exception
    assert selection(app).review.subject == "news"
    assert app.text_area(key="typed").value == selection(app).text
    app.selectbox(key="example").set_value("Your own text").run()
    assert selection(app).text == TEXT
    app.selectbox(key="model").set_value("imdb-lstm").run()
    assert selection(app).text == TEXT
