"""ONNX graphs made by hand, from PyTorch modules, row by row and apart from the importer."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

GATES = {"LSTM": "ifgo", "GRU": "rzn", "RNN": "h"}  # PyTorch's order
ONNX_GATES = {"LSTM": "iofg", "GRU": "zrn", "RNN": "h"}
TYPES = {np.dtype("f4"): TensorProto.FLOAT, np.dtype("f8"): TensorProto.DOUBLE}


def onnx_rows(kind, values):
    """Bring the gates of one PyTorch weight into ONNX's order."""
    size = len(values) // len(GATES[kind])
    starts = [GATES[kind].index(gate) * size for gate in ONNX_GATES[kind]]
    return np.concatenate([values[start : start + size] for start in starts])


def weights_of(module):
    """Return W, R and, where the module has biases, B of a layer as ONNX has them."""
    kind = type(module).__name__
    state = {name: value.numpy() for name, value in module.state_dict().items()}
    places = ["_l0", "_l0_reverse"][: 1 + module.bidirectional]

    def stacked(*names):
        return np.stack(
            [np.concatenate([onnx_rows(kind, state[n + place]) for n in names]) for place in places]
        )

    found = {"W": stacked("weight_ih"), "R": stacked("weight_hh")}
    return found | ({"B": stacked("bias_ih", "bias_hh")} if module.bias else {})


def node_of(module, inputs, outputs, name="", **attributes):
    """Return the node of a layer; ``inputs`` and ``outputs`` may hold empty names."""
    kind = type(module).__name__
    asked = {"hidden_size": module.hidden_size}
    if module.bidirectional:
        asked["direction"] = "bidirectional"
    if kind == "GRU":
        asked["linear_before_reset"] = 1
    if kind == "RNN" and module.nonlinearity == "relu":
        asked["activations"] = ["Relu"] * (1 + module.bidirectional)
    asked = {key: value for key, value in (asked | attributes).items() if value is not None}
    return helper.make_node(kind, inputs, outputs, name=name, **asked)


def value(name, dtype=TensorProto.FLOAT, rank=3):
    """Declare an input or output, of any size."""
    return helper.make_tensor_value_info(name, dtype, [None] * rank)


def model_of(nodes, inputs, outputs, arrays, opset=22, domains=()):
    """Return a model; ``arrays`` are its initialisers by name."""
    initialisers = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    graph = helper.make_graph(nodes, "graph", inputs, outputs, initialisers)
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def opened(model, folder):
    """Save a model and open it with the importer."""
    import lstm_viz

    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return lstm_viz.load_onnx(path)
