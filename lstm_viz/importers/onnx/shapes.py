"""Which types and shapes does a graph have where its file does not say? They are inferred.

The checker of the package onnx asks for more than a graph needs to be run: a type and a shape for
each input and output. Files to which an output was added by its name alone have neither.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lstm_viz.errors import ModelFileError, UnsupportedLayerError
from lstm_viz.importers.onnx.layer import Array, Layer
from lstm_viz.plain_file import short

if TYPE_CHECKING:
    import onnx

_SMALL = 1_024  # numbers of a constant that may say a shape
_INPUTS_WHOLE_UNTIL = 3  # the last version in which constants are inputs, too

Shape = Sequence[int | None]


def check(model: "onnx.ModelProto", file: str) -> None:
    """Have the package onnx check a model, after adding types and shapes that its checker needs.

    Raises:
        ModelFileError: an input or output has no type, and none follows.
        onnx.checker.ValidationError: the model is damaged.
    """
    from onnx import checker, helper

    graph = model.graph
    graph.name = graph.name or "graph"
    if model.ir_version <= _INPUTS_WHOLE_UNTIL:
        named = {value.name for value in graph.input}
        graph.input.extend(
            helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            for tensor in graph.initializer
            if tensor.name not in named
        )
    ends = (*graph.input, *graph.output)
    types = {} if all(map(_has_type, ends)) else types_of(model)
    for value in ends:
        if not _has_type(value) and value.name in types:
            value.type.CopyFrom(types[value.name])
        if not _has_type(value):
            came = f"{short(value.name)!r} has none, and none follows"
            remedy = "Add it with onnx.helper.make_tensor_value_info(name, type, None)."
            raise ModelFileError(file, "a type for each input and output", came, remedy)
    tensors = [value.type.tensor_type for value in ends if value.type.HasField("tensor_type")]
    blank = [tensor for tensor in tensors if not tensor.HasField("shape")]
    for tensor in blank:
        tensor.shape.SetInParent()  # any shape will do, and is taken away again
    checker.check_model(model)
    for tensor in blank:
        tensor.ClearField("shape")


def types_of(
    model: "onnx.ModelProto", constants: Mapping[str, Array] | None = None
) -> dict[str, "onnx.TypeProto"]:
    """Return the types of all values of a graph, as far as they follow from inputs and constants.

    Args:
        model: holds the graph.
        constants: that are not in the graph, by name.
    """
    import onnx
    from onnx import helper

    light = onnx.ModelProto(ir_version=max(model.ir_version, 4), opset_import=model.opset_import)
    light.graph.name = "shapes"
    light.graph.node.extend(model.graph.node)
    known = {tensor.name for tensor in model.graph.initializer} | set(constants or {})
    for value in model.graph.input:
        if value.name not in known and _has_type(value):
            light.graph.input.append(value)
    for tensor in _tensors(model, constants or {}):
        if isinstance(tensor, onnx.TensorProto):
            light.graph.initializer.append(tensor)
        else:
            light.graph.input.append(tensor)
    try:
        found = onnx.shape_inference.infer_shapes(light, data_prop=True).graph
    except Exception:  # what follows from a graph that does not fit together is nothing
        found = light.graph
    types = {value.name: value.type for value in (*found.input, *found.value_info)}
    for tensor in found.initializer:
        types[tensor.name] = helper.make_tensor_type_proto(tensor.data_type, tensor.dims)
    return types


def compare(
    layer: Layer, node: "onnx.NodeProto", units: int, features: int, types: Mapping[str, object]
) -> None:
    """Compare what comes to a recurrent node with its weights, as far as its shape is known.

    Raises:
        UnsupportedLayerError: it is of another shape.
    """
    shapes = [_shape_of(types.get(name)) if name else None for name in node.input]
    x, _, _, _, lengths, *states = (*shapes, *[None] * 7)[:7]
    compare_shapes(layer, units, features, x, lengths, states)


def compare_shapes(
    layer: Layer,
    units: int,
    features: int,
    x: Shape | None,
    lengths: Shape | None,
    states: Iterable[Shape | None],
) -> None:
    """Compare the shapes of X, sequence_lens, initial_h and initial_c with what a layer reads.

    Raises:
        UnsupportedLayerError: one of them does not fit.
    """
    batch = None if x is None or len(x) != 3 else x[0 if layer.batch_first else 1]
    state = (
        (batch, layer.directions, units) if layer.batch_first else (layer.directions, batch, units)
    )
    wanted = [
        ("X", x, (None, None, features)),
        ("sequence_lens", lengths, (batch,)),
        *((f"initial_{name}", found, state) for name, found in zip("hc", states, strict=False)),
    ]
    for name, found, expected in wanted:
        if found is not None and not _fits(found, expected):
            said = ", ".join("any" if size is None else str(size) for size in expected)
            what = (
                f"its input {name} is of shape {short(tuple(found))}, and its weights need ({said})"
            )
            raise UnsupportedLayerError(layer.name, what, "Give or export inputs that fit.")


def _fits(found: Shape, expected: Shape) -> bool:
    return len(found) == len(expected) and all(
        None in pair or pair[0] == pair[1] for pair in zip(found, expected, strict=True)
    )


def _tensors(
    model: "onnx.ModelProto", constants: Mapping[str, Array]
) -> "Iterable[onnx.TensorProto | onnx.ValueInfoProto]":
    """Give constants: small ones whole, since they may say a shape, of others type and shape."""
    from onnx import helper, numpy_helper

    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) <= _SMALL:
            yield tensor
        else:
            yield helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
    for name, array in constants.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "iufb":
            continue
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        if array.size <= _SMALL:
            yield numpy_helper.from_array(array, name)
        else:
            yield helper.make_tensor_value_info(name, kind, array.shape)


def _has_type(value: "onnx.ValueInfoProto") -> bool:
    kind = value.type.WhichOneof("value")
    return bool(kind) and (kind != "tensor_type" or value.type.tensor_type.elem_type != 0)


def _shape_of(kind: object) -> Shape | None:
    tensor = getattr(kind, "tensor_type", None)
    if tensor is None or not tensor.HasField("shape"):
        return None
    return [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
