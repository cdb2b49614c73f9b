"""Read with more than two classes: which lead, and which is followed."""

import numpy as np
import pytest

import lstm_viz
from tests.app.test_pages import PAGES, open_app, plain, shown
from tests.topics import CHINESE, WORDS, topics

ENGLISH = "A film star sells her villa, and two houses more"
TITLE = "影星新片上映前夕卖房 名下豪宅低于市场价成交"


@pytest.fixture
def offer(monkeypatch):
    """Offers a model of ten topics."""
    monkeypatch.setattr("lstm_viz.model.packaged._OFFERED", {})

    def one(labels):
        classifier = topics(labels)
        lstm_viz.offer(classifier)
        return classifier

    return one


@pytest.mark.parametrize(
    ("labels", "text"), [(tuple(WORDS), ENGLISH), (CHINESE, TITLE)], ids=["English", "Chinese"]
)
def test_the_course_of_every_leading_class_is_sent(offer, labels, text):
    trace = offer(labels).trace(text)
    data = shown(open_app(text=text))
    assert data["label"] == labels[1]  # realty
    classes = data["classes"]
    assert classes["labels"] == list(labels)
    assert [band["label"] for band in classes["bands"]] == [labels[1], labels[9]]
    assert classes["others"] == 8
    for band in classes["bands"]:
        expected = trace.probabilities[:, labels.index(band["label"])]
        np.testing.assert_allclose(band["values"], expected, atol=1e-6)
    for row, (first, share, second, following) in zip(
        trace.probabilities, classes["top"], strict=True
    ):
        assert first == row.argmax()
        assert second == np.delete(np.arange(10), first)[np.delete(row, first).argmax()]
        np.testing.assert_allclose([share, following], row[[first, second]], atol=1e-6)
    assert f"those for {labels[1]}, the likeliest at the end" in data["about"]


def test_two_classes_are_a_course_of_one():
    data = shown(open_app())
    assert data["classes"] is None
    assert (data["label"], data["opposite"]) == ("positive", "negative")


def test_gates_show_ten_classes_too(offer):
    offer(tuple(WORDS))
    app = open_app("gates", text=ENGLISH)
    assert "opens the" in plain(app.title[0].value)


def test_a_model_opens_with_an_example_of_its_own_kind(offer):
    offer(tuple(WORDS))
    app = open_app()
    assert app.session_state["selection"].review.subject == "news"
    assert all("·" in option for option in app.selectbox(key="example").options)
    app.selectbox(key="model").select("imdb-lstm").run()
    assert app.session_state["selection"].review.subject == "news"  # the text stays
    kinds = [option.split(" · ")[0] for option in app.selectbox(key="example").options]
    assert "The Velvet Siege" in kinds
    assert len(kinds) == 17  # films, and the text that is read
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
