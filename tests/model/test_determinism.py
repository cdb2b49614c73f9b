"""A wrapped module's numbers are those of the text alone, or it is refused by name."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import dropout

import lstm_viz
from lstm_viz.errors import EncodingError, WrapError
from tests.model.test_wrap import TEXT, Model, beginnings, encode


def wrapped(forward, **facts):
    """Return a classifier of a module with this forward and these attributes."""
    model = type("Own", (Model,), {"forward": forward})()
    for name, value in facts.items():
        setattr(model, name, value)
    return lstm_viz.wrap(model, encode=encode, labels=("bad", "good"))


def plain(self, numbers, state=None):
    return self.verdict(self.memory(self.words(numbers), state)[0][:, -1])


def stateful(self, numbers):
    hidden, self.state = self.memory(self.words(numbers), self.state)
    return self.verdict(hidden[:, -1])


def buffered(self, numbers):
    hidden, (last, _) = self.memory(self.words(numbers) + self.offset.mean())
    self.offset.copy_(last)
    return self.verdict(hidden[:, -1])


def counting(self, numbers):
    self.calls += 1
    return plain(self, numbers) * self.calls


def taken_from_the_first(self, numbers):
    words = self.words(numbers)
    self.state = words.mean((0, 1)) if self.state is None else self.state
    return self.verdict(self.memory(words - self.state)[0][:, -1])


def by_length(self, numbers):
    words = self.cache.setdefault(numbers.shape[1], self.words(numbers))
    return self.verdict(self.memory(words)[0][:, -1])


def random_states(self, numbers):
    return plain(self, numbers, (torch.randn(1, 1, 5), torch.zeros(1, 1, 5)))


def from_numpy(self, numbers):
    return plain(self, numbers) + float(np.random.rand())


def own_generator(self, numbers):
    return plain(self, numbers) + float(self.generator.random())


@pytest.mark.parametrize(
    ("forward", "facts", "where"),
    [
        (stateful, {"state": None}, "(in state)"),
        (buffered, {"offset": nn.Buffer(torch.zeros(1, 1, 5))}, "(in offset)"),
        (counting, {"calls": 0}, "(in calls)"),
        (taken_from_the_first, {"state": None}, "(in state)"),
        (by_length, {"cache": {}}, "(in cache)"),
    ],
)
def test_what_is_kept_from_one_call_to_the_next_is_refused(forward, facts, where):
    classifier = wrapped(forward, **facts)
    texts = (TEXT, "words of quite another length")  # only a later text tells of a cache
    with pytest.raises(WrapError, match="from one call to the next") as raised:
        [classifier.trace(text) for text in texts]
    assert where in str(raised.value)


@pytest.mark.parametrize(
    ("forward", "facts"),
    [
        (random_states, {}),
        (from_numpy, {}),
        (own_generator, {"generator": np.random.default_rng(1)}),
        (lambda self, numbers: dropout(plain(self, numbers), 0.5), {}),
    ],
    ids=["states", "numpy", "own generator", "dropout"],
)
def test_what_is_drawn_at_random_is_refused(forward, facts):
    classifier = wrapped(forward, **facts)
    for ask in (classifier.trace, lambda text: classifier.predict([text] * 9)):
        with pytest.raises(WrapError, match="it draws random numbers"):
            ask(TEXT)


def keeping_a_record(self, numbers):
    self.calls += 1
    said = plain(self, numbers)
    self.log.append(said)
    return said


def by_text(self, numbers):
    words = self.cache.setdefault(tuple(numbers[0].tolist()), self.words(numbers))
    return self.verdict(self.memory(words)[0][:, -1])


def seeded(self, numbers):
    torch.manual_seed(4)
    return plain(self, numbers, (torch.randn(1, 1, 5), torch.zeros(1, 1, 5)))


@pytest.mark.parametrize(
    ("forward", "facts"),
    [(keeping_a_record, {"calls": 0, "log": []}), (by_text, {"cache": {}}), (seeded, {})],
)
def test_what_changes_no_number_is_let_be(forward, facts):
    classifier = wrapped(forward, **facts)
    for text in (TEXT, "other words", TEXT):
        trace = classifier.trace(text)
        expected = beginnings(classifier.network, text).softmax(-1)
        np.testing.assert_allclose(trace.probabilities, expected, atol=1e-6)
        np.testing.assert_allclose(classifier.predict([text])[0], expected[-1], atol=1e-6)


def test_what_a_module_keeps_of_a_reading_can_be_learnt_with():
    def scaled(self, numbers):
        self.scale = torch.full((6,), 0.5) if self.scale is None else self.scale
        return self.verdict(self.memory(self.words(numbers) * self.scale)[0][:, -1])

    classifier = wrapped(scaled, scale=None)
    classifier.trace(TEXT)
    classifier.network.scale.requires_grad_()
    classifier.network(torch.tensor([encode(TEXT)])).sum().backward()
    assert classifier.network.scale.grad.any()


def packed(self, text, lengths):
    words = nn.utils.rnn.pack_padded_sequence(self.words(text), lengths, batch_first=True)
    return self.verdict(self.memory(words)[1][0][-1])


@pytest.mark.parametrize(
    "forward",
    [
        packed,
        lambda self, x_len, text: packed(self, text, x_len),
        lambda self, text, *, seq_lens: packed(self, text, seq_lens),
        lambda self, text, len_x: packed(self, text, len_x),
        lambda self, text, lengths_x: packed(self, text, lengths_x),
        lambda self, text, n_words: packed(self, text, n_words),
        lambda self, text, num_tokens: packed(self, text, num_tokens),
        lambda self, text, word_counts: packed(self, text, word_counts),
        lambda self, text, lengths=None: plain(self, text, lengths),
        torch.no_grad()(packed),
    ],
)
def test_lengths_are_given_where_they_are_needed(forward):
    trace = wrapped(forward).trace(TEXT)
    np.testing.assert_allclose(trace.logits, beginnings(Model()), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "forward"),
    [
        ("hidden", lambda self, text, hidden: plain(self, text, hidden)),
        ("offsets", lambda self, text, lengths, offsets: plain(self, text[offsets], lengths)),
        ("sizes", lambda self, text, sizes: packed(self, text, sizes)),
        ("length_penalty", lambda self, text, length_penalty: plain(self, text) * length_penalty),
        ("max_len", lambda self, text, *, max_len: plain(self, text[:max_len])),
    ],
)
def test_other_arguments_are_asked_for_at_once(name, forward):
    with pytest.raises(WrapError, match=f"also needs '{name}'.*small module"):
        wrapped(forward)


@pytest.mark.parametrize("says", ["end", "each"])
def test_a_module_that_reads_steps_first_is_told_so(says):
    model = Model(says=says)
    model.memory.batch_first = False
    classifier = lstm_viz.wrap(model, encode=encode, labels=("bad", "good"))
    for ask in (classifier.trace, lambda text: classifier.predict([text])):
        with pytest.raises(WrapError, match=r"'memory' has batch_first=False .*transpose\(0, 1\)"):
            ask(TEXT)


@pytest.mark.parametrize("number", [20, -1])
def test_a_number_outside_the_embedding_is_named(number):
    classifier = lstm_viz.wrap(Model(), encode=lambda _: [1, 2, number], labels=("bad", "good"))
    sentence = f"from 0 to 19, the rows of the embedding 'words', but {number} came at token 3"
    for ask in (classifier.trace, lambda text: classifier.predict([text])):
        with pytest.raises(EncodingError, match=sentence):
            ask("three words here")


def test_errors_of_the_users_own_stay_their_cause():
    with pytest.raises(WrapError, match="it raised ZeroDivisionError") as raised:
        wrapped(lambda self, numbers: plain(self, numbers) * (1 / 0)).trace(TEXT)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    classifier = lstm_viz.wrap(Model(), encode=lambda _: {}["word"], labels=("bad", "good"))
    with pytest.raises(EncodingError, match="it raised KeyError: 'word'") as raised:
        classifier.trace(TEXT)
    assert isinstance(raised.value.__cause__, KeyError)


def test_weights_that_hold_no_values_are_refused():
    classifier = lstm_viz.wrap(Model().to("meta"), encode=encode, labels=("bad", "good"))
    for ask in (classifier.trace, lambda text: classifier.predict([text])):
        with pytest.raises(WrapError, match=r"'words\.weight' is on the meta device"):
            ask(TEXT)


def test_features_that_are_no_numbers_are_named():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.memory, self.verdict = nn.GRU(1, 3, batch_first=True), nn.Linear(3, 2)

        def forward(self, features):
            return self.verdict(self.memory(features)[0][:, -1])

    values = np.array([[1.0], [np.nan]])
    classifier = lstm_viz.wrap(Plain(), encode=lambda _: values, labels=("bad", "good"))
    with pytest.raises(EncodingError, match="those of token 2 are infinite or no numbers"):
        classifier.trace("two words")
