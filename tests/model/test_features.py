"""The logits as a function of what is read: the trace's own, and differentiable."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.errors import BlankTextError, InputError
from tests.model.networks import SHAPES, TEXT, WORDS, names, ours

ROUNDING = 2e-5  # of float32, for values around 1
OWN_TEXT = "It is not a bad film"

texts = st.lists(st.sampled_from([*WORDS, "zzz"]), min_size=1, max_size=7).map(" ".join)


def agree(found, expected, atol=ROUNDING):
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=0, atol=atol)


def numerically(function, features, step=1e-6):
    """The gradient of a number by central differences."""
    gradient = torch.zeros_like(features)
    for place in np.ndindex(*features.shape):
        ends = []
        for sign in (1, -1):
            moved = features.clone()
            moved[place] += sign * step
            ends.append(float(function(moved).detach()))
        gradient[place] = (ends[0] - ends[1]) / (2 * step)
    return gradient


@given(st.sampled_from(SHAPES), texts, st.integers(0, 9))
@settings(max_examples=60)
def test_the_logits_of_the_features_are_those_of_the_trace(shape, text, seed):
    classifier = ours(**shape, seed=seed)
    features = classifier.features(text)
    trace = classifier.trace(text)
    assert features.dtype == torch.float32
    assert features.shape == (len(trace), 3)
    agree(classifier.logits(features), trace.logits)
    agree(classifier.logits(features.double()), trace.logits)


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_a_batch_is_read_row_by_row(shape):
    classifier = ours(**shape)
    rows = torch.randn(3, 5, 3, generator=torch.Generator().manual_seed(1))
    found = classifier.logits(rows)
    assert found.shape == (3, 5, 2)
    for row, expected in zip(rows, found, strict=True):
        agree(classifier.logits(row), expected)


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_gradients_are_those_that_central_differences_give(shape):
    classifier = ours(**shape)
    features = classifier.features("not the film").double().requires_grad_()
    logits = classifier.logits(features)
    assert logits.dtype == torch.float64
    for step in (0, 2):
        found = torch.autograd.grad(logits[step, 1], features, retain_graph=True)[0]
        expected = numerically(lambda f, k=step: classifier.logits(f)[k, 1], features.detach())
        assert expected.abs().max() > 1e-3
        # Central differences of double precision are right to some 1e-10.
        agree(found, expected, 1e-7)
        assert found[step + 1 :].abs().sum() == 0  # no row looks at what comes after it


def test_features_are_what_the_first_recurrent_layer_reads(classifier):
    text = "Not a bad film at all."
    numbers = classifier.text_encoder.encode(text)[1]
    expected = classifier.network.embedding.weight[torch.tensor(numbers)]
    np.testing.assert_array_equal(classifier.features(text), expected)
    agree(classifier.logits(classifier.features(text)), classifier.trace(text).logits)


def test_features_are_the_callers_own():
    classifier = ours()
    weight = classifier.network.embedding.weight.clone()
    with torch.inference_mode():
        features = classifier.features(TEXT)
    assert features.is_leaf
    assert not features.is_inference()
    assert not features.requires_grad
    classifier.logits(features.requires_grad_()).sum().backward()
    assert features.grad.abs().min() > 0
    with torch.no_grad():
        features.zero_()
    np.testing.assert_array_equal(classifier.network.embedding.weight, weight)


def test_nothing_is_added_up_in_the_weights_of_a_network_that_learns():
    classifier = ours(dense_size=5)
    classifier.network.requires_grad_()
    features = classifier.features(TEXT).requires_grad_()
    classifier.logits(features).sum().backward()
    assert features.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in classifier.network.parameters())


@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[2]], ids=names)
def test_gradients_while_forty_threads_read_other_texts(shape):
    classifier = ours(**shape)
    features = classifier.features(TEXT)

    def gradient():
        read = features.clone().requires_grad_()
        return torch.autograd.grad(classifier.logits(read)[-1, 1], read)[0]

    def keep_reading(number):
        text = " ".join(WORDS[(number * k) % len(WORDS)] for k in range(1, 9 + number % 5))
        expected, read = classifier.trace(text).logits, 0
        while not (stop.is_set() and read):
            np.testing.assert_allclose(
                classifier.trace(text).logits, expected, rtol=0, atol=ROUNDING
            )
            read += 1
        return read

    quiet, stop = gradient(), Event()
    with ThreadPoolExecutor(40) as pool:
        readers = [pool.submit(keep_reading, number) for number in range(40)]
        try:
            found = [gradient() for _ in range(10)]
        finally:
            stop.set()
        assert all(reader.result() > 0 for reader in readers)
    assert quiet.abs().max() > 1e-3
    for busy in found:
        agree(busy, quiet)


def test_gradients_of_a_packaged_model_while_others_read(classifier):
    text = "I wanted to love it, but the jokes are stale."
    features = classifier.features(text)

    def gradient(dtype=torch.float32):
        read = features.to(dtype, copy=True).requires_grad_()
        return torch.autograd.grad(classifier.logits(read)[-1, 1], read)[0]

    quiet, stop = gradient(), Event()

    def keep_reading(number):
        other = f"{'not ' * (number % 4)}a good film, number {number}"
        expected = classifier.trace(other).logits
        while not stop.is_set():
            np.testing.assert_allclose(classifier.trace(other).logits, expected, rtol=0, atol=1e-4)
        return True

    with ThreadPoolExecutor(40) as pool:
        readers = [pool.submit(keep_reading, number) for number in range(40)]
        try:
            found = [gradient() for _ in range(5)]
        finally:
            stop.set()
        assert all(reader.result() for reader in readers)
    size = float(quiet.abs().max())
    assert size > 1e-3
    for busy in found:
        agree(busy, quiet, 1e-4 * size)
    exact = gradient(torch.float64)
    agree(exact.float(), quiet, 1e-3 * size)
    place = np.unravel_index(int(quiet.abs().argmax()), quiet.shape)
    ends = []
    for sign in (1, -1):
        moved = features.double()
        moved[place] += sign * 1e-5
        ends.append(float(classifier.logits(moved)[-1, 1]))
    np.testing.assert_allclose(exact[place], (ends[0] - ends[1]) / 2e-5, rtol=1e-5)


def test_a_blank_text_has_no_features():
    with pytest.raises(BlankTextError):
        ours().features(" \n")


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        (torch.zeros(4, 5), r"shape \(step, 3\) or \(batch, step, 3\), but .* \(1, 4, 5\)"),
        (torch.zeros(0, 3), r"their shape is \(1, 0, 3\)"),
        (torch.zeros(4, 3, dtype=torch.float16), "float32 or float64, but float16 came"),
    ],
)
def test_other_features_are_refused(features, sentence):
    with pytest.raises(InputError, match=sentence):
        ours().logits(features)
