"""The logits of a wrapped network as a function of its features: differentiable, or refused."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.errors import InputError, WrapError
from tests.model.test_features import agree, numerically
from tests.model.test_wrap import Model, encode

OWN_TEXT = "It is not a bad film"


def wrapped(module, **options):
    return lstm_viz.wrap(module, encode=encode, labels=("bad", "good"), **options)


@pytest.mark.parametrize("says", ["end", "each", "tuple", "flat", "pooled"])
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("both", [False, True])
def test_the_logits_of_anyones_features_are_those_of_the_trace(says, kind, both):
    classifier = wrapped(Model(kind, says, bidirectional=both))
    features = classifier.features(OWN_TEXT)
    agree(features, classifier.network.words.weight[encode(OWN_TEXT)].detach())
    agree(classifier.logits(features), classifier.trace(OWN_TEXT).logits)
    moved = features + 0.1
    with torch.no_grad():
        network = classifier.network
        hidden = [network.memory(moved[None, : k + 1])[0] for k in range(len(moved))]
        ends = [h.max(1).values if says == "pooled" else h[:, -1] for h in hidden]
        expected = network.verdict(torch.cat(ends))
    agree(classifier.logits(torch.stack([features, moved]))[1], expected)


@pytest.mark.parametrize(("says", "outputs"), [("end", "logits"), ("sure", "probabilities")])
def test_anyones_single_score_is_that_of_two_labels(says, outputs):
    classifier = wrapped(Model(says=says, scores=1), outputs=outputs)
    found = classifier.logits(classifier.features(OWN_TEXT))
    agree(found, classifier.trace(OWN_TEXT).logits)


@pytest.mark.parametrize("says", ["end", "pooled"])
def test_gradients_flow_through_anyones_network(says):
    classifier = wrapped(Model(says=says, bidirectional=True).double())
    features = classifier.features("a bad film").double().requires_grad_()
    logits = classifier.logits(features)
    assert logits.dtype == torch.float64
    found = torch.autograd.grad(logits[-1, 1], features)[0]
    expected = numerically(lambda f: classifier.logits(f)[-1, 1], features.detach())
    assert expected.abs().max() > 1e-3
    agree(found, expected, 1e-7)
    assert not classifier.network.words._forward_hooks


class Rows(nn.Module):
    """Reads rows of features itself."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(4)
        self.memory = nn.GRU(2, 5, batch_first=True)
        self.verdict = nn.Linear(5, 2)

    def forward(self, rows):
        return self.verdict(self.memory(rows)[0][:, -1])


def test_rows_of_features_are_the_features():
    def rows(text):
        return np.array([[len(word), 1.0] for word in text.split()])

    classifier = lstm_viz.wrap(Rows(), encode=rows, labels=("bad", "good"))
    features = classifier.features(OWN_TEXT)
    np.testing.assert_array_equal(features, rows(OWN_TEXT))
    agree(classifier.logits(features), classifier.trace(OWN_TEXT).logits)
    gradient = torch.autograd.grad(classifier.logits(features.requires_grad_())[2, 0], features)[0]
    assert gradient[:3].abs().min() > 0
    assert not gradient[3:].any()


class Counting(Rows):
    """Says something else each time."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, rows):
        self.calls += 1
        return super().forward(rows) * self.calls


def test_rows_of_a_network_that_is_not_steady_are_refused():
    classifier = lstm_viz.wrap(
        Counting(), encode=lambda text: np.ones((len(text.split()), 2)), labels=("bad", "good")
    )
    with pytest.raises(WrapError, match="from one call to the next"):
        classifier.features(OWN_TEXT)


class Masked(Model):
    """Uses the numbers for a mask too."""

    def forward(self, numbers):
        hidden, _ = self.memory(self.words(numbers))
        mask = (numbers > 3)[..., None]
        return self.verdict((hidden * mask).sum(1))


class Padded(Model):
    """Uses them to see where a text ends: no text holds a 0, but its stand-ins might."""

    def forward(self, numbers):
        lengths = (numbers != 0).sum(1)
        packed = nn.utils.rnn.pack_padded_sequence(self.words(numbers), lengths, batch_first=True)
        return self.verdict(self.memory(packed)[1][0][-1])


class Doubly(Model):
    """Looks everything up twice."""

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers) + self.words(numbers))[0][:, -1])


class TwoTables(Model):
    """Looks everything up in two tables."""

    def __init__(self):
        super().__init__()
        self.others = nn.Embedding(20, 6)

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers) + self.others(numbers))[0][:, -1])


class ByHand(Model):
    """Takes rows of the table itself."""

    def forward(self, numbers):
        return self.verdict(self.memory(self.words.weight[numbers])[0][:, -1])


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Masked, "off by .*: the numbers are used in another way too"),
        (Padded, "in their place it fails .Length of all samples"),
        (Doubly, "one embedding that is called once .*, but 2 calls"),
        (TwoTables, "one embedding that is called once .*, but 2 calls"),
        (ByHand, "one embedding that is called once .*, but 0 calls"),
    ],
)
def test_what_does_not_follow_from_features_alone_is_refused(model, sentence):
    classifier = wrapped(model())
    trace = classifier.trace(OWN_TEXT)
    with pytest.raises(WrapError, match=sentence) as raised:
        classifier.features(OWN_TEXT)
    assert "wrap a module that reads rows of features" in str(raised.value)
    np.testing.assert_array_equal(classifier.trace(OWN_TEXT).logits, trace.logits)
    with pytest.raises(InputError, match="to be called before"):
        classifier.logits(torch.zeros(4, 6))


class Placed(Model):
    """Adds where each word stands, looked up in a table of its own."""

    def __init__(self):
        super().__init__()
        self.places = nn.Embedding(30, 6)

    def forward(self, numbers):
        places = self.places(torch.arange(numbers.shape[1]))
        return self.verdict(self.memory(self.words(numbers) + places)[0][:, -1])


class Careless(Model):
    """Changes what it looked up in place."""

    def forward(self, numbers):
        words = self.words(numbers)
        words *= 2
        return self.verdict(self.memory(words)[0][:, -1])


@pytest.mark.parametrize("model", [Placed, Careless])
def test_what_else_is_done_with_the_features_does_not_matter(model):
    classifier = wrapped(model().requires_grad_(False))
    features = classifier.features(OWN_TEXT).requires_grad_()
    kept = features.detach().clone()
    logits = classifier.logits(features)
    agree(logits, classifier.trace(OWN_TEXT).logits)
    torch.autograd.grad(logits.sum(), features)
    np.testing.assert_array_equal(features.detach(), kept)


class Remembering(Model):
    """Keeps what it looked up for a text, which is right of texts."""

    def __init__(self):
        super().__init__()
        self.kept = {}

    def forward(self, numbers):
        words = self.kept.setdefault(tuple(numbers.flatten().tolist()), self.words(numbers))
        return self.verdict(self.memory(words)[0][:, -1])


def test_a_network_that_keeps_its_answers_keeps_none_for_stand_ins():
    classifier = wrapped(Remembering().requires_grad_(False))
    features = classifier.features(OWN_TEXT)
    agree(classifier.logits(features), classifier.trace(OWN_TEXT).logits)
    moved = features + 1
    assert (classifier.logits(moved) - classifier.logits(features)).abs().min() > 1e-4
    stand_ins = " ".join(["x" * 18] * 6)  # encoded as 19, the last row of the table
    assert encode(stand_ins) == [19] * 6
    expected = wrapped(Model()).trace(stand_ins).logits
    agree(torch.tensor(classifier.trace(stand_ins).logits), expected)


def test_the_parameters_stay_those_of_an_optimizer():
    model = Model()
    model.words.max_norm = 0.5  # a look-up changes the table
    classifier = wrapped(model)
    before = dict(model.named_parameters())
    features = classifier.features(OWN_TEXT)
    agree(classifier.logits(features), classifier.trace(OWN_TEXT).logits)
    assert all(before[name] is value for name, value in model.named_parameters())


def test_anyones_features_must_be_read_before_they_are_asked_about():
    classifier = wrapped(Model())
    features = torch.zeros(4, 6)
    with pytest.raises(InputError, match="features\\(text\\) to be called before"):
        classifier.logits(features)
    classifier.features(OWN_TEXT)
    assert classifier.logits(features).shape == (4, 2)
    with pytest.raises(InputError, match="float64 came"):
        classifier.logits(features.double())
    with pytest.raises(InputError, match=r"\(step, 6\)"):
        classifier.logits(torch.zeros(4, 5))


class Silent(Model):
    """Cuts the graph."""

    @torch.no_grad()
    def forward(self, numbers):
        return super().forward(numbers)


def test_a_network_that_no_gradient_flows_through_is_refused():
    classifier = wrapped(Silent())
    features = classifier.features(OWN_TEXT)
    agree(classifier.logits(features), classifier.trace(OWN_TEXT).logits)
    with pytest.raises(WrapError, match="scores that can be differentiated"):
        classifier.logits(features.requires_grad_())


def test_anyones_network_may_be_asked_by_many_at_once():
    classifier = wrapped(Model())
    features = classifier.features(OWN_TEXT)
    expected, trace = classifier.logits(features).detach(), classifier.trace(OWN_TEXT)

    def ask(number):
        if number % 2:
            agree(classifier.logits(features), expected)
        else:
            np.testing.assert_array_equal(classifier.trace(OWN_TEXT).logits, trace.logits)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(24)))
