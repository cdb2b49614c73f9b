"""What an ONNX file leaves out is filled in: types and shapes that follow from its graph."""

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

from lstm_viz.errors import ModelFileError, UnsupportedLayerError
from tests.importers.graphs import model_of, node_of, opened, value, weights_of

MODULE = nn.LSTM(2, 3)


def model_with(*ends, inputs=(), x=None, arrays=(), names=("X", "W", "R", "B"), after=()):
    node = node_of(MODULE, names, ["Y", "", "Y_c"], "layer")
    given = [x or value("X"), *inputs]
    return model_of([node, *after], given, list(ends), weights_of(MODULE) | dict(arrays))


def expected(x):
    output, (_, cells) = MODULE(x)
    return output[:, None].detach(), cells.detach()


def test_an_output_that_was_added_by_its_name_alone_is_put_out(tmp_path):
    x = torch.randn(4, 2, 2)
    model = opened(model_with(value("Y", rank=4), onnx.ValueInfoProto(name="Y_c")), tmp_path)
    for found, wanted in zip(model(x), expected(x), strict=True):
        torch.testing.assert_close(found, wanted)


def test_an_input_or_a_weight_may_be_put_out_by_name(tmp_path):
    x = torch.randn(4, 2, 2)
    ends = [onnx.ValueInfoProto(name=name) for name in ("X", "W", "Y")]
    found = opened(model_with(*ends), tmp_path)(x)
    assert torch.equal(found[0], x)
    np.testing.assert_array_equal(found[1], weights_of(MODULE)["W"])
    torch.testing.assert_close(found[2], expected(x)[0])


@pytest.mark.parametrize("change", ["output", "input", "both", "type", "graph", "version"])
def test_shapes_types_and_names_may_be_left_out(tmp_path, change):
    x = torch.randn(4, 2, 2)
    model = model_with(value("Y", rank=4))
    if change in ("output", "both"):
        model.graph.output[0].type.tensor_type.ClearField("shape")
    if change in ("input", "both"):
        model.graph.input[0].type.tensor_type.ClearField("shape")
    if change == "type":
        model.graph.output[0].type.tensor_type.elem_type = 0
    if change == "graph":
        model.graph.ClearField("name")
    if change == "version":  # an old one, in which the checker asks for weights as inputs
        model.ir_version = 3
    torch.testing.assert_close(opened(model, tmp_path)(x), expected(x)[0])


def test_the_type_of_an_input_does_not_follow(tmp_path):
    with pytest.raises(ModelFileError, match="a type for each input and output, but 'X' has none"):
        opened(model_with(value("Y", rank=4), x=onnx.ValueInfoProto(name="X")), tmp_path)


def shaped(name, *sizes):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)


NAMES = ("X", "W", "R", "B", "", "h", "c")


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ({"c": (1, 2, 4)}, r"initial_c is of shape \(1, 2, 4\)"),  # as of an exported projection
        ({"h": (2, 2, 3)}, r"initial_h is of shape \(2, 2, 3\)"),
        ({"h": (1, 3, 3)}, r"initial_h is of shape \(1, 3, 3\)"),
        ({"X": (4, 2, 5)}, r"X is of shape \(4, 2, 5\), and its weights need \(any, any, 2\)"),
        ({"X": (4, 2)}, r"X is of shape \(4, 2\)"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_what_comes_to_a_layer_fits_its_weights(tmp_path, shapes, sentence, known):
    """It is refused when it is opened, or when it is called if its shape is not known before."""
    sizes = {"X": (4, 2, 2), "h": (1, 2, 3), "c": (1, 2, 3)} | shapes
    whole = {name: np.zeros(size, np.float32) for name, size in sizes.items()}
    said = {name: shaped(name, *size) if known else value(name) for name, size in sizes.items()}
    for name in said if not known else ():
        said[name].type.tensor_type.ClearField("shape")
    inputs = [said["h"], said["c"]]
    proto = model_with(value("Y", rank=4), inputs=inputs, x=said["X"], names=NAMES)
    # Of a wrong rank the standard's own inference speaks first.
    refused = (UnsupportedLayerError, ModelFileError)
    expected = rf"'layer' .* its input {sentence}|rank 3 but has rank 2 in node LSTM \(layer\)"
    with pytest.raises(refused, match=expected):
        opened(proto, tmp_path)(whole["X"], whole["h"], whole["c"])
