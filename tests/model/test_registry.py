"""Model folders: what is damaged, oversized or unsafe is refused, with what to do."""

import json
import os
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import lstm_viz
from lstm_viz import Force
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import ModelFileError, UnknownModelError
from lstm_viz.model import registry
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
    assert lstm_viz.load(place).held_out_mean == {}


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
    monkeypatch.setattr(registry, "_LARGEST", 100)
    with pytest.raises(ModelFileError, match="at most 100 bytes"):
        lstm_viz.load(place)


def test_what_is_usual_is_read_if_it_is_there(place):
    (place / "usual.safetensors").write_bytes(b"of an earlier version")
    assert lstm_viz.load(place).reference is None
    assert lstm_viz.load(place).held_out_mean == {}
    found = measure_reference(lstm_viz.load(place), ["not good", "bad"])
    found.save(place / "reference.safetensors")
    classifier = lstm_viz.load(place)
    assert classifier.reference.words == 3
    assert [*classifier.held_out_mean] == ["forget_gate", "input_gate", "output_gate"]
    for name, mean in classifier.held_out_mean.items():
        np.testing.assert_array_equal(mean, found.top.units[name].mean)
    with pytest.raises(TypeError, match="does not support item assignment"):
        classifier.held_out_mean["forget_gate"] = 0


def test_other_weights_have_other_usual_values(place):
    measured = lstm_viz.load(place)
    measure_reference(measured, ["not good", "bad"]).save(place / "reference.safetensors")
    state = Network(Config.open(place / "config.json")).state_dict()
    save_file(state, place / "model.safetensors")
    with pytest.raises(ModelFileError, match="measured on other weights") as caught:
        lstm_viz.load(place)
    remedy = f"Measure them again: python -m lstm_viz.training.reference {place.name}"
    assert str(caught.value).endswith(remedy)
    assert registry.load_unmeasured(place).reference is None


def test_weights_along_the_way_have_no_usual_values():
    assert lstm_viz.load("imdb-lstm-32").reference.texts == 872
    assert lstm_viz.load("imdb-lstm-32", step=0).reference is None


# --- one damaged folder, and all others ---

DAMAGES = {
    "brackets": lambda place: (place / "config.json").write_text("[" * 100_000),
    "a pipe": lambda place: swapped(place / "config.json", os.mkfifo),
    "a folder": lambda place: swapped(place / "config.json", os.mkdir),
    "a link to itself": lambda place: swapped(place / "config.json", link_to_itself),
    "a config of a gigabyte": lambda place: large(place / "config.json", 2**30),
    "a vocabulary of a gigabyte": lambda place: large(place / "vocabulary.txt", 2**30),
    "a vocabulary that is a pipe": lambda place: swapped(place / "vocabulary.txt", os.mkfifo),
    "weights that are a pipe": lambda place: swapped(place / "model.safetensors", os.mkfifo),
    "weights that are a device": lambda place: swapped(place / "model.safetensors", device),
    "usual values that are a folder": lambda place: (place / "reference.safetensors").mkdir(),
    "capitals": lambda place: (place / "vocabulary.txt").write_text("Good\nbad\nnot\n"),
    "typographic signs": lambda place: (place / "vocabulary.txt").write_text("good\nbad\n’\n"),
    "letters of two signs": lambda place: (place / "vocabulary.txt").write_text(
        "a\nb\ncafe\u0301\n"
    ),
    "a cell too deep to be named": lambda place: nest(place, "cell", "{}"),
    "labels too deep to be named": lambda place: nest(place, "labels", '[{}, "a"]'),
    "a size of 401 digits": lambda place: change(place, hidden_size=10**400),
}


def nest(place, key, form):
    """Write a value of many brackets, in the text: to make it of lists is as deep."""
    change(place, **{key: "here"})
    file = place / "config.json"
    deep = form.format("[" * 900 + "]" * 900)
    file.write_text(file.read_text("utf-8").replace('"here"', deep), "utf-8")


def swapped(file, make):
    file.unlink()
    make(file)


def link_to_itself(file):
    file.symlink_to(file)


def device(file):
    file.symlink_to("/dev/zero")


def large(file, size):
    with file.open("r+b") as opened:
        opened.truncate(size)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_refused_and_all_others_open(place, monkeypatch, damage):
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(place.parent))
    DAMAGES[damage](place)
    assert {"imdb-lstm", place.name} <= set(lstm_viz.available())
    for name in (place, place.name):
        with pytest.raises(ModelFileError, match="expected"):
            lstm_viz.load(name)
    assert lstm_viz.load("imdb-lstm-32").labels == ("negative", "positive")


@pytest.fixture
def folder_of(tmp_path, monkeypatch):
    """Make a folder with an empty config under any name."""
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(tmp_path))

    def make(name):
        place = tmp_path / os.fsdecode(name)
        place.mkdir()
        (place / "config.json").touch()
        return place

    return make


@pytest.mark.parametrize("raw", [b"not-\xff-utf-8", b"\xed\xa0\x80", b"\x80"])
def test_a_folder_whose_name_is_no_text_is_told_and_left_out(folder_of, raw):
    before = lstm_viz.available()
    folder_of(raw)
    assert lstm_viz.available() == before
    (told,) = registry.unlinkable()
    told.encode()
    assert "\ufffd" in told
    with pytest.raises(ModelFileError, match=r"config\.json"):
        lstm_viz.load(os.fsdecode(raw))


def test_a_folder_that_cannot_be_looked_into_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(tmp_path))
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    added = set(lstm_viz.available()) - set(registry.file_names(registry.folder()))
    assert added == {"loop"}
    with pytest.raises(ModelFileError, match=r"config\.json.*cannot be read"):
        lstm_viz.load("loop")


def test_a_closed_folder_is_refused(place, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(place.parent))
    own = type(place)

    def closed(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    for looked in ("lstat", "stat"):  # who runs the tests may be let in anywhere
        was = getattr(own, looked)
        monkeypatch.setattr(
            own, looked,
            lambda path, *a, was=was, **k: (closed if path.parent == place else was)(path, *a, **k),
        )  # fmt: skip
    assert place.name in lstm_viz.available()
    with pytest.raises(ModelFileError, match="Permission denied"):
        lstm_viz.load(place.name)


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b", "\ud800", "no/such/../folder", "~"])
def test_a_name_that_no_folder_has_is_unknown(name):
    with pytest.raises(UnknownModelError, match="it is not a folder either") as caught:
        lstm_viz.load(name)
    assert len(str(caught.value)) < 1_500
    assert registry.checkpoints(name) == ()


def test_only_what_is_named_like_weights_along_the_way_counts(place):
    (place / "checkpoints").mkdir()
    for name in ("step-000010", "step-abc", "step-", "step-00010", "step--00001", "step-१२३४५६"):
        (place / "checkpoints" / f"{name}.safetensors").touch()
    assert registry.checkpoints(place) == (10,)
    for step in (5, -1, 10**5_000):
        with pytest.raises(ModelFileError, match="Saved steps: 10"):
            lstm_viz.load(place, step=step)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_byte_order_mark_is_no_letter_of_the_first_word(place, ends):
    raw = "\ufeff" + "".join(word + ends for word in ("good", "bad", "not"))
    (place / "vocabulary.txt").write_bytes(raw.encode())
    assert [token.known for token in lstm_viz.load(place).trace("Good fun").tokens] == [True, False]


def test_weights_written_anew_leave_an_open_model_as_it_is(place):
    file = place / "model.safetensors"
    classifier = lstm_viz.load(place)
    before = classifier.predict(["not good"])
    file.write_bytes(file.read_bytes()[:-80] + b"\1" * 80)  # in place
    assert (classifier.predict(["not good"]) == before).all()


def test_a_sentence_about_a_file_is_no_longer_than_a_sentence(place):
    change(place, cell="x" * 900_000)
    with pytest.raises(ModelFileError, match="cell as one of") as caught:
        lstm_viz.load(place)
    assert len(str(caught.value)) < 1_500


def test_a_card_is_text_of_some_size(place, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(place.parent))
    card = place / "README.md"
    card.write_bytes(b"\xef\xbb\xbf# Card \xff")
    assert registry.card(place.name) == "# Card \ufffd"
    large(card, 2**20 + 1)
    with pytest.raises(ModelFileError, match="at most 1,048,576 bytes"):
        registry.card(place.name)
    swapped(card, os.mkfifo)
    with pytest.raises(ModelFileError, match="expected a card in Markdown, but it is a pipe"):
        registry.card(place.name)


def test_a_force_at_the_last_word_leaves_what_was_thought_before():
    # A model that reads from the end too reads each beginning for itself, where this word is not.
    classifier = lstm_viz.load("imdb-bilstm")
    text = "Not a bad film"
    plain = classifier.trace(text)
    forced = classifier.trace(text, force=Force("hidden_state", 0.0, steps=[3]))
    np.testing.assert_allclose(forced.probabilities[:-1], plain.probabilities[:-1], atol=1e-5)
    assert abs(forced.probabilities[-1] - plain.probabilities[-1]).max() > 1e-3


def test_an_empty_name_is_an_unknown_model():
    with pytest.raises(UnknownModelError):
        lstm_viz.load("")
