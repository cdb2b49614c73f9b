"""The gallery: enough reviews of every kind, each different."""

import pytest

from lstm_viz.text import chinese, gallery, spans


def test_the_gallery_holds_every_kind():
    reviews = [review for review in gallery.reviews().values() if review.subject == "film"]
    assert len(reviews) >= 12
    assert {r.kind for r in reviews} >= {
        "short",
        "long",
        "negated",
        "turning",
        "sarcastic",
        "mixed",
    }
    assert len({r.text for r in reviews}) == len({r.title for r in reviews}) == len(reviews)
    assert all(spans(review.text) for review in reviews)
    assert all(name == review.name for name, review in gallery.reviews().items())


@pytest.mark.parametrize(("model", "subject"), [("news-lstm", "news"), ("hotel-gru", "hotel")])
def test_there_are_texts_for_every_subject(model, subject):
    assert gallery.subject_of(model) == subject
    own = [review for review in gallery.reviews().values() if review.subject == subject]
    assert len(own) >= 5
    assert all(len(chinese.spans(review.text)) >= 5 for review in own)
    assert len({review.text for review in own}) == len(own)


@pytest.mark.parametrize("model", ["imdb-lstm", "newsreel", "my model", ""])
def test_all_other_models_read_of_films(model):
    assert gallery.subject_of(model) == "film"
