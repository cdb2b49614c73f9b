"""The file of what is usual: saved and read alike; what no model can have is refused by name."""

import re

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from torch import nn

import lstm_viz
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import ModelFileError
from lstm_viz.model import Classifier, reference_file, registry
from lstm_viz.model.config import Config
from lstm_viz.model.digest import weights_digest
from lstm_viz.model.network import Network
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.notation import gates_among
from lstm_viz.text import Vocabulary

WORDS = Vocabulary(["good", "bad", "not"])
TEXTS = ["not good", "bad not bad", "good"]


def made(cell="LSTM", **shape):
    """A classifier, and its config."""
    config = Config("tiny", ("no", "yes"), len(WORDS), 3, 4, cell, **shape)
    torch.manual_seed(1)
    return Classifier("tiny", config.labels, WORDS, Network(config)), config


@pytest.fixture
def saved(tmp_path):
    """What is usual for two layers in both directions, in a file, and what opens it."""
    classifier, config = made(layers=2, directions=2)
    found = measure_reference(classifier, TEXTS, source="three texts")
    path = tmp_path / "reference.safetensors"
    found.save(path)
    return found, path, config


def forged(path, strings=None, **tensors):
    """Write a file anew with other strings or tensors; None leaves one out."""
    with safe_open(path, "np") as opened:
        found = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        about = opened.metadata()
    found |= {name.replace("__", "."): value for name, value in tensors.items()}
    about |= strings or {}
    save_file(
        {name: value for name, value in found.items() if value is not None},
        path,
        {name: value for name, value in about.items() if value is not None},
    )


@pytest.mark.parametrize("cell", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("shape", [{}, {"layers": 2, "directions": 2}])
def test_what_is_saved_is_read(tmp_path, cell, shape):
    classifier, config = made(cell, **shape)
    found = measure_reference(classifier, [*TEXTS, " "], source="three texts")
    path = tmp_path / "reference.safetensors"
    found.save(path)
    read = ReferenceStatistics.open(path, config, weights_digest(classifier.network))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    for name in ("source", "texts", "skipped", "words", "measured", "weights"):
        assert getattr(read, name) == getattr(found, name), name
    assert len(read.layers) == len(found.layers) == (4 if shape else 1)
    for one, other in zip(read.layers, found.layers, strict=True):
        assert (one.layer, one.direction, one.cell) == (other.layer, other.direction, cell)
        assert one.word == other.word
        assert [*one.units] == [*other.units]
        np.testing.assert_array_equal(one.memory_limit, other.memory_limit)
        for name, unit in one.units.items():
            for part in ("mean", "deviation", "low", "high"):
                values = getattr(unit, part)
                np.testing.assert_array_equal(values, getattr(other.units[name], part))
                with pytest.raises(ValueError, match="read-only"):
                    values[0] = 0


def test_the_file_says_what_it_is(saved):
    with safe_open(saved[1], "np") as opened:
        about = opened.metadata()
    assert about == {
        "format_version": "1", "cell": "LSTM", "source": "three texts", "texts": "3",
        "skipped": "0", "words": "6", "measured": "6", "weights": saved[0].weights,
    }  # fmt: skip


GATE = np.full((4, 4), 0.3, np.float32)
WORD = np.full(4, 0.3, np.float32)


def put(values, row, value):
    changed = values.copy()
    changed[row] = value
    return changed


@pytest.mark.parametrize(
    ("strings", "tensors", "sentence"),
    [
        ({"format_version": "2"}, {}, "format_version 1, but it is '2'"),
        ({"format_version": None}, {}, "format_version 1, but it is 'none'"),
        # Whatever a newer version holds: that it is newer is what is said.
        ({"format_version": "2"}, {"more": WORD}, "format_version 1, but it is '2'"),
        ({"cell": "GRU"}, {}, "a model of LSTM cells, but it says 'GRU'"),
        ({"cell": None}, {}, r"the strings \["),
        ({"mood": "fine"}, {}, r"the strings \["),
        ({"texts": "many"}, {}, "texts as a whole number, but it is 'many'"),
        ({"words": "9" * 5_000}, {}, "words as a whole number"),
        ({"words": "٣"}, {}, "words as a whole number"),
        ({"skipped": "-1"}, {}, "skipped as a whole number"),
        ({"texts": "0"}, {}, "one text or more"),
        ({"texts": "7"}, {}, "one text or more, each of one word or more"),
        ({"measured": "0"}, {}, "some of them measured"),
        ({"measured": "7"}, {}, "some of them measured"),
        ({"source": ""}, {}, "source as a line of text"),
        ({"source": "a\nb"}, {}, "source as a line of text"),
        ({"source": "a" * 201}, {}, "source as a line of text"),
        ({"weights": "0" * 64}, {}, "measured on other weights"),
        ({"weights": "none"}, {}, "measured on other weights"),
        ({}, {"0__forward__memory_limit": None}, "the tensors"),
        ({}, {"more": WORD}, "the tensors"),
        ({}, {"1__backward__unit__input_gate": GATE[:, :3]}, r"of shape \(4, 4\)"),
        ({}, {"1__backward__unit__input_gate": GATE.astype(np.float16)}, "in F16"),
        ({}, {"1__backward__word__kept": WORD[:3]}, r"of shape \(4,\)"),
        ({}, {"0__forward__unit__input_gate": put(GATE, 3, 1.1)}, "input_gate from 0 to 1"),
        ({}, {"0__forward__unit__input_gate": put(GATE, 0, -0.1)}, "input_gate from 0 to 1"),
        ({}, {"0__forward__unit__input_gate": put(GATE, 2, np.nan)}, "finite numbers in 0.forw"),
        ({}, {"0__forward__unit__input_gate": put(GATE, 2, 0.4)}, "below its 90th"),
        ({}, {"0__forward__unit__input_gate": put(GATE, 1, 0.51)}, "deviation of at most 0.5"),
        ({}, {"0__forward__unit__candidate_size": put(GATE, 3, 1.1)}, "size from 0 to 1"),
        ({}, {"0__forward__word__kept": put(WORD, 3, 1.1)}, "kept from 0 to 1"),
        ({}, {"0__forward__word__sign_changes": put(WORD, 3, np.inf)}, "finite numbers"),
        ({}, {"0__forward__word__memory_size": put(WORD, 2, 9)}, "below its 90th"),
        ({}, {"0__forward__word__memory_size": put(WORD, 0, -1)}, "memory_size of 0 or more"),
        ({}, {"0__forward__memory_limit": -WORD}, "memory_limit of 0 or more"),
    ],
)
def test_what_no_model_can_have_is_refused(saved, strings, tensors, sentence):
    found, path, config = saved
    forged(path, strings, **tensors)
    with pytest.raises(ModelFileError, match=sentence) as caught:
        ReferenceStatistics.open(path, config, found.weights)
    assert str(caught.value).startswith("reference.safetensors: expected ")
    assert len(str(caught.value)) < 1_500


def test_a_cell_state_has_no_bound_but_a_hidden_state_does(tmp_path, saved):
    found, path, config = saved
    forged(path, **{"0__forward__memory_limit": 30 * WORD})
    assert ReferenceStatistics.open(path, config, found.weights).layer(0).memory_limit[0] == 9
    classifier, config = made("GRU")
    path = tmp_path / "gru.safetensors"
    measure_reference(classifier, TEXTS).save(path)
    forged(path, **{"0__forward__memory_limit": 30 * WORD})
    with pytest.raises(ModelFileError, match="memory_limit from 0 to 1, but they go from 9 to 9"):
        ReferenceStatistics.open(path, config, weights_digest(classifier.network))


@pytest.mark.parametrize("shape", [{}, {"layers": 2}, {"layers": 3, "directions": 2}])
def test_statistics_of_a_model_of_another_shape_are_refused(saved, shape):
    found, path, _ = saved
    with pytest.raises(ModelFileError, match="expected the tensors"):
        ReferenceStatistics.open(path, made(**shape)[1], found.weights)


def test_what_is_too_large_is_refused_unread(saved, monkeypatch):
    found, path, config = saved
    monkeypatch.setattr(reference_file, "_LARGEST", 100)
    with pytest.raises(ModelFileError, match="at most 100 bytes"):
        ReferenceStatistics.open(path, config, found.weights)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ModelFileError, match=r"reference\.safetensors.*no such file"):
        ReferenceStatistics.open(tmp_path / "reference.safetensors", made()[1], "0" * 64)


# --- weights ---


def test_every_weight_counts():
    network = nn.Sequential(nn.LSTM(2, 3), nn.BatchNorm1d(3))
    seen = {weights_digest(network)}
    for value in [*network.parameters(), *network.buffers()]:
        with torch.no_grad():
            value.view(-1)[-1] += 1
        seen.add(weights_digest(network))
    assert len(seen) == 1 + 4 + 5
    for other in (network.double(), network[:1], nn.Linear(2, 3)):
        seen.add(weights_digest(other))
    assert len(seen) == 10 + 3
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in seen)


def test_where_weights_lie_in_memory_makes_no_difference():
    one, other = nn.Linear(3, 2), nn.Linear(3, 2)
    other.weight = nn.Parameter(one.weight.detach().T.contiguous().T)
    other.bias = one.bias
    assert other.weight.stride() != one.weight.stride()
    assert weights_digest(one) == weights_digest(other)


# --- in the box ---


@pytest.mark.parametrize("name", sorted(registry.file_names(registry.folder())))
def test_every_model_in_the_box_has_one(name):
    classifier = lstm_viz.load(name)
    config = Config.open(registry.folder() / name / "config.json")
    found = classifier.reference
    assert found.texts >= 765
    assert found.skipped == 0
    assert 9_000 < found.measured <= found.words
    assert [(one.layer, one.direction) for one in found.layers] == [*reference_file.places(config)]
    card = (registry.folder() / name / "README.md").read_text("utf-8")
    assert f"({found.source}): {found.texts:,} texts" in card
    for layer in found.layers:
        assert (layer.memory_limit > 0).all()
        for gate, unit in layer.units.items():
            assert (unit.deviation > 0).all()
            # The mean over units of a mean over words is the mean over words of that over units.
            assert unit.mean.mean() == pytest.approx(layer.word[gate].mean, abs=1e-5)
    gates = gates_among(classifier.trace("Not a bad film.").top.quantities)
    assert [*classifier.held_out_mean] == [gate.name for gate in gates]


def test_the_default_model_is_as_it_was_described(classifier):
    # Measured by other code, on the first 400 of the same sentences.
    word = classifier.reference.word
    told = {
        "forget_gate": (0.58, 0.47, 0.68), "input_gate": (0.35, 0.20, 0.52),
        "candidate_size": (0.54, 0.46, 0.63), "output_gate": (0.52, 0.47, 0.58),
        "kept": (0.63, 0.51, 0.74), "sign_changes": (0.22, 0.13, 0.33),
    }  # fmt: skip
    for name, values in told.items():
        found = word[name].mean, word[name].low, word[name].high
        np.testing.assert_allclose(found, values, atol=0.016)
