"""The packaged classifier: what it says, and that all ways of asking agree."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_viz
from lstm_viz.errors import BlankTextError, UnknownModelError
from tests.trace.oracle import run

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "imdb-lstm.json").read_text("utf-8"))


@pytest.mark.parametrize("text", GOLDEN)
def test_recorded_probabilities(classifier, text):
    trace = classifier.trace(text)
    np.testing.assert_allclose(trace.probabilities[:, 1], GOLDEN[text], atol=2e-4)


def test_gates_of_the_packaged_model_agree_with_the_oracle(classifier):
    text = "Not a bad film at all; I didn't yawn once."
    trace = classifier.trace(text)
    numbers = classifier.text_encoder.encode(text)[1]
    state = classifier.network.state_dict()
    features = state["embedding.weight"][torch.tensor([numbers])].double().numpy()
    expected = run(classifier.network.recurrent, features, [len(numbers)])[0]
    for name, values in expected.items():
        np.testing.assert_allclose(
            getattr(trace.layers[0], name), values[0], atol=2e-5, err_msg=name
        )
    weight, bias = state["readout.weight"].numpy(), state["readout.bias"].numpy()
    np.testing.assert_allclose(
        trace.logits, expected["hidden_state"][0] @ weight.T + bias, atol=1e-4
    )


def test_trace_is_what_the_contract_says(example):
    steps = len(example.tokens)
    assert example.labels == ("negative", "positive")
    assert example.probabilities.shape == example.logits.shape == (steps, 2)
    assert example.probabilities.dtype == example.layers[0].forget_gate.dtype == np.float32
    assert example.layers[0].cell_state.shape == (steps, 128)
    assert (example.layers[0].direction, example.layers[0].layer) == ("forward", 0)
    assert 0 <= example.error < 2e-5
    np.testing.assert_allclose(example.probabilities.sum(1), 1, atol=1e-6)
    with pytest.raises(ValueError, match="read-only"):
        example.layers[0].cell_state[0, 0] = 1


def test_exact_allows_rounding_and_nothing_more(example):
    assert example.exact
    assert not replace(example, error=1e-3).exact
    layer = example.layers[0]
    counted = {**layer.quantities, "cell_state": layer.cell_state + 100}
    assert replace(example, error=1e-3, layers=(replace(layer, quantities=counted),)).exact


words = st.sampled_from(["not", "bad", "good", "the", "film", "zzz", ",", "never", "boring", "🎬"])


@given(st.lists(st.lists(words, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=8))
@settings(max_examples=25)
def test_predict_is_the_last_row_of_trace(classifier, texts):
    together = classifier.predict(texts)
    alone = np.array([classifier.trace(text).probabilities[-1] for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_prefix_is_read_like_the_whole(classifier, example):
    for step in (0, 3, 9):
        prefix = example.text[: example.tokens[step].end]
        np.testing.assert_allclose(
            classifier.predict([prefix])[0], example.probabilities[step], atol=1e-5
        )


def test_many_threads_may_ask_at_once(classifier):
    texts = [f"{'not ' * (k % 3)}good film {k}" for k in range(12)]
    alone = [classifier.trace(text) for text in texts]
    found = [None] * len(texts)

    def ask(k):
        found[k] = classifier.trace(texts[k])

    threads = [Thread(target=ask, args=(k,)) for k in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ours, theirs in zip(found, alone, strict=True):
        assert ours.tokens == theirs.tokens
        np.testing.assert_allclose(
            ours.layers[0].cell_state, theirs.layers[0].cell_state, atol=1e-5
        )


@pytest.mark.parametrize("blank", ["", "  \n\t", "<br /><br />", "\u3000"])
def test_blank_text_is_refused(classifier, blank):
    for ask in (classifier.trace, lambda text: classifier.predict(["fine", text])):
        with pytest.raises(BlankTextError, match="at least one word"):
            ask(blank)
    assert issubclass(BlankTextError, ValueError)


def test_no_text_is_no_prediction(classifier):
    assert classifier.predict([]).shape == (0, 2)


@pytest.mark.parametrize(
    "text",
    ["qwxz vbnm", "<script>alert(1)</script>", "\ud800", "\x00\x1b[31m", "عالم שלום", "👍🏽"],
)
def test_hostile_text_is_read_literally(classifier, text):
    trace = classifier.trace(text)
    assert trace.text == text
    assert all(text[t.start : t.end] == t.text for t in trace.tokens)
    assert np.isfinite(trace.probabilities).all()


def test_only_unknown_words(classifier):
    trace = classifier.trace("qwxzv vbnmq")
    assert [token.known for token in trace.tokens] == [False, False]


def test_available_and_unknown():
    assert "imdb-lstm" in lstm_viz.available()
    with pytest.raises(UnknownModelError, match=r"'imdb-lst'.*Packaged models: .*'imdb-lstm'"):
        lstm_viz.load("imdb-lst")


OTHERS = """
import torch, lstm_viz
classifier, layer = lstm_viz.load("imdb-lstm"), torch.nn.LSTM(3, 4)
for wrong in (
    lambda: classifier.trace(None), lambda: classifier.trace(b"good"),
    lambda: classifier.predict("good"), lambda: classifier.predict([3]),
    lambda: lstm_viz.record(layer, force=3), lambda: lstm_viz.record(layer, force="forget_gate"),
    lambda: lstm_viz.Force([], 0.0), lambda: lstm_viz.Force("forget_gate", 0.0, module=["lstm"]),
):
    try:
        wrong()
    except lstm_viz.LstmVizError as error:
        print(error)
"""


def test_what_is_of_another_type_is_refused_by_name():
    # In a process of its own, since here annotations are checked before anything is called.
    done = subprocess.run(
        [sys.executable, "-c", OTHERS], capture_output=True, text=True, check=True
    )
    said = done.stdout.splitlines()
    assert len(said) == 8
    assert said[:3] == [
        "Expected a text, but a NoneType came.",
        "Expected a text, but a bytes came.",
        "Expected a list of texts, but a str came.",
    ]
