"""The suite generated from templates: what it expects, and that none of it is trained on."""

import re
import tomllib
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest

from lstm_viz.model import Classifier
from lstm_viz.text import spans
from lstm_viz.training.evaluation.checklist import CASES, cases, is_as_expected, measure

ENDS = ".!? "
ADJECTIVES = ("good", "bad", "mild_bad", "better", "worse", "best", "worst", "bored", "pleased")
SUITE_ADJECTIVES = ("good", "bad", "gripping", "dreary")


def read(name):
    return tomllib.loads((files("lstm_viz.training") / name).read_text("utf-8"))


TRAINED, SUITE = read("sentences.toml"), read("evaluation/checklist.toml")
FRAMES = [
    frame
    for verdict in ("positive", "negative")
    for kind in TRAINED[verdict].values()
    for frame in kind
]
TEMPLATES = [
    text
    for capability in SUITE["capabilities"]
    for key, templates in capability.items()
    if key != "name"
    for template in templates
    for text in ([template] if isinstance(template, str) else template)
    if re.sub(r"\{\w+\}", "", text).strip(" .")  # some are whole sentences joined
] + SUITE["words"]["said"]


def skeleton(template):
    return re.sub(r"\{\w+\}", "{}", template).lower().rstrip(".!?{}").strip()


def pattern(frame):
    """Everything a training frame can say, an adjective written as @."""

    def words(slot):
        if slot[1] in ADJECTIVES:
            return "@"
        return f"(?:{'|'.join(map(pattern, TRAINED['words'][slot[1]]))})"

    parts = re.split(r"(\{\w+\})", frame)
    return "".join(
        re.sub(r"\{(\w+)\}", words, part) if part.startswith("{") else re.escape(part)
        for part in parts
    )


def without_adjectives(text):
    used = [word for name in SUITE_ADJECTIVES for word in SUITE["words"][name]]
    text = re.sub(rf"\b(?:{'|'.join(used)})\b", "@", text.lower())
    return re.sub(r"\ban @", "a @", text).rstrip(ENDS)


def test_no_adjective_is_trained_on():
    taught = {
        word
        for name in ADJECTIVES
        for phrase in TRAINED["words"][name]
        for word in (phrase, *phrase.split())
    }
    used = {word for name in SUITE_ADJECTIVES for word in SUITE["words"][name]}
    assert not taught & used
    written = re.sub(r"\{\w+\}", "", " ".join([*TEMPLATES, *SUITE["words"]["fact"]]))
    words = set(re.findall(r"[a-z]+", written.lower()))
    assert taught & words <= {"more", "most", "made"}  # of "more moving" and "well made"


def test_no_template_is_trained_on():
    assert not {skeleton(frame) for frame in FRAMES} & {skeleton(text) for text in TEMPLATES}


def test_no_case_could_be_trained_on_with_other_words():
    frames = [re.compile(pattern(frame.removesuffix("{end}").rstrip(ENDS))) for frame in FRAMES]
    said = {without_adjectives(text) for case in cases() for text in case.texts}
    assert [text for text in said if any(frame.fullmatch(text) for frame in frames)] == []


def test_the_cases_are_as_many_of_each_and_the_same_again():
    suite = cases()
    assert suite == cases(0)
    assert suite != cases(1)
    assert len(set(suite)) == len(suite)
    counts = Counter(case.capability for case in suite)
    assert set(counts.values()) == {CASES}
    assert list(counts) == [capability["name"] for capability in SUITE["capabilities"]]
    for name in counts:
        of_each = Counter(case.expected for case in suite if case.capability == name).values()
        assert max(of_each) - min(of_each) <= 1


def test_the_sentences_are_whole():
    for case in cases():
        assert len(case.texts) == (1 if case.expected in ("positive", "negative") else 2)
        assert len(set(case.texts)) == len(case.texts)
        for text in case.texts:
            assert not re.search(r"[{}\n]|  |\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", text), text
            assert text[0].isupper()
            assert text[-1] in ".!?"


def test_a_word_is_said_once_in_a_case():
    adjectives = {word for name in SUITE_ADJECTIVES for word in SUITE["words"][name]}
    for case in cases():
        for text in case.texts:
            said = [word for word in re.findall(r"\w+", text.lower()) if word in adjectives]
            assert len(set(said)) == len(said), text


def test_the_packaged_model_knows_the_words(classifier):
    known = classifier.text_encoder
    for name in (*SUITE_ADJECTIVES, "kind", "kinds", "craft", "totally"):
        for phrase in SUITE["words"][name]:
            for start, end in spans(phrase):
                assert phrase[start:end] in known, phrase


@pytest.mark.parametrize(
    ("expected", "positive", "right"),
    [
        ("positive", [0.6], True), ("positive", [0.4], False), ("negative", [0.4], True),
        ("negative", [0.6], False), ("same", [0.8, 0.88], True), ("same", [0.8, 0.95], False),
        ("same", [0.8, 0.65], False), ("same", [0.52, 0.48], False),
        ("not_higher", [0.5, 0.1], True), ("not_higher", [0.5, 0.55], True),
        ("not_higher", [0.5, 0.7], False), ("not_lower", [0.5, 0.9], True),
        ("not_lower", [0.5, 0.45], True), ("not_lower", [0.5, 0.3], False),
    ],
)  # fmt: skip
def test_what_is_expected_by_hand(expected, positive, right):
    assert is_as_expected(expected, positive) is right


class Knowing(Classifier):
    """A classifier without a network: says of each text what it was told."""

    def __init__(self, labels, told):
        self.labels, self.told = labels, told

    def predict(self, texts):
        positive = np.array([self.told[text] for text in texts], np.float32)
        columns = {"positive": positive, "negative": 1 - positive}
        return np.stack([columns[label] for label in self.labels], axis=1)


def told(positive, negative):
    """Say of a sentence its verdict, and of the texts of a pair the same."""
    verdicts = {"positive": positive, "negative": negative}
    suite = cases()
    known = {case.texts[0]: verdicts[case.expected] for case in suite if len(case.texts) == 1}
    for case in suite:
        chance = next((known[text] for text in case.texts if text in known), 0.6)
        known.update(dict.fromkeys(case.texts, chance))
    return known


@pytest.mark.parametrize("labels", [("negative", "positive"), ("positive", "negative")])
def test_who_knows_the_labels_is_right_and_the_contrary_wrong(labels):
    for found in measure(Knowing(labels, told(0.9, 0.1))):
        assert (found.suite, found.number, found.right) == ("generated from templates", CASES, 1)
        assert found.wrong == ()
    of_verdict = {case.capability for case in cases() if len(case.texts) == 1}
    for found in measure(Knowing(labels, told(0.1, 0.9))):
        assert found.right == (0 if found.name in of_verdict else 1)
        assert len(found.wrong) == (3 if found.name in of_verdict else 0)


def test_pairs_are_shown_as_pairs():
    suite = cases()
    jumping = {text: len(text) % 2 for case in suite for text in case.texts}
    for found in measure(Knowing(("negative", "positive"), jumping)):
        own = [case for case in suite if case.capability == found.name]
        assert all(wrong in {" -> ".join(case.texts) for case in own} for wrong in found.wrong)
        right = [is_as_expected(c.expected, [float(jumping[t]) for t in c.texts]) for c in own]
        assert found.right == pytest.approx(np.mean(right))


def test_the_packaged_model_is_measured_fast_and_on_everything(classifier):
    found = measure(classifier)
    assert [one.name for one in found] == list(dict.fromkeys(c.capability for c in cases()))
    plain = next(one for one in found if one.name == "plain vocabulary")
    assert plain.right > 0.9
