"""The gallery: enough reviews of every kind, each different."""

from lstm_viz.text import gallery, spans


def test_the_gallery_holds_every_kind():
    reviews = gallery.reviews().values()
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
