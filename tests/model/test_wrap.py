"""Anyone's module as a classifier: its predictions are its own, word by word."""

from threading import Thread

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import (
    BlankTextError,
    ForceError,
    ModelFileError,
    NoRecurrentModuleError,
    UnknownQuantityError,
    UnsupportedModuleError,
    WrapError,
)

TEXT = "It is not a bad film at all"


def encode(text):
    return [1 + len(word) for word in text.split()]


class Model(nn.Module):
    """Embedding, a recurrent layer, and a way to speak."""

    def __init__(self, kind="LSTM", says="end", scores=2, **options):
        super().__init__()
        torch.manual_seed(3)
        self.says = says
        self.words = nn.Embedding(20, 6)
        self.memory = getattr(nn, kind)(6, 5, batch_first=True, **options)
        self.verdict = nn.Linear(5 * (1 + self.memory.bidirectional), scores)

    def forward(self, numbers):
        hidden, _ = self.memory(self.words(numbers))
        if self.says == "pooled":
            hidden = hidden.max(1).values
        elif self.says != "each":
            hidden = hidden[:, -1]
        scores = self.verdict(hidden)
        return {"tuple": (scores, hidden), "flat": scores[0], "sure": scores.sigmoid()}.get(
            self.says, scores
        )


def wrapped(*, labels=("bad", "good"), outputs="logits", **options):
    return lstm_viz.wrap(Model(**options), encode=encode, labels=labels, outputs=outputs)


def beginnings(model, text=TEXT):
    """Return what a module says of each beginning of a text, asked in the plainest way."""
    numbers = torch.tensor([encode(text)])
    with torch.no_grad():
        said = [model(numbers[:, : k + 1]) for k in range(numbers.shape[1])]
    said = [scores[0] if isinstance(scores, tuple) else scores for scores in said]
    return torch.stack([scores.reshape(-1, scores.shape[-1])[-1] for scores in said])


@pytest.mark.parametrize("says", ["end", "each", "tuple", "flat", "pooled"])
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("both", [False, True])
def test_the_prediction_half_way_is_that_of_the_text_so_far(says, kind, both):
    classifier = wrapped(kind=kind, says=says, bidirectional=both)
    trace = classifier.trace(TEXT)
    expected = beginnings(classifier.network)
    np.testing.assert_allclose(trace.logits, expected, atol=1e-5)
    np.testing.assert_allclose(trace.probabilities, expected.softmax(-1), atol=1e-6)
    np.testing.assert_allclose(classifier.predict([TEXT])[0], trace.probabilities[-1], atol=1e-6)
    assert trace.exact
    assert [token.text for token in trace.tokens] == TEXT.split()
    votes = trace.readout_weight is not None
    assert votes == (says != "pooled" and not both)
    if votes:
        again = trace.top.hidden_state @ trace.readout_weight.T + trace.readout_bias
        np.testing.assert_allclose(again, trace.logits, atol=1e-5)


@pytest.mark.parametrize(("says", "outputs"), [("end", "logits"), ("sure", "probabilities")])
def test_one_score_stands_for_the_second_of_two_labels(says, outputs):
    classifier = wrapped(says=says, scores=1, outputs=outputs)
    trace = classifier.trace(TEXT)
    scores = beginnings(wrapped(scores=1).network)[:, 0]
    np.testing.assert_allclose(trace.probabilities[:, 1], scores.sigmoid(), atol=1e-6)
    np.testing.assert_allclose(trace.probabilities.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(trace.logits[:, 1] - trace.logits[:, 0], scores, atol=1e-5)
    assert trace.readout_weight.shape == (2, 5)


def test_layers_of_several_modules_are_one_stack():
    class Two(Model):
        def __init__(self):
            super().__init__(num_layers=2)
            self.later = nn.GRU(5, 5, batch_first=True)

        def forward(self, numbers):
            return self.verdict(self.later(self.memory(self.words(numbers))[0])[0][:, -1])

    classifier = lstm_viz.wrap(Two(), encode=encode, labels=("bad", "good"))
    trace = classifier.trace(TEXT)
    assert [layer.layer for layer in trace.layers] == [0, 1, 2]
    assert "update_gate" in trace.top.quantities
    silent = classifier.trace(TEXT, force=[Force("hidden_state", 0.0, layer=2)])
    assert not silent.layers[2].hidden_state.any()
    np.testing.assert_allclose(
        silent.layers[1].hidden_state, trace.layers[1].hidden_state, atol=1e-6
    )
    np.testing.assert_allclose(
        silent.logits, classifier.network.verdict.bias.detach().expand(8, 2), atol=1e-6
    )
    with pytest.raises(ForceError, match=r"layers from 0 to 2 \(on screen 1 to 3\), but layer 3"):
        classifier.trace(TEXT, force=[Force("hidden_state", 0.0, layer=3)])


@pytest.mark.parametrize("says", ["end", "each"])
def test_forcing_reaches_every_prediction(says):
    classifier = wrapped(says=says)
    plain = classifier.trace(TEXT)
    forced = classifier.trace(TEXT, force=[Force("input_gate", 0.0, steps=range(3, 99))])
    np.testing.assert_allclose(forced.probabilities[:3], plain.probabilities[:3], atol=1e-6)
    assert not np.allclose(forced.probabilities[3:], plain.probabilities[3:], atol=1e-4)
    assert forced.error < 2e-5
    assert forced.forced == (Force("input_gate", 0.0, steps=range(3, 99)),)
    assert plain.forced == ()
    np.testing.assert_allclose(classifier.trace(TEXT).logits, plain.logits)


def test_impossible_forces_are_refused_before_anything_runs(classifier):
    for force, error in (
        (Force("forget_gate", 1, units=[128]), ForceError),
        (Force("forget_gate", 1, layer=1), ForceError),
        (Force("reset_gate", 1), UnknownQuantityError),
        (Force("forget_gate", 1, steps=[7, 8]), ForceError),
    ):
        with pytest.raises(error) as raised:
            classifier.trace("Not a bad film at all.", force=[force])
        assert isinstance(raised.value, ValueError)


def test_the_packaged_model_can_be_forced(classifier):
    text = "Not a bad film at all."
    force = [Force("forget_gate", 1.0, units=[3, 5], steps=range(2, 9))]
    trace, plain = classifier.trace(text, force=force), classifier.trace(text)
    gate = trace.layers[0].forget_gate
    assert (gate[2:, [3, 5]] == 1).all()
    np.testing.assert_allclose(gate[:2], plain.layers[0].forget_gate[:2], atol=1e-6)
    np.testing.assert_allclose(trace.probabilities[:2], plain.probabilities[:2], atol=1e-6)
    assert trace.exact
    assert not classifier.network.recurrent._forward_hooks


@pytest.mark.parametrize(
    ("options", "text", "sentence"),
    [
        ({"scores": 3}, TEXT, "a score for each of 2 labels, but 3 came"),
        ({"says": "sure", "outputs": "probabilities"}, TEXT, "probabilities that add up to 1"),
        ({"outputs": "probabilities"}, TEXT, "probabilities from 0 to 1"),
    ],
)
def test_scores_that_do_not_fit_are_refused(options, text, sentence):
    classifier = wrapped(**options)
    for ask in (classifier.trace, lambda text: classifier.predict([text])):
        with pytest.raises(WrapError, match=sentence):
            ask(text)


class Pyramid(Model):
    """Reads every second word only."""

    def forward(self, numbers):
        return super().forward(numbers[:, ::2])


class Listed(Model):
    """Puts out no tensor."""

    def forward(self, numbers):
        return {"scores": super().forward(numbers)}


class Transposed(Model):
    """Puts out scores steps first."""

    def forward(self, numbers):
        return self.verdict(self.memory(self.words(numbers))[0]).transpose(0, 1)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Pyramid, r"one step for each of 8 tokens, but memory read \[4\] steps"),
        (Listed, "a tensor of scores, but it put out dict"),
        (Transposed, r"scores of shape \(1, 2\) or \(1, 8, 2\) for 8 words, but .* \(8, 1, 2\)"),
    ],
)
def test_modules_of_another_form_are_refused(model, sentence):
    classifier = lstm_viz.wrap(model(), encode=encode, labels=("bad", "good"))
    with pytest.raises(WrapError, match=sentence):
        classifier.trace(TEXT)


def test_what_cannot_be_wrapped_is_refused_at_once():
    with pytest.raises(NoRecurrentModuleError):
        lstm_viz.wrap(nn.Linear(2, 2), encode=encode, labels=("bad", "good"))
    for labels in (["good"], "good"):
        with pytest.raises(WrapError, match="two or more labels"):
            lstm_viz.wrap(Model(), encode=encode, labels=labels)
    with pytest.raises(BlankTextError):
        wrapped().trace("   ")
    with pytest.raises(BlankTextError):
        wrapped().predict(["fine", " "])


def test_weights_may_come_from_a_file(tmp_path):
    trained = Model()
    with torch.no_grad():
        trained.verdict.bias.copy_(torch.tensor([2.0, -2.0]))
    file = tmp_path / "trained.safetensors"
    save_file(trained.state_dict(), file)
    classifier = lstm_viz.wrap(Model(), encode=encode, labels=("bad", "good"), weights=file)
    np.testing.assert_allclose(classifier.trace(TEXT).readout_bias, [2, -2])
    with pytest.raises(ModelFileError, match="the weights of this module"):
        lstm_viz.wrap(Model("GRU"), encode=encode, labels=("bad", "good"), weights=file)
    file.write_bytes(b"no such format")
    with pytest.raises(ModelFileError, match="a safetensors file"):
        lstm_viz.wrap(Model(), encode=encode, labels=("bad", "good"), weights=file)
    wrong = tmp_path / "missing.safetensors"
    with pytest.raises(ModelFileError, match="a safetensors file"):
        lstm_viz.wrap(Model(), encode=encode, labels=("bad", "good"), weights=wrong)


def test_an_offered_model_is_available(monkeypatch):
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    classifier = lstm_viz.wrap(Model(), encode=encode, labels=("bad", "good"), name="mine")
    lstm_viz.register(classifier)
    assert "mine" in lstm_viz.available()
    assert lstm_viz.load("mine") is classifier


def test_features_may_be_read_in_place_of_numbers():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.memory = nn.GRU(2, 5, batch_first=True)
            self.verdict = nn.Linear(5, 2)

        def forward(self, features):
            return self.verdict(self.memory(features)[0])

    classifier = lstm_viz.wrap(
        Plain(),
        encode=lambda text: np.array([[len(word), 1.0] for word in text.split()]),
        labels=("bad", "good"),
    )
    assert classifier.trace(TEXT).layers[0].update_gate.shape == (8, 5)


def test_a_model_that_is_still_training_is_read_as_it_is_used():
    class Dropping(Model):
        def forward(self, numbers):
            return nn.functional.dropout(super().forward(numbers), 0.5, self.training)

    classifier = lstm_viz.wrap(Dropping(), encode=encode, labels=("bad", "good"))
    classifier.network.train()
    first, second = classifier.predict([TEXT]), classifier.predict([TEXT])
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(classifier.trace(TEXT).probabilities[-1], first[0], atol=1e-6)
    assert all(module.training for module in classifier.network.modules())  # it may go on


def test_two_classifiers_of_one_module_take_turns():
    module = Model()
    one, other = (lstm_viz.wrap(module, encode=encode, labels=("bad", "good")) for _ in range(2))
    expected, found = other.predict([TEXT]), []

    def force():
        for _ in range(20):
            one.trace(TEXT, force=Force("hidden_state", 0.5))

    thread = Thread(target=force)
    thread.start()
    while thread.is_alive():
        found.append(other.predict([TEXT]))
    thread.join()
    for said in found:
        np.testing.assert_array_equal(said, expected)


def test_one_score_a_word_is_no_score_for_each_label():
    class Squeezed(Model):
        def __init__(self):
            super().__init__(scores=1)

        def forward(self, numbers):
            return self.verdict(self.memory(self.words(numbers))[0]).squeeze(-1)

    classifier = lstm_viz.wrap(Squeezed(), encode=encode, labels=("bad", "good"))
    for ask in (classifier.trace, lambda text: classifier.predict([text])):
        with pytest.raises(WrapError, match="equally many scores for every text"):
            ask("two words")


def test_a_forced_reading_does_not_change_how_others_are_read():
    classifier = wrapped(says="each", bidirectional=True)
    classifier.trace(TEXT, force=Force("hidden_state", 0.0))
    np.testing.assert_allclose(
        classifier.trace(TEXT).logits, beginnings(classifier.network), atol=1e-5
    )


def test_a_module_that_is_called_twice_for_a_text_is_refused():
    class Twice(Model):
        def forward(self, numbers):
            self.memory(self.words(numbers).flip(1))
            return super().forward(numbers)

    classifier = lstm_viz.wrap(Twice(), encode=encode, labels=("bad", "good"))
    with pytest.raises(WrapError, match="one call of each recurrent module"):
        classifier.trace(TEXT)


def test_log_probabilities_are_logits_too():
    class Logs(Model):
        def forward(self, numbers):
            return super().forward(numbers).log_softmax(-1)

    trace = lstm_viz.wrap(Logs(), encode=encode, labels=("bad", "good")).trace(TEXT)
    assert trace.exact
    assert trace.readout_weight is not None


def test_a_gate_of_another_run_is_carried_over_at_every_word():
    classifier = wrapped()
    gate = classifier.trace(TEXT).layers[0].forget_gate
    trace = classifier.trace(TEXT, force=Force("forget_gate", gate))
    np.testing.assert_allclose(trace.logits, classifier.trace(TEXT).logits, atol=1e-5)


def test_modules_of_double_precision_read_features():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.memory = nn.RNN(2, 5, batch_first=True, dtype=torch.float64)
            self.verdict = nn.Linear(5, 2, dtype=torch.float64)

        def forward(self, features):
            return self.verdict(self.memory(features)[0][:, -1])

    classifier = lstm_viz.wrap(
        Plain(),
        encode=lambda text: torch.ones(len(text.split()), 2, requires_grad=True),
        labels=("bad", "good"),
    )
    assert classifier.trace(TEXT).error < 1e-6


class PeepholeLSTM(nn.Module):
    """A recurrent part by hand."""

    def __init__(self):
        super().__init__()
        self.gates = nn.Linear(4, 4)

    def forward(self, x):
        return self.gates(x)


def test_of_a_module_that_is_recorded_in_part_only_the_parts_are_named():
    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.memory = nn.Embedding(9, 4), nn.LSTM(4, 4, batch_first=True)
            self.upper, self.verdict = PeepholeLSTM(), nn.Linear(4, 2)

        def forward(self, numbers):
            return self.verdict(self.upper(self.memory(self.words(numbers))[0])[:, -1])

    options = {"encode": lambda text: [len(word) for word in text.split()], "labels": ("a", "b")}
    module = Reader()
    with pytest.raises(UnsupportedModuleError, match="module 'upper'"):
        lstm_viz.wrap(module, **options)
    trace = lstm_viz.wrap(module, modules=["memory"], **options).trace("a plain text")
    with torch.no_grad():
        expected = module(torch.tensor([[1, 5, 4]])).softmax(-1)[0]
    np.testing.assert_allclose(trace.probabilities[-1], expected, atol=1e-6)
    assert len(trace.layers) == 1
