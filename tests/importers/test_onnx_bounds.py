"""What a graph may ask for is bounded on the way, too; the rest is refused when it is opened."""

import numpy as np
import pytest
import torch
from onnx import helper

from lstm_viz.errors import ModelFileError, UnsupportedLayerError
from tests.importers.graphs import opened
from tests.importers.test_hostile import constant, whole, with_nodes

X = torch.zeros(4, 1, 2)
FAR = 10**9


def made(tmp_path, operator, *inputs, before=(), domain="", **asked):
    node = helper.make_node(operator, inputs, ["Z"], domain=domain, **asked)
    model = with_nodes(*before, node)
    if domain:
        model.opset_import.append(helper.make_opsetid(domain, 3))
    return opened(model, tmp_path)


@pytest.mark.parametrize(
    "operator", ["TreeEnsembleRegressor", "SVMClassifier", "ArrayFeatureExtractor"]
)
def test_other_domains_of_the_standard_are_refused(tmp_path, operator):
    with pytest.raises(UnsupportedLayerError, match=f"{operator} is of the domain 'ai.onnx.ml'"):
        made(tmp_path, operator, "Y_h", domain="ai.onnx.ml")


@pytest.mark.parametrize(
    "operator", ["LpPool", "STFT", "RoiAlign", "Resize", "MaxUnpool", "Attention", "ConvTranspose"]
)
def test_operators_without_a_bound_are_refused(tmp_path, operator):
    with pytest.raises(UnsupportedLayerError, match=f"{operator} is not among those"):
        made(tmp_path, operator, "Y_h")


@pytest.mark.parametrize("operator", ["RandomNormalLike", "Bernoulli", "Multinomial"])
def test_operators_that_draw_at_random_are_refused(tmp_path, operator):
    with pytest.raises(UnsupportedLayerError, match=f"{operator} draws at random"):
        made(tmp_path, operator, "Y_h")


def test_a_dropout_may_not_draw(tmp_path):
    half = constant("half", np.array(0.5, np.float32))
    for value in (True, False):
        before = [half, constant("training", np.array(value))]
        if value:
            with pytest.raises(UnsupportedLayerError, match="may draw at random"):
                made(tmp_path, "Dropout", "Y_h", "half", "training", before=before)
        else:
            model = made(tmp_path, "Dropout", "Y_h", "half", "training", before=before)
            assert torch.equal(*model(X))
    computed = helper.make_node("Not", ["no"], ["training"])
    before = [half, constant("no", np.array(False)), computed]
    with pytest.raises(UnsupportedLayerError, match="may draw at random"):
        made(tmp_path, "Dropout", "Y_h", "half", "training", before=before)


@pytest.mark.parametrize(
    ("operator", "asked"),
    [
        ("Conv", {"pads": [FAR, FAR], "strides": [FAR]}),
        ("Conv", {"pads": [FAR, FAR], "dilations": [FAR]}),
        ("MaxPool", {"kernel_shape": [FAR], "pads": [FAR - 1] * 2, "strides": [FAR]}),
        ("AveragePool", {"kernel_shape": [FAR], "pads": [FAR - 1] * 2, "strides": [FAR]}),
    ],
)
def test_windows_are_counted_with_what_they_slide_over(tmp_path, operator, asked):
    kernel = constant("kernel", np.ones((1, 1, 2), np.float32))
    inputs = ["Y_h", "kernel"] if operator == "Conv" else ["Y_h"]
    model = made(tmp_path, operator, *inputs, before=[kernel], **asked)
    with pytest.raises(ModelFileError, match=f"node {operator} .* at most .* bytes at once"):
        model(X)


def test_small_windows_are_computed(tmp_path):
    kernel = constant("kernel", np.array([[[1, -2]]], np.float32))
    last, made_ = made(tmp_path, "Conv", "Y_h", "kernel", before=[kernel], pads=[1, 0])(X)
    weights = torch.tensor([[[1.0, -2.0]]])
    expected = torch.nn.functional.conv1d(torch.nn.functional.pad(last, (1, 0)), weights)
    torch.testing.assert_close(made_, expected)
    last, largest = made(tmp_path, "MaxPool", "Y_h", kernel_shape=[2])(X)
    torch.testing.assert_close(largest, torch.nn.functional.max_pool1d(last, 2, 1))
    last, product = made(tmp_path, "Einsum", "Y_h", "Y_h", equation="abc,abd->cd")(X)
    torch.testing.assert_close(product, torch.einsum("abc,abd->cd", last, last))


@pytest.mark.parametrize("pads", [(FAR, -FAR), (FAR, 0), (0, FAR)])
@pytest.mark.parametrize("mode", ["constant", "reflect", "edge", "wrap"])
def test_pads_are_counted_before_they_are_cut(tmp_path, pads, mode):
    before = [constant("pads", whole(0, 0, pads[0], 0, 0, pads[1]))]
    with pytest.raises(ModelFileError, match=r"node Pad .* bytes at once"):
        made(tmp_path, "Pad", "Y_h", "pads", before=before, mode=mode)(X)


@pytest.mark.parametrize(
    ("operator", "numbers", "sentence"),
    [
        ("Range", (0, 5, 0), "stops with: float division by zero"),
        ("Expand", (-1,), "stops with"),
        ("ConstantOfShape", (-1,), "stops with"),
    ],
)
def test_whatever_stops_a_node_is_a_sentence(tmp_path, operator, numbers, sentence):
    if operator == "Range":
        before = [constant(f"n{n}", np.array(number)) for n, number in enumerate(numbers)]
        inputs = ["n0", "n1", "n2"]
    else:
        before = [constant("n", whole(*numbers))]
        inputs = ["Y_h", "n"] if operator == "Expand" else ["n"]
    with pytest.raises(ModelFileError, match=f"node {operator} .*{sentence}"):
        made(tmp_path, operator, *inputs, before=before)(X)


def test_an_error_without_words_goes_by_its_class(tmp_path, monkeypatch):
    def stops(*_):
        raise MemoryError

    monkeypatch.setattr("lstm_viz.importers.onnx.cost.outputs_of", stops)
    with pytest.raises(ModelFileError, match="stops with: MemoryError"):
        made(tmp_path, "Exp", "Y_h")(X)


def test_the_copies_that_are_put_out_are_counted(tmp_path, monkeypatch):
    model = made(tmp_path, "Exp", "Y_h")
    monkeypatch.setattr("lstm_viz.importers.onnx.budget.Budget._ask", lambda *_: None)
    monkeypatch.setattr("lstm_viz.importers.onnx.budget._BYTES", 10)
    monkeypatch.setattr("lstm_viz.importers.onnx.budget._BYTES_PER_BYTE", 0)
    with pytest.raises(ModelFileError, match="outputs: expected at most 10 bytes"):
        model(X)
