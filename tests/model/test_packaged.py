"""Model folders: what is damaged, oversized or unsafe is refused, with what to do."""

import json
import pickle

import pytest
import torch
from safetensors.torch import save_file

import lstm_viz
from lstm_viz.errors import ModelFileError
from lstm_viz.model import packaged
from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.notation import gates_among
from lstm_viz.text import Vocabulary


@pytest.fixture
def place(tmp_path):
    """A small model folder that opens."""
    words = Vocabulary(["good", "bad", "not"])
    config = Config("tiny", ("no", "yes"), len(words), 3, 4)
    words.save(tmp_path / "vocabulary.txt")
    config.save(tmp_path / "config.json")
    torch.manual_seed(0)
    save_file(Network(config).state_dict(), tmp_path / "model.safetensors")
    return tmp_path


def change(place, **changes):
    raw = json.loads((place / "config.json").read_text("utf-8"))
    (place / "config.json").write_text(json.dumps(raw | changes), "utf-8")


def test_a_folder_opens(place):
    trace = lstm_viz.load(place).trace("not good")
    assert trace.labels == ("no", "yes")
    assert trace.layers[0].cell_state.shape == (2, 4)
    assert lstm_viz.load(place).usual == {}


@pytest.mark.parametrize(("cell", "gates"), [("LSTM", 3), ("GRU", 2), ("RNN", 0)])
def test_a_folder_may_hold_any_kind_of_cell_and_several_layers(place, cell, gates):
    change(place, cell=cell, layers=2)
    config = Config.open(place / "config.json")
    network = Network(config)
    save_file(network.state_dict(), place / "model.safetensors")
    trace = lstm_viz.load(place).trace("not so good")
    assert [layer.layer for layer in trace.layers] == [0, 1]
    assert len(gates_among(trace.top.quantities)) == gates
    numbers = torch.tensor([[4, 1, 2]])
    expected = network.eval()(numbers)[0].softmax(-1)
    torch.testing.assert_close(torch.tensor(trace.probabilities), expected, atol=1e-6, rtol=0)
    assert trace.exact


@pytest.mark.parametrize("shape", [{"directions": 2}, {"dense_size": 5}, {"cutting": "jieba"}])
def test_other_shapes_open(place, shape):
    change(place, **shape)
    network = Network(Config.open(place / "config.json")).eval()
    save_file(network.state_dict(), place / "model.safetensors")
    trace = lstm_viz.load(place).trace("not so good")
    ahead = "directions" in shape
    assert len(trace.layers) == (2 if ahead else 1)
    for step in range(3):  # a beginning is judged as if the text ended there
        said = network(torch.tensor([[4, 1, 2]])[:, : step + 1])
        expected = (said[0] if ahead else said[0, -1]).softmax(-1)
        found = torch.tensor(trace.probabilities[step])
        torch.testing.assert_close(found, expected, atol=1e-6, rtol=0)
    assert trace.exact


def test_ones_own_folder_of_models_is_available(place, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(place.parent))
    assert {"imdb-lstm", place.name} <= set(lstm_viz.available())
    assert lstm_viz.load(place.name).labels == ("no", "yes")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hidden_size": 5}, r"model\.safetensors: expected .* of shape .*, but it has shape"),
        ({"hidden_size": 0}, "hidden_size from 1 to"),
        ({"hidden_size": 10**9}, "hidden_size from 1 to"),
        ({"hidden_size": True}, "hidden_size from 1 to"),
        ({"layers": 0}, "layers from 1 to"),
        ({"cell": "QRNN"}, "cell as one of"),
        ({"directions": 3}, "directions from 1 to 2"),
        ({"dense_size": -1}, "dense_size from 0 to"),
        ({"cutting": "spaces"}, "cutting as one of"),
        ({"cutting": []}, "cutting as one of"),
        ({"labels": ["one"]}, "two or more different labels"),
        ({"labels": ["a", "a"]}, "two or more different labels"),
        ({"labels": "ab"}, "two or more different labels"),
        ({"name": 3}, "name and labels as text"),
        ({"format_version": 99}, "format_version 1"),
        ({"surprise": 1}, r"the keys \["),
        ({"vocabulary_size": 6}, r"vocabulary\.txt: expected 4 words, but it holds 3"),
    ],
)
def test_configs_that_do_not_fit_are_refused(place, changes, sentence):
    change(place, **changes)
    with pytest.raises(ModelFileError, match=sentence):
        lstm_viz.load(place)


@pytest.mark.parametrize("raw", ["", "[]", "{", "\x00", "null"])
def test_damaged_configs_are_refused(place, raw):
    (place / "config.json").write_text(raw, "utf-8")
    with pytest.raises(ModelFileError, match=r"config\.json: expected"):
        lstm_viz.load(place)


def test_damaged_weights_are_refused(place):
    file = place / "model.safetensors"
    whole = file.read_bytes()
    for raw in (b"", whole[:-7], whole[:40], b"\xff" * len(whole), pickle.dumps({"a": 1})):
        file.write_bytes(raw)
        with pytest.raises(
            ModelFileError, match=r"model\.safetensors: expected a safetensors file"
        ):
            lstm_viz.load(place)


def test_weights_that_are_not_finite_are_refused(place):
    state = Network(Config.open(place / "config.json")).state_dict()
    state["readout.bias"][0] = torch.nan
    save_file(state, place / "model.safetensors")
    with pytest.raises(ModelFileError, match=r"finite numbers in readout\.bias"):
        lstm_viz.load(place)


def test_other_tensors_are_refused(place):
    save_file({"a": torch.zeros(1)}, place / "model.safetensors")
    with pytest.raises(ModelFileError, match="expected the tensors"):
        lstm_viz.load(place)


def test_pickled_weights_are_never_opened(place):
    (place / "model.safetensors").unlink()
    (place / "model.pt").write_bytes(pickle.dumps(exec))
    with pytest.raises(ModelFileError, match=r"holds model\.pt\. Files that can run code"):
        lstm_viz.load(place)


def test_oversized_weights_are_refused_unread(place, monkeypatch):
    monkeypatch.setattr(packaged, "_LARGEST", 100)
    with pytest.raises(ModelFileError, match="at most 100 bytes"):
        lstm_viz.load(place)


def test_usual_openness_is_read_and_checked(place):
    names = ("input_gate", "forget_gate", "output_gate")
    save_file({name: torch.full((4,), 0.5) for name in names}, place / "usual.safetensors")
    assert lstm_viz.load(place).usual["forget_gate"].tolist() == [0.5] * 4
    save_file({name: torch.zeros(5) for name in names}, place / "usual.safetensors")
    with pytest.raises(ModelFileError, match=r"usual\.safetensors"):
        lstm_viz.load(place)
