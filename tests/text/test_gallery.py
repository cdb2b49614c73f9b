"""The gallery: enough reviews of every kind, each different."""

import pytest

from lstm_viz.text import gallery, spans


def test_the_gallery_holds_every_kind():
    reviews = gallery.fitting("imdb-lstm").values()
    assert len(reviews) >= 12
    assert {r.kind for r in reviews} >= {
        "short",
        "long",
        "negated",
        "turning",
        "sarcastic",
        "mixed",
    }


def test_texts_differ_and_can_be_read():
    reviews = gallery.reviews().values()
    assert len({r.text for r in reviews}) == len({r.title for r in reviews}) == len(reviews)
    assert all(spans(review.text) for review in reviews)
    assert all(name == review.name for name, review in gallery.reviews().items())


@pytest.mark.parametrize(
    ("model", "subject", "least"),
    [("imdb-gru", "film", 12), ("imdb-lstm-32", "film", 12), ("hotel-lstm", "hotel", 5),
     ("news-lstm", "news", 6)],
)  # fmt: skip
def test_a_model_is_offered_what_it_was_made_for(model, subject, least):
    fitting = gallery.fitting(model)
    assert len(fitting) >= least
    assert {review.subject for review in fitting.values()} == {subject}


def test_a_model_of_unknown_purpose_is_offered_everything():
    assert gallery.fitting("my own") == gallery.reviews()
    assert gallery.subject("my own") is None


def test_titles_of_news_are_about_different_topics():
    topics = [review.kind for review in gallery.fitting("news-lstm").values()]
    assert len(set(topics)) == len(topics)
