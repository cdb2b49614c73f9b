"""What is learnt: losses against their definitions."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.training.objectives import classification
from lstm_viz.training.objectives.next_word import NextWord
from lstm_viz.training.objectives.recurrent_dropout import hidden_states
from lstm_viz.training.recipe import Stage, TextRecipe
from lstm_viz.training.texts.batches import Batch, padded
from lstm_viz.training.texts.corpus import concatenate

TEXTS = concatenate(
    [np.array([2, 3, 4], np.int32), np.array([5, 6, 7, 2, 4], np.int32)],
    np.array([[0.9, 0.1], [0.2, 0.8]], np.float32),
)


def network(**shape):
    torch.manual_seed(0)
    return Network(Config("x", ("no", "yes"), 8, 4, 3, **shape)).eval()


def both():
    return padded(TEXTS, [0, 1], TextRecipe(longest=9), 0)


def entropy(logits, target):
    return float(-(torch.as_tensor(target) * logits.detach().log_softmax(-1)).sum())


def test_the_loss_is_that_of_each_word():
    net, batch = network(), both()
    found = (
        classification.Classification(net, Stage("x", 1, 1.0), TextRecipe(longest=9))
        .eval()([batch])
        .detach()
    )
    expected = 0.0
    for text in (0, 1):
        said = net(torch.from_numpy(TEXTS[text]).long()[None])[0]
        each = [entropy(logits, TEXTS.targets[text]) for logits in said]
        expected += (0.7 * np.mean(each) + 0.3 * each[-1]) / 2
    assert float(found[0]) == pytest.approx(expected, rel=1e-5)
    assert float(found[3]) == 2


@pytest.mark.parametrize("directions", [1, 2])
def test_the_loss_at_the_end(directions):
    net = network(directions=directions)
    stage = Stage("x", 1, 1.0, loss_at="end")
    batch = padded(TEXTS, [1], TextRecipe(longest=9), 0)
    found = (
        classification.Classification(net, stage, TextRecipe(longest=9)).eval()([batch]).detach()
    )
    said = net(batch.numbers)[0] if directions == 2 else net(batch.numbers)[0, -1]
    assert float(found[0]) == pytest.approx(entropy(said, TEXTS.targets[1]), rel=1e-5)
    assert float(found[2]) == float(said.argmax() == 1)


def test_a_text_without_a_right_answer_is_not_counted():
    unsure = both()
    unsure = replace(unsure, targets=torch.tensor([[0.5, 0.5], [0.2, 0.8]]))
    logits = torch.tensor([[[0.0, 2.0]], [[0.0, 2.0]]])
    assert classification.count_correct(logits, unsure).tolist() == [1, 1]


def test_short_texts_count_at_their_end():
    net = network()
    learning = classification.Classification(net, Stage("x", 1, 1.0), TextRecipe(longest=9)).eval()
    apart = [float(learning([both()])[0].detach())]
    logits = net(both().numbers)
    apart.append(float(classification.loss_after_each_word(logits, both(), 0.7).detach()) / 2)
    found = learning([both(), both()]).detach()
    assert float(found[0]) == pytest.approx(sum(apart), rel=1e-5)
    assert float(found[1]) == pytest.approx(apart[0], rel=1e-5)


def test_processes_have_parts_of_the_loss():
    for learning in (
        classification.Classification(network(), Stage("x", 1, 1.0), TextRecipe(longest=9)).eval(),
        NextWord(network(), TEXTS, Stage("x", 1, 1.0, negatives=5), TextRecipe(longest=9)).eval(),
    ):
        results = []
        for batches in ([both()], [both().part(0, 3), both().part(1, 3), both().part(2, 3)]):
            total = torch.zeros(4)
            for batch in batches:
                torch.manual_seed(3)
                total += learning([batch]).detach()
            results.append(total)
        assert torch.allclose(*results, atol=1e-6)


def test_the_next_word_is_told_apart_from_others():
    # With every word drawn and no correction left, sampled softmax is softmax.
    net = network()
    stage = Stage("x", 1, 1.0, negatives=4_000)
    learning = NextWord(net, TEXTS, stage, TextRecipe(longest=9)).eval()
    torch.manual_seed(0)
    found = float(learning([both()])[0].detach())
    with torch.no_grad():
        total, words = 0.0, 0
        for text in (0, 1):
            numbers = torch.from_numpy(TEXTS[text]).long()
            hidden, _ = net.recurrent(net.embedding(numbers[:-1])[None])
            scores = learning.project(hidden[0]) @ net.embedding.weight.T + learning.bias
            # 4,000 draws stand for each other word in proportion to its chance, which the
            # correction takes out again, times the number of draws.
            scores = scores[:, 2:]
            for row, target in zip(scores, numbers[1:] - 2, strict=True):
                others = (row.exp().sum() - row[target].exp()) * stage.negatives
                chance = learning.frequencies[target + 2]
                true = (row[target] - chance.log()).exp()
                total -= float((true / (true + others)).log())
                words += 1
    assert found == pytest.approx(total / words, rel=0.02)


def test_texts_of_one_word_have_no_next_word():
    alone = concatenate([np.array([2], np.int32)] * 2, TEXTS.targets)
    learning = NextWord(network(), TEXTS, Stage("x", 1, 1.0, negatives=5), TextRecipe(longest=9))
    found = learning([padded(alone, [0, 1], TextRecipe(longest=9), 0)])
    assert found.tolist() == [0, 0, 0, 0]
    found[0].backward()
    assert all((value.grad == 0).all() for value in learning.parameters())


def test_recurrent_dropout_is_as_defined():
    torch.manual_seed(4)
    layer = nn.LSTM(4, 3, batch_first=True)
    features = torch.randn(2, 5, 4)
    torch.manual_seed(5)
    found = hidden_states(layer, features, both(), 0.5)
    torch.manual_seed(5)
    mask = both().dropout(torch.ones(2, 3), 0.5)
    assert 0 < (mask == 0).sum() < mask.numel()
    hidden = cell = torch.zeros(2, 3)
    for step in range(5):
        read = features[:, step] @ layer.weight_ih_l0.T + layer.bias_ih_l0 + layer.bias_hh_l0
        i, f, g, o = (read + (hidden * mask) @ layer.weight_hh_l0.T).chunk(4, 1)
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        hidden = o.sigmoid() * cell.tanh()
        assert torch.allclose(found[:, step], hidden, atol=1e-6)
    found.sum().backward()
    assert layer.weight_hh_l0.grad.abs().sum() > 0


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_without_dropout_it_is_the_layer(kind):
    layer = kind(4, 3, batch_first=True)
    features = torch.randn(2, 5, 4)
    whole = Batch(torch.zeros(2, 5).long(), torch.tensor([5, 5]), torch.zeros(2, 2),
                  torch.arange(2), 2, 10)  # fmt: skip
    found = hidden_states(layer, features, whole, 0.0)
    assert torch.allclose(found, layer(features)[0], atol=1e-6)


def test_recurrent_dropout_refuses_what_it_is_not_for():
    with pytest.raises(ValueError, match="one layer in one direction"):
        hidden_states(nn.LSTM(4, 3, 2), torch.randn(2, 5, 4), both(), 0.5)
