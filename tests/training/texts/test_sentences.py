"""Sentences that teach, and sentences that measure: whole, and not the same."""

import re
import tomllib
from importlib.resources import files

from lstm_viz.training import recipe_file
from lstm_viz.training.evaluation import handwritten_suite
from lstm_viz.training.texts import augmentation, templates

JUDGING = (
    "good", "bad", "mild_bad", "better", "worse", "best", "worst", "bored", "pleased",
)  # fmt: skip


def plain(text):
    return text.lower().rstrip(".!?")


def fives(text):
    words = re.findall(r"[\w']+", text.lower())
    return {tuple(words[k : k + 5]) for k in range(len(words) - 4)}


def test_sentences_are_made_whole():
    texts, targets = templates.generate(3_000, 1)
    again, _ = templates.generate(3_000, 1)
    assert texts == again
    assert not any(sign in text for text in texts for sign in "{}")
    assert 0.49 < (targets > 0.5).mean() < 0.51


def test_the_measured_sentences_are_not_among_the_generated():
    texts, _ = templates.generate(60_000, recipe_file.load("imdb-lstm").seed)
    assert not {plain(text) for text in texts} & {
        plain(text) for _, _, text in handwritten_suite.rows()
    }


def test_the_measured_sentences_share_no_judging_word_with_the_frames():
    raw = (files("lstm_viz.training") / "sentences.toml").read_text("utf-8")
    words = tomllib.loads(raw)["words"]
    taught = {word.lower() for name in JUDGING for word in words[name]}
    for _, _, text in handwritten_suite.rows():
        found = {word for word in taught if re.search(rf"\b{re.escape(word)}\b", text.lower())}
        assert not found, (text, found)


def test_as_many_of_each_verdict():
    kinds = {}
    for kind, label, _ in handwritten_suite.rows():
        kinds.setdefault(kind, []).append(label)
    assert len(kinds) == 7
    assert all(sum(labels) * 2 == len(labels) for labels in kinds.values())


def test_remarks_are_whole_and_as_many_of_each_verdict():
    found = augmentation.rows()
    assert len({plain(text) for _, text in found}) == len(found) > 2_000
    assert abs(sum(label for label, _ in found) / len(found) - 0.5) < 0.02
    assert all(text == text.strip() and text for _, text in found)


def test_remarks_share_no_five_words_and_no_judging_adjective_with_what_measures():
    raw = (files("lstm_viz.training.evaluation") / "checklist.toml").read_text("utf-8")
    words = tomllib.loads(raw)["words"]
    measuring = {word for name in ("good", "bad", "gripping", "dreary") for word in words[name]}
    runs = set().union(*(fives(text) for _, _, text in handwritten_suite.rows()))
    for _, text in augmentation.rows():
        assert not {word for word in measuring if re.search(rf"\b{word}\b", text.lower())}, text
        assert not fives(text) & runs, text
