"""A text is cut into tokens once, however often it is asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import lstm_viz
from lstm_viz.errors import BlankTextError
from lstm_viz.text import Vocabulary
from tests.model.networks import TEXT, WORDS, ours
from tests.model.test_wrap import Model


@pytest.fixture
def cuts(monkeypatch):
    """How often any vocabulary cuts a text."""
    cut, real = [], Vocabulary.encode
    monkeypatch.setattr(
        Vocabulary, "encode", lambda self, text: cut.append(text) or real(self, text)
    )
    return cut


def test_what_a_page_asks_costs_one_tokenisation(cuts):
    classifier = ours()
    assert len(classifier.tokenize(TEXT)) == 8
    trace = classifier.trace(TEXT)
    classifier.predict([TEXT])
    classifier.features(TEXT)
    assert cuts == [TEXT]
    assert trace.tokens == classifier.tokenize(TEXT).tokens


def test_the_last_texts_are_kept_and_no_more(cuts):
    classifier = ours()
    texts = [f"the film {word}" for word in WORDS]
    for text in [*texts, *texts]:
        classifier.tokenize(text)
    assert cuts == texts
    classifier.tokenize("another one")
    classifier.tokenize(texts[0])
    assert cuts == [*texts, "another one", texts[0]]


def test_a_very_long_text_is_not_kept(cuts):
    classifier = ours()
    text = "film " * 30_000
    for _ in range(2):
        assert len(classifier.tokenize(text)) == 30_000
    assert len(cuts) == 2


def test_what_is_kept_is_of_the_very_text():
    classifier = ours()
    for text in ("good film", "GOOD film", "good  film", "good\ud800film", "good film"):
        encoded = classifier.tokenize(text)
        tokens, numbers = classifier.text_encoder.encode(text)
        assert (encoded.text, encoded.tokens, list(encoded.numbers)) == (text, tokens, numbers)


def test_many_threads_may_ask():
    classifier = ours()
    texts = [f"not {'good ' * (k % 12)}film" for k in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(classifier.tokenize, texts))
    assert [len(encoded) for encoded in found] == [2 + k % 12 for k in range(200)]


def test_a_blank_text_has_no_tokens():
    classifier = ours()
    for blank in ("", " \n\t", "<br />"):
        assert len(classifier.tokenize(blank)) == 0
        with pytest.raises(BlankTextError):
            classifier.trace(blank)


def test_what_a_reader_of_ones_own_returns_is_not_kept():
    numbers = iter(range(1, 20))
    classifier = lstm_viz.wrap(
        Model(),
        encode=lambda text: [next(numbers) for _ in text.split()],
        labels=("bad", "good"),
    )
    assert list(classifier.tokenize("two words").numbers) == [1, 2]
    assert list(classifier.tokenize("two words").numbers) == [3, 4]
