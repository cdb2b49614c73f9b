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
    names = [band["label"] for band in data["bands"]]
    assert names[:2] == [labels[1], labels[9]]
    assert names[-1] == "5 others"
    for band in data["bands"][:-1]:
        expected = trace.probabilities[:, labels.index(band["label"])]
        np.testing.assert_allclose(band["values"], expected, atol=1e-6)


def test_gates_show_ten_classes_too(offer):
    offer(tuple(WORDS))
    app = open_app("gates", text=ENGLISH)
    assert "opens the" in plain(app.title[0].value)


def test_a_model_opens_with_an_example_of_its_own_kind(offer):
    offer(tuple(WORDS))
    app = open_app()
    assert app.session_state["selection"].review.subject == "news"
    app.selectbox(key="model").select("imdb-lstm").run()
    assert app.session_state["selection"].review.subject == "news"  # the text stays
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
