"""Read with more than two classes: which lead, and which is followed."""

import numpy as np
import pytest

import lstm_viz
from tests.app.driver import PAGES, ask, assert_sent, open_app, plain, selection, shown
from tests.topics import CHINESE, WORDS, topics

ENGLISH = "A film star sells her villa, and two houses more"
TITLE = "影星新片上映前夕卖房 名下豪宅低于市场价成交"


@pytest.fixture
def register(monkeypatch):
    """Offers a model of ten topics."""
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})

    def one(labels):
        classifier = topics(labels)
        lstm_viz.register(classifier)
        return classifier

    return one


@pytest.mark.parametrize(
    ("labels", "text"), [(tuple(WORDS), ENGLISH), (CHINESE, TITLE)], ids=["English", "Chinese"]
)
def test_the_course_of_every_leading_class_is_sent(register, labels, text):
    trace = register(labels).trace(text)
    sent = shown(open_app(text=text))
    assert_sent(sent, trace)
    assert sent["label"] == 1  # realty
    bands = sent["bands"]
    assert [band["label"] for band in bands[:2]] == [labels[1], labels[9]]
    assert [band["rest"] for band in bands] == [False] * 5 + [True]
    assert bands[-1]["label"] == "5 others"
    for band in bands[:-1]:
        assert [labels[label] for label in band["labels"]] == [band["label"]]
    held = [label for band in bands for label in band["labels"]]
    assert sorted(held) == list(range(10))  # so that all bands together are everything
    last = trace.probabilities[-1, held[:5]]
    assert (np.diff(last) <= 1e-6).all()  # of those that nothing speaks for, rounding decides


def test_votes_of_ten_classes_are_each_against_the_others(register):
    register(tuple(WORDS))
    sent = shown(open_app(text=ENGLISH))
    # By hand: a unit speaks with weight 6 for its own class, and against each of nine others.
    expected = np.where(np.eye(10) > 0, 6, -6 / 9)
    np.testing.assert_allclose(sent.arrays["weight"], expected, atol=1e-6)
    np.testing.assert_allclose(sent["bias"], 0, atol=1e-9)
    np.testing.assert_allclose(sent["prior"], 0.1, atol=1e-9)
    assert sent["orders"]["weight"][0] == 1


def test_labels_are_shown_on_one_line(register):
    labels = ("a\nb", " c\t", "\ud800", "<i>", *(f"class {number}" for number in range(6)))
    register(labels)
    sent = shown(open_app(text=ENGLISH))
    assert sent["labels"][:4] == ["a b", "c", "\ufffd", "<i>"]


def test_gates_show_ten_classes_too(register):
    register(tuple(WORDS))
    app = open_app("gates", text=ENGLISH)
    assert "opens the" in plain(app.title[0].value)


def test_a_model_opens_with_an_example_of_its_own_kind(register):
    register(tuple(WORDS))
    app = open_app()
    assert selection(app).review.subject == "news"
    ask(app, model="imdb-lstm")
    assert selection(app).review.subject == "news"  # the text stays
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
