"""How much memory and time will a node of an ONNX graph take?"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.importers.onnx.layer import KINDS, Array

if TYPE_CHECKING:
    import onnx

_SHAPE = 1_024  # numbers of an input that may say how large an output is: a shape, a count
_WIDEST = 64  # bytes of a text
_NUMBER = 8  # bytes of a number of the widest common type
_READ = 1 / 16  # what a number that is read takes of the time of one that is made
_MULTIPLIED = 1 / 64  # the same for a product inside a matrix product
_STEP = 10_000.0  # for a step of a recurrent layer
_INSIDE = 6  # how much more than it puts out a recurrent layer holds while it runs: its gates
_BY_HAND = 1_000.0  # and for a number that is made in a loop of Python
_LOOPS = {
    "AveragePool", "Celu", "ConcatFromSequence", "Erf", "GatherND", "Gelu", "MaxPool",
    "ReverseSequence", "Scatter", "ScatterElements", "ScatterND", "SequenceConstruct",
    "SequenceErase", "SequenceInsert", "SplitToSequence", "Unique",
}  # fmt: skip
_FAST_LOOPS = 32.0  # for one that NumPy calls a function of Python for
_MAPPED = {"Celu", "Erf", "Gelu"}

Sizes = list[tuple[tuple[int, ...], int]]


def outputs_of(node: "onnx.NodeProto", opsets: Mapping[str, int], inputs: Sequence[Any]) -> Sizes:
    """Return the shape of each output of a node and the bytes of a number in it.

    Where the standard cannot say it, the output is a choice among what is in the inputs, a list of
    it, or what the node's own graphs put out, which count themselves.

    Raises:
        Exception: the standard does not allow these inputs.
    """
    from onnx import defs, helper, numpy_helper, shape_inference

    if any(attribute.HasField("g") for attribute in node.attribute):
        return []
    if (grown := _output_count(node, inputs)) is not None:
        return [((grown,), _widest(inputs))]
    arrays = list(_arrays(inputs))
    places = sum(value.size * max(1, value.ndim) for value in arrays)
    chosen: Sizes = [((places,), _WIDEST)]
    if any(isinstance(value, list) for value in inputs) or node.op_type.startswith("Sequence"):
        return [((sum(value.size for value in arrays),), _widest(inputs))]
    types, data = {}, {}
    for name, value in zip(node.input, inputs, strict=False):
        if isinstance(value, np.ndarray | np.generic):
            array = np.asarray(value)
            types[name] = helper.make_tensor_type_proto(_type_of(array), array.shape)
            if array.size <= _SHAPE and array.dtype.kind in "iuf":
                data[name] = numpy_helper.from_array(array, name)
    found = shape_inference.infer_node_outputs(
        defs.get_schema(node.op_type, opsets[node.domain], node.domain),
        node,
        types,
        data,
        opset_imports=[helper.make_opsetid(*pair) for pair in opsets.items()],
    )
    shapes: Sizes = []
    for kind in found.values():
        tensor = kind.tensor_type
        sizes = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
        if not tensor.HasField("shape") or None in sizes:
            shapes += chosen
        else:
            shapes.append((tuple(size or 0 for size in sizes), _width(tensor.elem_type)))
    return shapes


def memory(node: "onnx.NodeProto", inputs: Sequence[Any], outputs: Sizes) -> int:
    """Return the bytes that a node takes at once, what it holds on the way included."""
    size = sum(math.prod(shape) * width for shape, width in outputs)
    if node.op_type in KINDS:
        return size * _INSIDE
    if node.op_type in {"AveragePool", "Conv", "MaxPool"}:
        padded, patches = _windows(node, inputs, outputs)
        return size + (padded + patches) * _NUMBER
    if node.op_type == "Einsum":  # whose factors are laid out anew
        return size + sum(value.nbytes for value in _arrays(inputs))
    return size


def work(node: "onnx.NodeProto", inputs: Sequence[Any], outputs: Sizes) -> float:
    """Return about how many numbers are made on the way to the outputs of a node."""
    made = float(sum(math.prod(shape) for shape, _ in outputs))
    given = list(_arrays(inputs))
    read = sum(value.size for value in given) * _READ
    read += sum(len(value) for value in inputs if isinstance(value, list))
    if node.op_type in KINDS and given:
        return made + max(given[0].shape[:2], default=0) * _STEP
    factor = 1.0
    if node.op_type in _LOOPS:
        factor = _FAST_LOOPS if node.op_type in _MAPPED else _BY_HAND
    if node.op_type == "Pad" and _attribute(node, "mode", b"constant") != b"constant":
        factor = _BY_HAND
    if node.op_type in {"Gemm", "MatMul", "MatMulInteger", "QLinearMatMul"} and given:
        factor += max(given[0].shape[-2:], default=1) * _MULTIPLIED
    if node.op_type in {"AveragePool", "Conv", "MaxPool"}:
        padded, patches = _windows(node, inputs, outputs)
        rows = given[1].shape[0] * _MULTIPLIED if node.op_type == "Conv" else factor
        return made * factor + read + padded + patches * (1 + rows)
    if node.op_type == "Einsum":
        return made + read + _einsum(node, given)
    return made * factor + read


def _output_count(node: "onnx.NodeProto", inputs: Sequence[Any]) -> int | None:
    """Return how many numbers come of a node whose inputs are sizes, as its evaluator reads them.

    It reads some that the standard would not: these need not be guessed.
    """
    values = [None if value is None else np.asarray(value) for value in inputs]
    match node.op_type, values:
        case "ConstantOfShape", [shape, *_] if shape is not None:
            return _product(shape)
        case "Expand", [x, shape] if x is not None and shape is not None:
            sizes = np.ones(max(x.ndim, shape.size), dtype=object)
            sizes[len(sizes) - x.ndim :] = x.shape
            wanted = [1] * (len(sizes) - shape.size) + shape.ravel().tolist()
            return _product(np.maximum(sizes, np.array(wanted, dtype=object))) + _product(shape)
        case "Tile", [x, *counts] if x is not None:
            return x.size * math.prod(_product(n) for n in counts[:1] if n is not None)
        case "OneHot", [indices, depth, *_] if indices is not None and depth is not None:
            return indices.size * max(0, int(depth.reshape(-1)[0]))
        case "Range", ends if all(value is not None for value in ends):
            first, last, by = (float(value.reshape(-1)[0]) for value in ends if value is not None)
            return max(0, math.ceil((last - first) / by))
        case "Pad", [x, *rest] if x is not None:
            return _padded_count(node, x, rest)
    return None


def _padded_count(node: "onnx.NodeProto", x: Array, rest: Sequence[Array | None]) -> int:
    """Return how many numbers a Pad makes, before it cuts where its pads are negative."""
    pads = _attribute(node, "pads", _attribute(node, "paddings", None))
    if pads is None:
        pads = [] if not rest or rest[0] is None else rest[0].ravel().tolist()
    axes = rest[2] if len(rest) > 2 else None
    where = list(range(x.ndim)) if axes is None else axes.ravel().tolist()
    sizes = list(x.shape)
    for place, pad in zip([*where, *where], pads, strict=True):
        sizes[place] += max(0, int(pad))
    return math.prod(sizes)


def _windows(node: "onnx.NodeProto", inputs: Sequence[Any], outputs: Sizes) -> tuple[int, int]:
    """Return how many numbers a padded input has, and all windows over it."""
    x, *weights = _arrays(inputs)
    places = x.ndim - 2
    kernel = _attribute(node, "kernel_shape", weights[0].shape[2:] if weights else ())
    kernel = [abs(size) for size in kernel]
    dilations = _attribute(node, "dilations", [1] * places)
    pads = _attribute(node, "pads", [0] * 2 * places)
    strides = _attribute(node, "strides", [1] * places)
    spans = [1 + (n - 1) * abs(by) for n, by in zip(kernel, dilations, strict=True)]
    padded = math.prod(x.shape[:2])
    for size, span, stride, *pad in zip(
        x.shape[2:], spans, strides, pads[:places], pads[places:], strict=True
    ):
        padded *= size + span + abs(stride) + sum(map(abs, pad))
    shape = outputs[0][0]
    if node.op_type != "Conv":
        return padded, math.prod(shape) * math.prod(kernel)
    # The reference lays out each window, and where it begins along each axis.
    kernels = math.prod(weights[0].shape[:2]) * math.prod(spans)
    patches = x.shape[1] * math.prod(spans) * math.prod(shape[2:]) * (x.shape[0] + places)
    return padded + kernels, patches


def _einsum(node: "onnx.NodeProto", given: Sequence[Array]) -> float:
    """Return how many products an Einsum makes: one for each choice of all of its indices."""
    terms = _attribute(node, "equation", b"").decode().replace(" ", "").split("->")[0].split(",")
    sizes: dict[str, int] = {}
    for term, value in zip(terms, given, strict=True):
        before, dots, after = term.partition("...")
        names = [*before, *after]
        if dots:
            spread = [f"…{n}" for n in range(value.ndim - len(names), 0, -1)]
            names = [*before, *spread, *after]
        for name, size in zip(names, value.shape, strict=True):
            sizes[name] = max(size, sizes.get(name, 1))
    return float(math.prod(sizes.values()))


def _attribute(node: "onnx.NodeProto", name: str, default: Any) -> Any:  # noqa: ANN401
    from onnx import helper

    for attribute in node.attribute:
        if attribute.name == name:
            return helper.get_attribute_value(attribute)
    return default


def _arrays(inputs: Sequence[Any]) -> Iterator[Array]:
    """Give all arrays, those in lists included."""
    for value in inputs:
        if isinstance(value, list):
            yield from _arrays(value)
        elif isinstance(value, np.ndarray | np.generic):
            yield np.asarray(value)


def _product(sizes: Array) -> int:
    return math.prod(max(0, int(size)) for size in sizes.ravel().tolist())


def _widest(inputs: Sequence[Any]) -> int:
    widths = [_WIDEST if v.dtype.kind in "OUS" else v.dtype.itemsize for v in _arrays(inputs)]
    return max(_NUMBER, *widths, 0)


def _type_of(value: Array) -> int:
    from onnx import TensorProto, helper

    if value.dtype.kind in "OUS":
        return int(TensorProto.STRING)
    return int(helper.np_dtype_to_tensor_dtype(value.dtype))


def _width(kind: int) -> int:
    from onnx import helper

    found = helper.tensor_dtype_to_np_dtype(kind) if kind else np.dtype("c16")
    return _WIDEST if found.hasobject else int(found.itemsize)
