"""ONNX files that cannot be opened exactly, or not safely: each is refused by name."""

import pickle
import sys

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

import lstm_viz
from lstm_viz.errors import (
    LstmVizError,
    MissingPackageError,
    ModelFileError,
    NoRecurrentModuleError,
    UnsupportedLayerError,
)
from lstm_viz.importers.onnx import graph, model_file
from tests.importers.graphs import model_of, node_of, opened, value, weights_of

MODULES = {
    "LSTM": nn.LSTM(2, 3),
    "GRU": nn.GRU(2, 3),
    "RNN": nn.RNN(2, 3),
    "both": nn.LSTM(2, 3, bidirectional=True),
}


def model_with(kind="LSTM", inputs=("X", "W", "R", "B"), arrays=(), before=(), after=(), **asked):
    """Return a model of one layer and what is added to it."""
    module = MODULES[kind]
    node = node_of(module, inputs, ["", "Y_h"], "layer", **asked)
    known = weights_of(module) | dict(arrays)
    return model_of([*before, node, *after], [value("X")], [value("Y_h")], known)


def test_the_plain_layers_open(tmp_path):
    for kind, module in MODULES.items():
        x = torch.randn(4, 1, 2)
        model = opened(model_with(kind), tmp_path)
        states = module(x)[1]
        expected = states[0] if isinstance(states, tuple) else states
        torch.testing.assert_close(model(x), expected.detach())


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        ("LSTM", {"clip": 3.0}, "'layer' .* attribute clip.* without it"),
        ("LSTM", {"input_forget": 1}, "'layer' .* attribute input_forget"),
        ("LSTM", {"activations": ["Sigmoid", "Relu", "Tanh"]}, "'layer' .* sigmoid, relu, tanh"),
        ("LSTM", {"activations": ["HardSigmoid", "Tanh", "Tanh"]}, "activations are hardsigmoid"),
        ("LSTM", {"activation_alpha": [0.2]}, "attribute activation_alpha"),
        ("LSTM", {"activation_beta": [0.2]}, "attribute activation_beta"),
        ("LSTM", {"direction": "reverse"}, "direction is 'reverse'.* forward or bidirectional"),
        ("LSTM", {"direction": "up"}, "direction is 'up'"),
        ("LSTM", {"direction": "bidirectional"}, "its weights are"),
        ("both", {"direction": "forward"}, "its weights are"),
        ("both", {"activations": ["Sigmoid", "Tanh", "Tanh"]}, "activations are sigmoid, tanh"),
        ("LSTM", {"hidden_size": 4}, "its weights are"),
        ("LSTM", {"hidden_size": 0}, "its weights are"),
        ("LSTM", {"hidden_size": -3}, "its weights are"),
        ("GRU", {"linear_before_reset": 0}, "linear_before_reset=0.* with linear_before_reset=1"),
        ("GRU", {"linear_before_reset": None}, "linear_before_reset=0"),
        ("GRU", {"activations": ["Sigmoid", "Relu"]}, "activations are sigmoid, relu"),
        ("RNN", {"activations": ["Affine"]}, "activations are affine.* with tanh or relu"),
        ("RNN", {"clip": 3.0}, "attribute clip"),
    ],
)
def test_variants_that_pytorch_does_not_compute_are_refused(tmp_path, kind, asked, sentence):
    with pytest.raises(UnsupportedLayerError, match=sentence):
        opened(model_with(kind, **asked), tmp_path)


def test_what_says_the_default_is_no_variant(tmp_path):
    asked = {"input_forget": 0, "activations": ["SIGMOID", "tanh", "Tanh"], "direction": "forward"}
    assert opened(model_with(**asked), tmp_path).layer.hidden_size == 3


def test_peepholes_are_refused(tmp_path):
    inputs = ["X", "W", "R", "B", "", "", "", "P"]
    model = model_with(inputs=inputs, arrays={"P": np.zeros((1, 9), np.float32)})
    with pytest.raises(UnsupportedLayerError, match=r"'layer' .* peepholes .input P.*without them"):
        opened(model, tmp_path)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"B": np.full((1, 24), np.nan, np.float32)}, "not all finite"),
        ({"B": np.zeros((1, 24), np.float64)}, "of type float32, float32, float64"),
        ({"B": np.zeros((1, 23), np.float32)}, r"\(1, 23\)"),
        ({"R": np.zeros((1, 12, 4), np.float32)}, r"\(1, 12, 4\)"),
        ({"R": np.zeros((), np.float32)}, "its weights are"),
        ({"W": np.zeros((1, 12), np.float32)}, "its weights are"),
        ({"W": np.zeros((1, 12, 0), np.float32)}, "its weights are"),
        ({n: a.astype(np.float16) for n, a in weights_of(MODULES["LSTM"]).items()}, "in float32"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path, arrays, sentence):
    with pytest.raises(UnsupportedLayerError, match=sentence):
        opened(model_with(arrays=arrays), tmp_path)


def inside(operator):
    """Return a node with an LSTM inside its body."""
    layer = node_of(MODULES["LSTM"], ["X", "W", "R"], ["", "h"], "hidden.layer")
    body = helper.make_graph([layer], "body", [], [value("h")])
    return helper.make_node(operator, ["yes"], ["out"], then_branch=body, else_branch=body)


def test_layers_inside_a_condition_are_refused(tmp_path):
    model = model_with(arrays={"yes": np.array(True)}, after=[inside("If")])
    with pytest.raises(UnsupportedLayerError, match=r"'hidden_layer' .* inside a loop, scan"):
        opened(model, tmp_path)


def test_custom_operators_are_refused(tmp_path):
    node = helper.make_node("Magic", ["X"], ["Z"], name="spell", domain="com.example")
    custom = model_of([node], [value("X")], [value("Z")], {}, domains=["com.example"])
    with pytest.raises(UnsupportedLayerError, match=r"'spell' .* Magic .* 'com\.example'"):
        opened(custom, tmp_path)


def test_functions_of_the_file_are_refused(tmp_path):
    function = helper.make_function(
        "mine", "F", ["a"], ["b"], [helper.make_node("Abs", ["a"], ["b"])],
        [helper.make_opsetid("", 22)],
    )  # fmt: skip
    call = helper.make_node("F", ["X"], ["Z"], domain="mine")
    model = model_of([call], [value("X")], [value("Z")], {}, domains=["mine"])
    model.functions.append(function)
    with pytest.raises(UnsupportedLayerError, match=r"'F' .* functions inlined"):
        opened(model, tmp_path)


def test_graphs_without_a_recurrent_node_are_refused(tmp_path):
    model = model_of([helper.make_node("Abs", ["X"], ["Y"])], [value("X")], [value("Y")], {})
    with pytest.raises(NoRecurrentModuleError, match=r"model\.onnx holds .*LSTM, GRU, RNN"):
        opened(model, tmp_path)


def test_inputs_and_outputs_that_are_no_numbers_are_refused(tmp_path):
    model = model_with()
    model.graph.input.append(value("words", TensorProto.STRING))
    with pytest.raises(UnsupportedLayerError, match=r"'words' .* not a tensor of numbers"):
        opened(model, tmp_path)
    model = model_with(before=[helper.make_node("SequenceConstruct", ["X"], ["many"])])
    kind = helper.make_sequence_type_proto(helper.make_tensor_type_proto(TensorProto.FLOAT, [None]))
    model.graph.output.append(helper.make_value_info("many", kind))
    with pytest.raises(UnsupportedLayerError, match=r"'many' .* not a tensor of numbers"):
        opened(model, tmp_path)


@pytest.mark.parametrize("lengths", [[0, 2], [1, 5], [-1, 2]])
def test_lengths_out_of_range_are_refused(tmp_path, lengths):
    node = node_of(MODULES["LSTM"], ["X", "W", "R", "B", "lengths"], ["Y"], "layer")
    inputs = [value("X"), value("lengths", TensorProto.INT32, 1)]
    model = model_of([node], inputs, [value("Y", rank=4)], weights_of(MODULES["LSTM"]))
    model = opened(model, tmp_path)
    with pytest.raises(UnsupportedLayerError, match=r"sequence_lens .* not each from 1 to 4"):
        model(torch.zeros(4, 2, 2), torch.tensor(lengths))


def raw_of(model):
    return model.SerializeToString()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff" * 999, raw_of(model_with())[:-7], raw_of(model_with())[:300],
        pickle.dumps({"a": 1}), b"not a model at all",
    ],
)  # fmt: skip
def test_damaged_files_are_refused(tmp_path, raw):
    path = tmp_path / "broken.onnx"
    path.write_bytes(raw)
    with pytest.raises(ModelFileError, match=r"broken\.onnx: expected an ONNX model, but it is"):
        lstm_viz.load_onnx(path)


def test_files_with_other_bytes_here_and_there_open_or_are_refused(tmp_path):
    """Whatever a file says, what comes of it is a model or a sentence."""
    model = model_with("both", activations=["Sigmoid", "Tanh", "Tanh"] * 2)
    whole = np.frombuffer(raw_of(model), "u1")
    random, path, refused = np.random.default_rng(0), tmp_path / "changed.onnx", 0
    for _ in range(600):
        raw = whole.copy()
        places = random.choice(300, size=random.integers(1, 4))
        raw[places] = random.integers(0, 256, len(places))
        path.write_bytes(raw.tobytes())
        try:
            lstm_viz.load_onnx(path)
        except LstmVizError:
            refused += 1
    assert 300 < refused < 600


def test_files_that_are_not_there_or_too_large_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ModelFileError, match="there is no such file"):
        lstm_viz.load_onnx(tmp_path / "none.onnx")
    monkeypatch.setattr(model_file, "_LARGEST", 100)
    with pytest.raises(ModelFileError, match="at most 100 bytes"):
        opened(model_with(), tmp_path)


def test_graphs_that_do_not_hold_together_are_refused(tmp_path):
    model = model_with(after=[helper.make_node("Abs", ["nowhere"], ["Z"])])
    with pytest.raises(ModelFileError, match=r"damaged .*nowhere|damaged .*sorted"):
        opened(model, tmp_path)
    model = model_with()
    model.graph.initializer[0].dims[:] = [1, 12, 999]
    with pytest.raises(ModelFileError, match=r"model\.onnx: expected"):
        opened(model, tmp_path)


@pytest.mark.parametrize("place", ["initialiser", "constant", "branch"])
def test_numbers_in_other_files_are_refused(tmp_path, place):
    outside = numpy_helper.from_array(np.zeros(2, np.float32), "outside")
    outside.ClearField("raw_data")
    outside.data_location = TensorProto.EXTERNAL
    outside.external_data.add(key="location", value="/etc/passwd")
    constant = helper.make_node("Constant", [], ["outside"], value=outside)
    if place == "initialiser":
        model = model_with()
        model.graph.initializer.append(outside)
    elif place == "constant":
        model = model_with(before=[constant])
    else:
        body = helper.make_graph([constant], "body", [], [value("outside", rank=1)])
        node = helper.make_node("If", ["yes"], ["Z"], then_branch=body, else_branch=body)
        model = model_with(arrays={"yes": np.array(True)}, before=[node])
    with pytest.raises(ModelFileError, match=r"takes 'outside' from another file.* onnx\.save"):
        opened(model, tmp_path)


def test_weights_that_multiply_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(graph, "LARGEST", 10_000)
    doubling = [
        helper.make_node("Concat", [f"a{n}", f"a{n}"], [f"a{n + 1}"], axis=0) for n in range(60)
    ]
    model = model_with(arrays={"a0": np.zeros(2, np.float32)}, before=doubling)
    with pytest.raises(ModelFileError, match=r"at most 9,\d{3} bytes at once"):
        opened(model, tmp_path)


def test_operators_that_onnx_does_not_run_are_refused(tmp_path):
    training = helper.make_node("Gradient", ["X"], ["Z"], domain="ai.onnx.ml")
    model = model_with(before=[training])
    model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    with pytest.raises(UnsupportedLayerError, match=r"'Gradient' .* domain 'ai\.onnx\.ml'"):
        opened(model, tmp_path)


def test_without_the_package_onnx_the_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingPackageError, match=r'pip install "lstm-viz\[onnx\]"'):
        lstm_viz.load_onnx(tmp_path / "model.onnx")


def test_names_are_fit_for_modules_and_different(tmp_path):
    names = ["/a/b", "a.b", "", "forward", "training", "..", "__x__"]
    nodes = [
        node_of(MODULES["LSTM"], ["X", "W", "R"], [f"Y{n}"], name) for n, name in enumerate(names)
    ]
    ends = [value("Y0", rank=4)]
    model = opened(model_of(nodes, [value("X")], ends, weights_of(MODULES["LSTM"])), tmp_path)
    found = lstm_viz.record(model).names
    assert found == ("a_b", "a_b_2", "lstm_0", "forward_2", "training_2", "lstm_1", "x")


def test_an_output_that_is_left_out_is_no_input_of_others(tmp_path):
    """Both have the name "": the evaluator alone would clip at what the layer put out."""
    after = [helper.make_node("Clip", ["Y_h", "", "most"], ["Z"])]
    model = model_with(arrays={"most": np.array(9, np.float32)}, after=after)
    del model.graph.output[:]
    model.graph.output.append(value("Z"))
    x = torch.randn(4, 1, 2)
    torch.testing.assert_close(opened(model, tmp_path)(x), MODULES["LSTM"](x)[1][0].detach())


def test_the_standards_domain_may_be_spelled_out(tmp_path):
    model = model_with()
    model.opset_import[0].domain = model.graph.node[0].domain = "ai.onnx"
    assert opened(model, tmp_path).layer.hidden_size == 3


def test_one_state_may_be_given_without_the_other(tmp_path):
    inputs = ["X", "W", "R", "B", "", "", "start"]
    model = opened(
        model_with(inputs=inputs, arrays={"start": np.ones((1, 1, 3), np.float32)}), tmp_path
    )
    x, zeros = torch.randn(4, 1, 2), torch.zeros(1, 1, 3)
    expected = MODULES["LSTM"](x, (zeros, zeros + 1))[1][0].detach()
    torch.testing.assert_close(model(x), expected)
