"""A file decides neither time nor memory, and whatever opening it ends in is a sentence."""

import io
import json
import os
import zipfile

import h5py
import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

import lstm_viz
from lstm_viz.errors import LstmVizError, ModelFileError, UnsupportedLayerError
from lstm_viz.importers.onnx import model_file
from lstm_viz.importers.tensorflow import basic_lstm_cells
from tests.importers.graphs import model_of, node_of, opened, value, weights_of
from tests.importers.test_keras import changed, layer_of, option
from tests.importers.test_onnx_refused import MODULES, model_with

DOORS = {"onnx": lstm_viz.load_onnx, "keras": lstm_viz.load_keras, "h5": lstm_viz.load_keras}


@pytest.mark.parametrize("suffix", DOORS)
def test_what_is_no_file_is_not_waited_for(tmp_path, suffix):
    pipe = tmp_path / f"pipe.{suffix}"
    os.mkfifo(pipe)
    (tmp_path / f"empty.{suffix}").touch()
    for path, sentence in (
        (pipe, "it is a pipe"),
        (tmp_path, "it is a folder"),
        ("/dev/zero", "it is a device"),
        (tmp_path / f"empty.{suffix}", "it is empty"),
        (tmp_path / f"none.{suffix}", "there is no such file"),
        (pipe / "inside", "there is no such file"),
        (tmp_path / ("x" * 5000), "cannot be read"),
        ("zero\0.h5", "cannot be read"),
    ):
        with pytest.raises(ModelFileError, match=sentence) as raised:
            DOORS[suffix](path)
        assert len(str(raised.value)) < 700


def table_of(columns, *, said=True):
    def edit(model, file):
        weights = file["layers/embedding/vars"]
        del weights["0"]
        weights["0"] = np.zeros((30, columns), np.float32)
        if said:
            option("Embedding", output_dim=columns)(model, None)

    return edit


def columns_of_head(_, file):
    weights = file["layers/dense/vars"]
    del weights["0"]
    weights["0"] = np.zeros((7, 2), np.float32)


@pytest.mark.parametrize("name", ["lstm", "masked", "masked_both", "masked_steps", "masked_mean"])
@pytest.mark.parametrize("columns", [1, 3, 8, 7000])
def test_an_embedding_is_as_wide_as_what_reads_it(written, tmp_path, name, columns):
    source, target = written / f"{name}.keras", tmp_path / "edited.keras"
    with pytest.raises(ModelFileError, match=f"expected 4 features, .* but {columns:,} come"):
        lstm_viz.load_keras(changed(source, target, table_of(columns)))
    with pytest.raises(UnsupportedLayerError, match="its weights have the shapes"):
        lstm_viz.load_keras(changed(source, target, table_of(columns, said=False)))


@pytest.mark.parametrize(
    ("name", "edit", "sentence"),
    [
        ("masked_both", columns_of_head, "expected 7 features, .* but 8 come to it"),
        ("masked", option("LSTM", return_sequences=False), "what comes to it is one row"),
        ("masked_mean", option("LSTM", return_sequences=False), "what comes to it is one row"),
        ("masked_steps", option("LSTM", return_sequences=False), "what comes to it is one row"),
        ("masked_both", option("Bidirectional", merge_mode="sum"), "but 5 come to it"),
        ("features", option("InputLayer", batch_shape=[None, 9, 4]), "but 4 come to it"),
        ("features", option("InputLayer", batch_shape=[None, 9]), "is numbers of words"),
        ("masked", option("InputLayer", batch_shape=[None, 9, 4]), "features of each step"),
    ],
)
def test_every_layer_reads_what_the_one_before_puts_out(written, tmp_path, name, edit, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        lstm_viz.load_keras(changed(written / f"{name}.keras", tmp_path / "edited.keras", edit))


@pytest.mark.parametrize("given", [0, False, [], {}, "", 0.0])
def test_only_none_is_no_activation(written, tmp_path, given):
    source, target = written / "both.keras", tmp_path / "edited.keras"
    with pytest.raises(UnsupportedLayerError, match="its activation is"):
        lstm_viz.load_keras(changed(source, target, option("Dense", activation=given)))
    whole = changed(source, target, option("Dense", activation=None))
    logits = lstm_viz.load_keras(whole).predict(np.load(written / "both.npz")["given"])
    exact = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.testing.assert_allclose(exact, np.load(written / "both.npz")["said"], atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("Embedding", {"mask_zero": "false"}),
        ("LSTM", {"return_sequences": []}),
        ("LSTM", {"use_bias": 2}),
        ("LSTM", {"stateful": {}}),
        ("LSTM", {"units": 5.0}),
        ("LSTM", {"units": 10**18}),
        ("LSTM", {"units": True}),
        ("LSTM", {"units": "5" * 5000}),
        ("Dense", {"use_bias": ""}),
        ("Dense", {"quantization_config": {}}),
        ("Dense", {"dtype": False}),
    ],
)
def test_options_are_what_keras_writes(written, tmp_path, kind, options):
    file = changed(written / "lstm.keras", tmp_path / "edited.keras", option(kind, **options))
    with pytest.raises(UnsupportedLayerError) as raised:
        lstm_viz.load_keras(file)
    assert len(str(raised.value)) < 900


def many_layers(model, _):
    layers = model["config"]["layers"]
    layers += [layer_of(model, "Dense")] * 100_000


def endless(_, file):
    group = file["layers/lstm/cell"]
    for part in ("cell", "layer", "forward_layer", "backward_layer"):
        group[part] = group


def declared(shape, **options):
    def edit(_, file):
        weights = file["layers/lstm/cell/vars"]
        del weights["0"]
        weights.create_dataset("0", shape, "f4", **options)

    return edit


def folded(_, file):
    """A chunk that unfolds a thousand times further than its dataset says."""
    import zlib

    weights = file["layers/lstm/cell/vars"]
    del weights["0"]
    made = weights.create_dataset("0", (4, 20), "f4", chunks=(4, 20), compression="gzip")
    made.id.write_direct_chunk((0, 0), zlib.compress(bytes(10**8)))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (many_layers, r"100,0\d\d layers|16,777,216 bytes"),
        (endless, "in each other without end"),
        (declared((2**33, 2**31), chunks=(1, 1)), "at most 209,715,200 bytes"),
        (declared((2**40,), chunks=(1,)), "at most 209,715,200 bytes"),
        (declared((5 * 10**7,), chunks=(1,)), "unfolds too far"),
        (declared((4, 20), maxshape=(None, 20), chunks=(2**24, 20)), "unfolds too far"),
        (declared((4, 20), chunks=(4, 20), scaleoffset=3), "unfolds too far"),
        (folded, "unfolds too far"),
    ],
)
def test_an_hdf5_file_decides_no_memory(written, tmp_path, edit, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        lstm_viz.load_keras(changed(written / "lstm.keras", tmp_path / "edited.keras", edit))


@pytest.mark.parametrize("compression", ["gzip", "lzf"])
def test_a_file_that_was_packed_opens(written, tmp_path, compression):
    def packed(_, file):
        weights = file["layers/lstm/cell/vars"]
        array = weights["0"][()]
        del weights["0"]
        weights.create_dataset("0", data=array, chunks=(2, 7), compression=compression)

    model = lstm_viz.load_keras(changed(written / "lstm.keras", tmp_path / "packed.keras", packed))
    truth = np.load(written / "lstm.npz")
    np.testing.assert_allclose(model.predict(truth["given"]), truth["said"], atol=1e-5)


def rezipped(source, target, packing, **parts):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return target


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_unfold_without_end_are_refused(written, tmp_path, packing):
    file = rezipped(written / "lstm.keras", tmp_path / "other.keras", packing)
    with pytest.raises(ModelFileError, match=r"stored or deflated, but config\.json is not"):
        lstm_viz.load_keras(file)
    file = rezipped(written / "lstm.keras", tmp_path / "plain.keras", zipfile.ZIP_DEFLATED)
    assert lstm_viz.load_keras(file)


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000, '{"a":' * 3_000, "nul", "\ufeff{}"])
def test_a_description_of_any_letters_is_a_sentence(written, tmp_path, text):
    parts = {"config.json": text}
    file = rezipped(written / "lstm.keras", tmp_path / "odd.keras", zipfile.ZIP_STORED, **parts)
    with pytest.raises(ModelFileError, match="damaged or of another kind"):
        lstm_viz.load_keras(file)


VALUES = [None, 0, -1, True, [], {}, "", "x" * 5000, [[]], 10**30, 1e308, {"config": {}}]


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_whatever_stands_in_a_description_it_opens_or_is_refused(written, tmp_path, suffix):
    """Each value of a description in turn is another one."""
    source, target = written / f"functional_masked.{suffix}", tmp_path / f"odd.{suffix}"
    raw = source.read_bytes()
    with h5py.File(io.BytesIO(raw)) if suffix == "h5" else zipfile.ZipFile(source) as file:
        text = file.attrs["model_config"] if suffix == "h5" else file.read("config.json")
    random, refused = np.random.default_rng(0), 0
    for _ in range(150):
        model = json.loads(text)
        place, key = random.choice(list(places(model)), shuffle=False)
        place[key] = VALUES[random.integers(len(VALUES))]
        if suffix == "h5":
            target.write_bytes(raw)
            with h5py.File(target, "r+") as file:
                file.attrs["model_config"] = json.dumps(model)
        else:
            parts = {"config.json": json.dumps(model)}
            rezipped(source, target, zipfile.ZIP_STORED, **parts)
        said = sentence_of(target)
        refused += said is not None
        assert len(said or "") < 1500
    assert 30 < refused < 150


def sentence_of(path):
    try:
        lstm_viz.load_keras(path)
    except LstmVizError as error:
        return str(error)
    return None


def places(node):
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
        yield np.array([node, key], dtype=object)
        if isinstance(inner, dict | list):
            yield from places(inner)


def constant(name, numbers):
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(numbers))


def whole(*numbers):
    return np.array(numbers, dtype=np.int64)


def with_nodes(*nodes, output="Z"):
    """Return a model of one LSTM, and other nodes whose result is its second output."""
    model = model_with(after=nodes)
    model.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    return model


HUGE = 2**40
GROWING = {
    "Expand": [constant("n", whole(HUGE, 1, 1)), helper.make_node("Expand", ["Y_h", "n"], ["Z"])],
    "Tile": [constant("n", whole(HUGE, 1, 1)), helper.make_node("Tile", ["Y_h", "n"], ["Z"])],
    "ConstantOfShape": [
        constant("n", whole(HUGE)), helper.make_node("ConstantOfShape", ["n"], ["Z"])
    ],
    "Pad": [
        constant("n", whole(0, 0, 0, HUGE, 0, 0)), helper.make_node("Pad", ["Y_h", "n"], ["Z"])
    ],
    "Range": [
        constant("n", np.array(2.0**40, np.float32)), constant("o", np.array(0, np.float32)),
        constant("s", np.array(1, np.float32)), helper.make_node("Range", ["o", "n", "s"], ["Z"]),
    ],
    "OneHot": [
        constant("i", whole(0)), constant("n", np.array(HUGE)),
        constant("v", np.array([0, 1], np.float32)),
        helper.make_node("OneHot", ["i", "n", "v"], ["Z"]),
    ],
    "outer": [
        constant("n", whole(1, 2**20)), helper.make_node("ConstantOfShape", ["n"], ["a"]),
        helper.make_node("Transpose", ["a"], ["b"]), helper.make_node("Add", ["a", "b"], ["Z"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", GROWING)
def test_a_run_is_bounded_by_what_its_nodes_would_put_out(tmp_path, name):
    model = opened(with_nodes(*GROWING[name]), tmp_path)
    with pytest.raises(ModelFileError, match=r"at most 1,073,774,592 bytes at once"):
        model(torch.zeros(4, 1, 2))


def endless_loop():
    nodes = [helper.make_node("Identity", [a], [b]) for a, b in (("go", "on"), ("state", "next"))]
    inputs = [value("i", TensorProto.INT64, 0), value("go", TensorProto.BOOL, 0), value("state")]
    ends = [value("on", TensorProto.BOOL, 0), value("next")]
    body = helper.make_graph(nodes, "body", inputs, ends)
    yes = constant("yes", np.array(True))
    loop = helper.make_node("Loop", ["n", "yes", "Y_h"], ["Z"], body=body)
    return with_nodes(constant("n", np.array(2**62)), yes, loop)


def test_a_loop_comes_to_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_viz.importers.onnx.budget._NODES", 200)
    monkeypatch.setattr("lstm_viz.importers.onnx.budget._NODES_PER_NUMBER", 0)
    with pytest.raises(ModelFileError, match="a graph that comes to an end, but it is run too"):
        opened(endless_loop(), tmp_path)(torch.zeros(4, 1, 2))


def test_a_long_chain_is_refused_by_what_it_makes_in_all(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_viz.importers.onnx.budget._NUMBERS", 10)
    monkeypatch.setattr("lstm_viz.importers.onnx.budget._NUMBERS_PER_NUMBER", 0)
    with pytest.raises(ModelFileError, match="takes too long"):
        opened(with_nodes(helper.make_node("Exp", ["Y_h"], ["Z"])), tmp_path)(torch.zeros(4, 1, 2))


@pytest.mark.parametrize("count", [20_000_000, 3, 2**62, -1])
def test_a_split_has_as_many_parts_as_outputs(tmp_path, count):
    split = helper.make_node("Split", ["B"], ["b1", "b2"], axis=1, num_outputs=count)
    with pytest.raises(ModelFileError, match="an output for each part of a Split, but its"):
        opened(model_with(after=[split]), tmp_path)


def test_weights_that_serve_many_layers_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_viz.importers.onnx.graph.LARGEST", 5_000)
    nodes = [node_of(MODULES["LSTM"], ["X", "W", "R"], ["", f"h{n}"], "a") for n in range(50)]
    ends = [value("h0")]
    with pytest.raises(UnsupportedLayerError, match="the weights of all layers have more"):
        opened(model_of(nodes, [value("X")], ends, weights_of(MODULES["LSTM"])), tmp_path)


def test_parts_and_nodes_are_counted_before_they_are_made(tmp_path, monkeypatch):
    file = tmp_path / "crowd.onnx"
    monkeypatch.setattr(model_file, "_MOST_PARTS", 1_000)
    inside = b"\x0a\x00" * 1_000
    length = bytes([len(inside) & 0x7F | 0x80, len(inside) >> 7])
    file.write_bytes(b"\x08\x0a\x3a" + length + inside)
    with pytest.raises(ModelFileError, match="at most 1,000 parts"):
        lstm_viz.load_onnx(file)
    monkeypatch.setattr(model_file, "_MOST_PARTS", 2**20)
    monkeypatch.setattr(model_file, "_MOST_NODES", 100)
    nodes = [helper.make_node("Identity", ["Y_h"], [f"i{n}"]) for n in range(200)]
    with pytest.raises(ModelFileError, match="at most 100 nodes, but it has 201"):
        opened(model_with(after=nodes), tmp_path)


def test_constants_may_be_infinite_where_they_are_no_weights(tmp_path):
    least, most = np.array(-np.inf, np.float32), np.array(np.inf, np.float32)
    clip = helper.make_node("Clip", ["Y_h", "least", "most"], ["Z"])
    model = with_nodes(constant("least", least), constant("most", most), clip)
    last, clipped = opened(model, tmp_path)(torch.ones(4, 1, 2))
    assert torch.equal(last, clipped)
    for bad in (np.nan, np.inf):
        head = np.full((3, 2), bad, np.float32)
        model = with_nodes(
            constant("head", head), helper.make_node("MatMul", ["Y_h", "head"], ["Z"])
        )
        with pytest.raises(ModelFileError, match="'head' are not all finite"):
            opened(model, tmp_path)


@pytest.mark.parametrize(
    ("kernel", "bias"),
    [
        (np.full((5, 12), np.nan), np.zeros(12)),
        (np.zeros((5, 12)), np.full(12, np.inf)),
        (np.zeros((5, 12), np.complex128), np.zeros(12, np.complex128)),
        (np.zeros((5, 12), np.int64), np.zeros(12, np.int64)),
        (np.zeros((5, 12), np.float32), np.zeros(12)),
        (np.zeros((5, 12), object), np.zeros(12)),
    ],
)
def test_cells_of_tensorflow_are_finite_floats(kernel, bias):
    with pytest.raises(ModelFileError, match="cell 0: expected"):
        basic_lstm_cells([(kernel, bias)])
    for forget in (np.nan, np.inf):
        with pytest.raises(ModelFileError, match="cell 0: expected"):
            basic_lstm_cells([(np.zeros((5, 12)), np.zeros(12))], forget_bias=forget)
