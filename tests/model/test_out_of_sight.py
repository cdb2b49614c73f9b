"""What a wrapped module keeps anywhere is seen; what it merely has is left alone."""

import collections
import functools
import shelve
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.errors import WrapError
from lstm_viz.model.safe_copy import Copier, is_unchanged
from tests.model.test_determinism import plain, wrapped
from tests.model.test_wrap import TEXT, Model, beginnings, encode

OTHER = "words of quite another length"
SEEN = {}


class Memory:
    __slots__ = ("mean",)

    def __init__(self):
        self.mean = None


def object_of_a_class(self, mean):
    self.kept.mean = mean if self.kept.mean is None else self.kept.mean
    return self.kept.mean


def nested(self, mean):
    return self.kept["inner"][0].setdefault("mean", mean)


def array(self, mean):
    if not self.kept.any():
        self.kept[:] = mean.numpy()
    return torch.tensor(self.kept)


def parameter(self, mean):
    if not self.kept.any():
        self.kept.data.copy_(mean)
    return self.kept


def of_the_class(self, mean):
    kind = type(self)
    kind.kept_there = mean if kind.kept_there is None else kind.kept_there
    return kind.kept_there


def default(_, mean, kept=[]):  # noqa: B006
    kept.append(mean)
    return kept[0]


def of_the_file(_, mean):
    return SEEN.setdefault("mean", mean)


def enclosed():
    kept = []

    def given(_, mean):
        kept.append(mean)
        return kept[0]

    return given


@pytest.mark.parametrize(
    ("given", "kept", "where"),
    [
        (object_of_a_class, SimpleNamespace(mean=None), "(in kept)"),
        (object_of_a_class, Memory(), "(in kept)"),
        (nested, {"inner": [{}]}, "(in kept)"),
        (array, np.zeros(6, "f4"), "(in kept)"),
        (parameter, nn.Parameter(torch.zeros(6)), "(in kept)"),
        (of_the_class, None, "(in Own.kept_there)"),
        (default, None, "(in default.__defaults__)"),
        (of_the_file, None, "(in SEEN)"),
        (enclosed(), None, "(in kept)"),
    ],
)
@pytest.mark.parametrize("way", ["trace", "predict"])
def test_what_is_taken_from_the_first_text_is_found_wherever_it_is_kept(given, kept, where, way):
    SEEN.clear()
    default.__defaults__[0].clear()
    for cell in given.__closure__ or ():
        cell.cell_contents.clear()

    def forward(self, numbers):
        words = self.words(numbers)
        mean = given(self, words.mean((0, 1)).detach())
        return self.verdict(self.memory(words - mean)[0][:, -1])

    # A copy: each of the two ways begins with what was never used.
    classifier = wrapped(forward, kept=Copier().copy(kept))
    type(classifier.network).kept_there = None
    ask = classifier.trace if way == "trace" else lambda text: classifier.predict([text])
    with pytest.raises(WrapError, match="from one call to the next") as raised:
        [ask(text) for text in (TEXT, OTHER)]
    assert where in str(raised.value)


def counted(self, numbers):
    self.kept.calls += 1
    self.kept.log.append(numbers)
    self.clamped.data.clamp_(-1, 1)
    return plain(self, numbers) + self.clamped[0]


def test_what_is_kept_out_of_sight_and_changes_no_number_is_let_be():
    memory = SimpleNamespace(calls=0, log=[])
    classifier = wrapped(counted, kept=memory, clamped=nn.Parameter(torch.tensor([0.5, 3.0])))
    for text in (TEXT, OTHER, TEXT):
        expected = beginnings(classifier.network, text).softmax(-1)
        np.testing.assert_allclose(classifier.trace(text).probabilities, expected, atol=1e-6)
    assert classifier.network.kept is memory
    assert memory.calls == len(memory.log) > 0


class Config(collections.UserDict):
    def values(self):
        raise KeyError("missing mandatory value")


class Open(collections.UserDict):
    def __copy__(self):
        raise TypeError("cannot be copied")


class Owned:
    """Ends what it has when it goes."""

    def __init__(self):
        self.ended = []

    def __del__(self):
        self.ended.append(True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.eye(3).to_sparse(),
        lambda: torch.eye(3).to_sparse_csr(),
        lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
        lambda: Config(a=1),
        lambda: Open(a=1),
        lambda: np.array([object(), None]),
        lambda: collections.defaultdict(list, a=[1]),
    ],
    ids=["sparse", "rows", "nested", "config", "open", "objects", "default"],
)
@pytest.mark.filterwarnings("ignore")  # PyTorch calls two of these young
def test_what_a_module_has_need_not_be_copied_or_compared(make):
    value = make()
    classifier = wrapped(plain, value=value)
    expected = beginnings(classifier.network).softmax(-1)
    np.testing.assert_allclose(classifier.trace(TEXT).probabilities, expected, atol=1e-6)
    assert classifier.network.value is value


def test_buffers_need_not_be_compared():
    model = Model()
    model.register_buffer("adjacent", torch.eye(3).to_sparse())
    classifier = lstm_viz.wrap(model, encode=encode, labels=("bad", "good"))
    np.testing.assert_allclose(classifier.trace(TEXT).logits, beginnings(model), atol=1e-5)


def test_what_a_module_has_open_stays_open(tmp_path):
    owned = Owned()
    with shelve.open(str(tmp_path / "notes")) as notes:
        notes["a"] = 1
        classifier = wrapped(plain, notes=notes, inner=[{"owned": owned}])
        classifier.trace(TEXT)
        classifier.predict([TEXT, OTHER])
        assert notes["a"] == 1
    assert not owned.ended


def test_train_need_not_return_the_module():
    def train(self, mode=True):
        super(type(self), self).train(mode)

    module = type("Own", (Model,), {"train": train})()
    trace = lstm_viz.wrap(module, encode=encode, labels=("bad", "good")).trace(TEXT)
    np.testing.assert_allclose(trace.logits, beginnings(module), atol=1e-5)


@functools.cache
def ramp(steps):
    return torch.linspace(0.5, 1, steps)[None, :, None]


def cached_in_the_file(self, numbers):
    return self.verdict(self.memory(self.words(numbers) * ramp(numbers.shape[1]))[0][:, -1])


def cached_in_itself(self, numbers):
    steps = numbers.shape[1]
    if steps not in self.kept:
        self.kept[steps] = torch.linspace(0.5, 1, steps)[None, :, None]
    return self.verdict(self.memory(self.words(numbers) * self.kept[steps])[0][:, -1])


@pytest.mark.parametrize("forward", [cached_in_the_file, cached_in_itself])
def test_a_module_can_learn_with_what_it_cached_while_it_was_read(forward):
    ramp.cache_clear()
    module = type("Own", (Model,), {"forward": forward})()
    module.kept = {}
    module(torch.tensor([encode(TEXT)]))  # so that it is full for the text, not its beginnings
    lstm_viz.wrap(module, encode=encode, labels=("bad", "good")).trace(TEXT)
    module.train()(torch.tensor([encode(TEXT)[:3]])).sum().backward()
    assert module.words.weight.grad.any()


def test_copies_share_what_their_values_shared():
    inner = {"a": np.arange(3)}
    value = SimpleNamespace(one=inner, many=[inner, inner], call=inner.get)
    value.itself = value
    copied = Copier().copy(value)
    assert is_unchanged(copied, value)
    assert copied.one is copied.many[0] is copied.many[1] is not inner
    assert copied.itself is copied
    inner["a"][1] = 7
    assert not is_unchanged(copied, value)
    np.testing.assert_array_equal(copied.one["a"], [0, 1, 2])
