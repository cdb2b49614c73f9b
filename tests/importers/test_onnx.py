"""ONNX graphs compute what they should, by published vectors, an oracle and onnx itself."""

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import nn

import lstm_viz
from lstm_viz.errors import UnsupportedLayerError
from tests.conftest import TRUTH
from tests.importers.graphs import TYPES, model_of, node_of, opened, value, weights_of
from tests.trace.oracle import QUANTITIES, run

TOLERANCE = {torch.float32: 2e-6, torch.float64: 1e-12}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("onnx")


def vector(case, stem):
    tensor = onnx.TensorProto()
    tensor.ParseFromString((case / "test_data_set_0" / f"{stem}.pb").read_bytes())
    return numpy_helper.to_array(tensor)


@pytest.mark.data("truth")
@pytest.mark.parametrize("name", ["defaults", "with_initial_bias", "batchwise"])
def test_the_standards_own_vectors(name):
    case = TRUTH / "onnx_lstm_node" / f"test_lstm_{name}"
    model = lstm_viz.load_onnx(case / "model.onnx")
    count = len(list(case.glob("test_data_set_0/input_*")))
    inputs = [vector(case, f"input_{number}") for number in range(count)]
    with lstm_viz.record(model) as recording:
        outputs = model(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    assert len(outputs) == len(list(case.glob("test_data_set_0/output_*")))
    for number, output in enumerate(outputs):
        np.testing.assert_allclose(output, vector(case, f"output_{number}"), atol=1e-6, rtol=0)
    assert recording["lstm_0"].error < 1e-6
    assert model.lstm_0.hidden_size == inputs[2].shape[-1]


@pytest.mark.data("truth")
def test_the_vector_with_peepholes_is_refused():
    with pytest.raises(UnsupportedLayerError, match=r"'lstm_0' .* peepholes \(input P\)"):
        lstm_viz.load_onnx(TRUTH / "onnx_lstm_node" / "test_lstm_with_peepholes" / "model.onnx")


configurations = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["LSTM", "LSTM", "GRU", "tanh", "relu"]),
        "bidirectional": st.booleans(),
        "features": st.integers(1, 6),
        "units": st.integers(1, 6),
        "batch": st.integers(1, 4),
        "steps": st.integers(1, 9),
        "bias": st.booleans(),
        "layout": st.sampled_from([None, 0, 1]),
        "lengths": st.booleans(),
        "states": st.sampled_from(["", "h", "c", "hc"]),
        "outputs": st.sets(st.sampled_from([0, 1, 2]), min_size=1),
        "weights": st.sampled_from(["initialisers", "constants", "inputs", "computed"]),
        "dtype": st.sampled_from([torch.float32, torch.float64]),
        "seed": st.integers(0, 2**31),
    }
)


def layer_of(c):
    torch.manual_seed(c["seed"])
    sizes = c["features"], c["units"]
    options = {"bias": c["bias"], "bidirectional": c["bidirectional"], "dtype": c["dtype"]}
    if c["kind"] in ("tanh", "relu"):
        return nn.RNN(*sizes, nonlinearity=c["kind"], **options)
    return getattr(nn, c["kind"])(*sizes, **options)


def arguments_of(c, module):
    """Return all inputs of the node by name as ONNX lays them out, and for the oracle."""
    features = torch.randn(c["batch"], c["steps"], c["features"], dtype=c["dtype"]).numpy()
    lengths = [c["steps"]] * c["batch"]
    if c["lengths"]:
        lengths = torch.randint(1, c["steps"] + 1, (c["batch"],)).tolist()
    shape = 1 + c["bidirectional"], c["batch"], c["units"]
    states = {
        name: torch.randn(shape, dtype=c["dtype"]).numpy()
        for name in c["states"]
        if name == "h" or c["kind"] == "LSTM"
    }
    first = c["layout"] == 1
    given = {"X": features if first else features.swapaxes(0, 1)}
    if c["lengths"]:
        given["lengths"] = np.array(lengths, dtype=np.int32)
    given |= {name: state.swapaxes(0, 1) if first else state for name, state in states.items()}
    zeros = np.zeros(shape)
    expected = run(module, features, lengths, states.get("h", zeros), states.get("c", zeros))
    return given, lengths, expected


def graph_of(c, module, given):
    """Return the model, and the weights that each call must bring."""
    weights, brought, nodes = weights_of(module), {}, []
    arrays, kind = dict(weights), TYPES[weights["W"].dtype]
    if c["weights"] == "inputs":
        arrays, brought = {}, weights
    elif c["weights"] == "constants":
        nodes = [
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array))
            for name, array in weights.items()
        ]
        arrays = {}
    elif c["weights"] == "computed":  # as torch.onnx.export leaves the weights of large layers
        arrays = {f"{n}_{i}": part for n, a in weights.items() for i, part in enumerate(a)}
        arrays["axis"] = np.array([0], dtype=np.int64)
        for name, array in weights.items():
            parts = [f"{name}_{i}_first" for i in range(len(array))]
            nodes += [
                helper.make_node("Unsqueeze", [part.removesuffix("_first"), "axis"], [part])
                for part in parts
            ]
            nodes += [helper.make_node("Concat", parts, [name], axis=0)]
    names = [
        name if name in {**given, **weights} else ""
        for name in ("X", "W", "R", "B", "lengths", "h", *(["c"] if c["kind"] == "LSTM" else []))
    ]
    possible = ["Y", "Y_h", "Y_c"] if c["kind"] == "LSTM" else ["Y", "Y_h"]
    outputs = [name if place in c["outputs"] else "" for place, name in enumerate(possible)]
    wanted = [name for name in outputs if name] or ["Y"]
    outputs = outputs if any(outputs) else ["Y"]
    nodes += [node_of(module, names, outputs, "the.layer/node", layout=c["layout"])]
    inputs = [
        value(name, TensorProto.INT32 if name == "lengths" else kind, array.ndim)
        for name, array in (given | brought).items()
    ]
    ends = [value(name, kind, 4 if name == "Y" else 3) for name in wanted]
    return model_of(nodes, inputs, ends, arrays), brought, wanted


@given(configurations)
@settings(max_examples=150)
def test_any_layer_agrees_with_an_oracle_and_with_onnx(folder, c):
    module = layer_of(c)
    given_, lengths, expected = arguments_of(c, module)
    proto, brought, wanted = graph_of(c, module, given_)
    model = opened(proto, folder)
    with lstm_viz.record(model) as recording:
        found = model(*given_.values(), *brought.values())
    found = dict(zip(wanted, found if isinstance(found, tuple) else (found,), strict=True))
    tolerance = TOLERANCE[c["dtype"]]

    ends = {"Y_h": "hidden_state", "Y_c": "cell_state"}
    for name, output in found.items():
        if name == "Y":  # (batch, step, direction, unit)
            oracle = np.stack([way["hidden_state"] for way in expected], axis=2)
            oracle = oracle if c["layout"] == 1 else oracle.transpose(1, 2, 0, 3)
        else:
            oracle = np.stack(
                [
                    [way[ends[name]][text, 0 if place else n - 1] for text, n in enumerate(lengths)]
                    for place, way in enumerate(expected)
                ],
                axis=1 if c["layout"] == 1 else 0,
            )
        assert output.dtype == c["dtype"]
        np.testing.assert_allclose(output, oracle, atol=tolerance, rtol=tolerance)

    call = recording["the_layer_node"]
    assert call.lengths.tolist() == lengths
    for way, layer in zip(expected, call.layers, strict=True):
        for name in QUANTITIES[module.mode]:
            np.testing.assert_allclose(
                layer.quantities[name],
                way[name][:, : max(lengths)],
                atol=tolerance * 5,
                rtol=tolerance * 5,
            )

    if not c["lengths"] and c["kind"] != "relu":  # which onnx's own implementation leaves out
        theirs = ReferenceEvaluator(proto).run(wanted, given_ | brought)
        for name, array in zip(wanted, theirs, strict=True):
            np.testing.assert_allclose(found[name], array, atol=tolerance, rtol=tolerance)
