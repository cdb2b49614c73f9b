"""Files that Keras wrote open, and say what Keras says, step by step."""

import contextlib
import io
import json
import shutil
import sys
import zipfile

import h5py
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

import lstm_viz
from lstm_viz.errors import (
    InputError,
    LstmVizError,
    MissingPackageError,
    ModelFileError,
    NoRecurrentModuleError,
    UnsupportedLayerError,
)

MODELS = [
    "lstm", "gru", "rnn", "relu", "no_bias", "stacked", "both", "both_sequences", "sum", "ave",
    "mul", "masked", "masked_both", "masked_steps", "masked_both_steps", "masked_mean",
    "functional", "functional_masked", "features", "crossed_names", "frozen",
    "lazy", "masked_to_zero",
]  # fmt: skip


def test_every_model_that_is_written_is_tested(written):
    assert {file.stem for file in written.glob("*.npz")} == set(MODELS)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("name", MODELS)
def test_it_says_what_keras_says(written, name, suffix):
    model = lstm_viz.load_keras(written / f"{name}.{suffix}")
    truth = np.load(written / f"{name}.npz")
    with lstm_viz.record(model) as recording:
        said = model.predict(truth["given"])
    assert said.dtype == np.float32
    np.testing.assert_allclose(said, truth["said"], rtol=0, atol=1e-5)
    assert max(call.error for call in recording.calls) < 2e-5
    assert not model.training


def test_step_by_step(written):
    # Behind the recurrent layer stands one that keeps every step: its output tells the states.
    model = lstm_viz.load_keras(written / "features.keras")
    truth = np.load(written / "features.npz")
    with lstm_viz.record(model) as recording:
        model.predict(truth["given"])
    (name,) = recording.names
    layer = recording[name].layers[0]
    dense = next(module for module in model.children() if isinstance(module, nn.Linear))
    again = nn.functional.gelu(dense(layer.hidden_state))
    np.testing.assert_allclose(again.detach(), truth["said"], atol=1e-5)
    assert lstm_viz.verify(**layer.map(lambda array: array.numpy()).quantities).holds


def test_layers_have_their_names_and_kinds(written):
    model = lstm_viz.load_keras(written / "stacked.keras")
    kinds = [type(module) for module in model.children() if isinstance(module, nn.RNNBase)]
    assert kinds == [nn.LSTM, nn.GRU, nn.LSTM]
    assert lstm_viz.record(model).names[0] == "first"


def test_swapped_gates_would_be_noticed(written):
    model = lstm_viz.load_keras(written / "lstm.keras")
    truth = np.load(written / "lstm.npz")
    lstm = next(module for module in model.children() if isinstance(module, nn.LSTM))
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(lstm.weight_ih_l0.unflatten(0, (4, -1))[[0, 2, 1, 3]].flatten(0, 1))
    assert np.abs(model.predict(truth["given"]) - truth["said"]).max() > 1e-3


def test_a_keras_model_can_be_wrapped_and_forced(written):
    model = lstm_viz.load_keras(written / "gru.keras")
    classifier = lstm_viz.wrap(
        model,
        encode=lambda text: [len(word) for word in text.split()],
        labels=("bad", "good"),
        outputs="probabilities",
    )
    trace = classifier.trace("it is not a bad film")
    assert trace.exact
    assert trace.readout_weight is not None
    numbers = [[len(word) for word in trace.text.split()]]
    np.testing.assert_allclose(trace.probabilities[-1], model.predict(numbers)[0], atol=1e-6)
    force = [lstm_viz.Force("hidden_state", 0.0)]
    assert not classifier.trace(trace.text, force=force).layers[0].hidden_state.any()


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("hard_sigmoid", "its recurrent_activation is hard_sigmoid"),
        ("relu_lstm", "its activation is relu"),
        ("reset_before", "its reset gate acts before the recurrent product"),
        ("backwards", "it reads backwards"),
        ("convolution", "it is of the class Conv1D"),
        ("unlike", "its two directions are unlike"),
    ],
)
def test_variants_are_refused_by_name(written, name, suffix, sentence):
    with pytest.raises(UnsupportedLayerError, match=rf"The layer '\w+' .* exactly: {sentence}"):
        lstm_viz.load_keras(written / f"{name}.{suffix}")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("explicit_mask", "it reads input_layer"),
        ("other_mask", "it reads input_layer"),
        ("initial_state", "it is called with initial_state"),
        ("two_outputs", "the model puts out lstm"),
        ("own_model", "the model runs its layers with code of its own"),
        ("own_layer", "it is of the class Tripled of its author's own"),
        ("half", "it computes in mixed_bfloat16"),
    ],
)
def test_what_is_run_otherwise_is_refused(written, name, sentence):
    with pytest.raises(UnsupportedLayerError, match=sentence):
        lstm_viz.load_keras(written / f"{name}.keras")


def test_other_graphs_are_refused(written):
    with pytest.raises(UnsupportedLayerError, match="form one chain"):
        lstm_viz.load_keras(written / "branched.keras")
    with pytest.raises(UnsupportedLayerError, match="of the class Flatten"):
        lstm_viz.load_keras(written / "flat.keras")
    with pytest.raises(ModelFileError, match="weights alone, without the layers"):
        lstm_viz.load_keras(written / "alone.weights.h5")


def changed(source, target, edit):
    """Copy a .keras file with its config and weights edited."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        weights = io.BytesIO(parts["model.weights.h5"])
        model = json.loads(parts["config.json"])
        with h5py.File(weights, "r+") as file:
            edit(model, file)
        parts |= {"config.json": json.dumps(model), "model.weights.h5": weights.getvalue()}
        for name, content in parts.items():
            new.writestr(name, content)
    return target


def layer_of(model, kind):
    return next(layer for layer in model["config"]["layers"] if layer["class_name"] == kind)


def option(kind, **options):
    return lambda model, _: layer_of(model, kind)["config"].update(options)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (option("LSTM", stateful=True), "it has stateful=True"),
        (option("LSTM", return_state=True), "it has return_state=True"),
        (option("LSTM", activation={"class_name": "Custom"}), "its activation is Custom"),
        (option("LSTM", units=7), "its weights have the shapes"),
        (option("LSTM", dtype="mixed_float16"), "it computes in mixed_float16"),
        (option("Dense", activation="exponential"), "its activation is exponential"),
        (option("Dense", quantization_config={"mode": "int8"}), "it computes in"),
        (lambda model, _: layer_of(model, "LSTM").update(class_name="Lambda"), "the class Lambda"),
    ],
)
def test_edited_layers_are_refused(written, tmp_path, edit, sentence):
    file = changed(written / "lstm.keras", tmp_path / "edited.keras", edit)
    with pytest.raises(UnsupportedLayerError, match=sentence):
        lstm_viz.load_keras(file)


def without_recurrence(model, _):
    layers = model["config"]["layers"]
    layers.remove(layer_of(model, "LSTM"))


def cell_of(file):
    return file["layers/lstm/cell/vars"]


def elsewhere(_, file):
    cell = cell_of(file)
    del cell["0"]
    cell["0"] = h5py.ExternalLink("other.h5", "/secret")


def infinite(_, file):
    cell_of(file)["2"][3] = np.inf


def outside(_, file):
    cell = cell_of(file)
    shape = cell["0"].shape
    del cell["0"]
    cell.create_dataset("0", shape, "f4", external=[("secret.bin", 0, h5py.h5f.UNLIMITED)])


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (elsewhere, "'0' is missing or elsewhere"),
        (outside, "'0' lies in another file"),
        (infinite, "expected finite numbers in '2'"),
        (lambda model, _: model.pop("config"), "it is damaged or of another kind"),
    ],
)
def test_hostile_files_are_refused(written, tmp_path, edit, sentence):
    file = changed(written / "lstm.keras", tmp_path / "edited.keras", edit)
    with pytest.raises(ModelFileError, match=sentence):
        lstm_viz.load_keras(file)


def test_a_model_without_recurrent_layers_is_refused(written, tmp_path):
    file = changed(written / "lstm.keras", tmp_path / "edited.keras", without_recurrence)
    with pytest.raises(NoRecurrentModuleError, match="LSTM, GRU, SimpleRNN"):
        lstm_viz.load_keras(file)


def test_a_file_of_links_is_refused(written, tmp_path):
    shutil.copy(written / "lstm.h5", tmp_path / "other.h5")
    shutil.copy(written / "lstm.h5", tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as file:
        del file["model_weights"]
        file["model_weights"] = h5py.ExternalLink("other.h5", "/model_weights")
    with pytest.raises(ModelFileError, match="its weights are missing or lie in another place"):
        lstm_viz.load_keras(tmp_path / "model.h5")


def test_many_arrays_may_not_add_up_to_too_much(written, monkeypatch):
    monkeypatch.setattr("lstm_viz.importers.keras.hdf5.LARGEST", 1000)
    with pytest.raises(ModelFileError, match="at most 1,000 bytes of floats"):
        lstm_viz.load_keras(written / "lstm.h5")


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_other_bytes_opens_or_is_refused(written, tmp_path, data):
    suffix = data.draw(st.sampled_from(["keras", "h5"]))
    content = bytearray((written / f"gru.{suffix}").read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path / f"odd.{suffix}"
    file.write_bytes(content)
    with contextlib.suppress(LstmVizError):
        lstm_viz.load_keras(file)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("damage", ["cut", "other", "missing"])
def test_damaged_files_are_refused(written, tmp_path, suffix, damage):
    file = tmp_path / f"model.{suffix}"
    shutil.copy(written / f"lstm.{suffix}", file)
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"\x80\x04pickle")
    with pytest.raises(ModelFileError, match="expected a model saved by Keras"):
        lstm_viz.load_keras(file)


def test_files_that_unfold_too_far_are_refused(written, monkeypatch):
    monkeypatch.setattr("lstm_viz.importers.keras.saved_model.LARGEST", 1000)
    with pytest.raises(ModelFileError, match="at most 1,000 bytes"):
        lstm_viz.load_keras(written / "lstm.keras")


def test_a_zip_of_something_else_is_refused(tmp_path):
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as new:
        new.writestr("data.pkl", b"\x80\x04")
    with pytest.raises(ModelFileError, match=r"a zip with config.json, but .* \['data.pkl'\]"):
        lstm_viz.load_keras(file)


def test_entries_of_a_zip_are_counted_before_they_are_listed(tmp_path):
    file = tmp_path / "crowd.keras"
    with zipfile.ZipFile(file, "w") as crowd:
        for number in range(1_001):
            crowd.writestr(f"{number}", b"")
    with pytest.raises(ModelFileError, match="at most 1,000 entries, but it has room for 1,001"):
        lstm_viz.load_keras(file)


def test_without_h5py_the_error_says_what_to_do(written, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingPackageError, match=r'pip install "lstm-viz\[keras\]"'):
        lstm_viz.load_keras(written / "lstm.keras")


def test_a_text_without_a_word_gives_what_keras_gives(written):
    model = lstm_viz.load_keras(written / "masked.keras")
    (head,) = [module for module in model.children() if isinstance(module, nn.Linear)]
    said = model.predict(np.zeros((2, 9), dtype=np.int64))
    np.testing.assert_allclose(said, head.bias.detach().expand(2, -1), atol=1e-6)


def by_two(_, file):
    """Bring the groups into the layout of Keras 2.12 and 2.13, which counts layers twice."""
    root = file.create_group("_layer_checkpoint_dependencies")
    for name in list(file["layers"]):
        kind, _, number = name.rpartition("_")
        new = f"{kind}_{2 * int(number)}" if number.isdigit() else name
        file.move(f"layers/{name}", f"{root.name}/{new}")
        if "name" in root[f"{new}/vars"].attrs:
            del root[f"{new}/vars"].attrs["name"]
    del file["layers"]


@pytest.mark.parametrize("name", ["masked_both", "stacked", "crossed_names"])
def test_zips_of_keras_2_open(written, tmp_path, name):
    model = lstm_viz.load_keras(changed(written / f"{name}.keras", tmp_path / "old.keras", by_two))
    truth = np.load(written / f"{name}.npz")
    np.testing.assert_allclose(model.predict(truth["given"]), truth["said"], atol=1e-5)


@pytest.mark.parametrize(
    "edit",
    [
        option("LSTM", units="5"),
        lambda model, _: layer_of(model, "LSTM")["config"].pop("units"),
        lambda model, _: layer_of(model, "LSTM").update(config=[]),
        lambda model, _: layer_of(model, "LSTM").update(class_name=["LSTM"]),
        option("Dense", activation=["relu"], dtype=3),
    ],
)
def test_no_config_gives_a_bare_python_error(written, tmp_path, edit):
    file = changed(written / "lstm.keras", tmp_path / "edited.keras", edit)
    with pytest.raises(lstm_viz.LstmVizError):
        lstm_viz.load_keras(file)


def wider(model, file):
    table = file["layers/embedding/vars"]
    del table["0"]
    table["0"] = np.zeros((30, 6), np.float32)
    option("Embedding", output_dim=6)(model, None)


def test_sizes_that_do_not_fit_together_are_refused(written, tmp_path):
    file = changed(written / "lstm.keras", tmp_path / "edited.keras", wider)
    with pytest.raises(ModelFileError, match=r"'lstm': expected 4 features, .* but 6 come to it"):
        lstm_viz.load_keras(file)


def test_weights_that_share_a_name_are_refused(written, tmp_path):
    file = tmp_path / "edited.h5"
    shutil.copy(written / "no_bias.h5", file)
    with h5py.File(file, "r+") as inside:
        group = next(g for n, g in inside["model_weights"].items() if n.startswith("lstm"))
        group.attrs["weight_names"] = [group.attrs["weight_names"][0]] * 2
    with pytest.raises(ModelFileError, match="was never complete"):
        lstm_viz.load_keras(file)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([[1, 30]], "numbers from 0 to 29, but one is 30"),
        ([[-1, 2]], "numbers from 0 to 29, but one is -1"),
        (np.array([[2**63]], np.uint64), "numbers from 0 to 29, but one is 9223372036854775808"),
        ([[np.nan]], "but one is nan"),
        ([[np.inf, 1]], "but one is inf"),
        ([[1], [1, 2]], "an array of numbers, but NumPy says"),
        ([["good"]], "an array of numbers, but it is of type <U4"),
        ([[None]], "an array of numbers, but it is of type object"),
        (np.zeros((2, 0), int), "at least one step, but its shape is \\(2, 0\\)"),
        ([1, 2], "its shape is \\(2,\\)"),
        (np.zeros((1, 2, 3)), "its shape is \\(1, 2, 3\\)"),
    ],
)
def test_numbers_that_it_cannot_read_are_refused(written, given, sentence):
    model = lstm_viz.load_keras(written / "lstm.keras")
    with pytest.raises(InputError, match=sentence) as raised:
        model.predict(given)
    assert isinstance(raised.value, ValueError)
    np.testing.assert_array_equal(model.predict([[1.7, 29.0]]), model.predict([[1, 29]]))


@pytest.mark.parametrize("shape", [(2, 5), (2, 0, 3), (2, 5, 99)])
def test_features_that_it_cannot_read_are_refused(written, shape):
    model = lstm_viz.load_keras(written / "features.keras")
    with pytest.raises(InputError, match="features\\) and at least one step, but its shape"):
        model.predict(np.zeros(shape))
