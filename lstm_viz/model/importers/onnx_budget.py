"""How much may a run of an ONNX graph take? Each node's share is known before the node is run.

A few numbers in a file can ask for any amount: Expand, Tile, Range, Pad, Loop. The standard's own
inference says how large the outputs of a node will be once its inputs are there.
"""

import math
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.errors import LstmVizError, ModelFileError
from lstm_viz.model.importers.guard import short
from lstm_viz.model.importers.onnx_layer import KINDS, Array

if TYPE_CHECKING:
    import onnx
    from onnx.reference import ReferenceEvaluator
    from onnx.reference.op_run import OpRun

_BYTES = 2**32  # of all that a run holds at once, and for each byte that it is given
_BYTES_PER_BYTE = 2**10
_NUMBERS = 2**32  # made in all, which takes about a minute, and for each number that it is given
_NUMBERS_PER_NUMBER = 2**20
_NODES = 2**17  # run in all, and bodies of loops: each time counts
_NODES_PER_NUMBER = 2**10
_SHAPE = 1_024  # numbers of an input that may say how large an output is: a shape, a count
_WIDEST = 64  # bytes of a text
_READ = 1 / 16  # what a number that is read takes of the time of one that is made
_MULTIPLIED = 1 / 64  # the same for a product inside a matrix product
_STEP = 10_000.0  # for a step of a recurrent layer
_INSIDE = 6  # how much more than it puts out a recurrent layer holds while it runs: its gates
_BY_HAND = 1_000.0  # and for a number that is made in a loop of Python
_LOOPS = {
    "Col2Im", "Det", "GridSample", "MaxRoiPool", "MaxUnpool", "MelWeightMatrix",
    "NonMaxSuppression", "Resize", "RoiAlign", "TfIdfVectorizer", "Upsample",
}  # fmt: skip


class Budget:
    """Counts what a run takes, and stops it before it takes more than is put up with."""

    def __init__(self, given: Iterable[Array] = (), *, largest: int | None = None) -> None:
        """Take what the run is given: who gives much may have much.

        Args:
            given: the inputs.
            largest: bytes that it may hold at once, if others than follow from the inputs.
        """
        inputs = list(given)
        count = sum(value.size for value in inputs)
        size = sum(value.nbytes for value in inputs)
        self._bytes = _BYTES + _BYTES_PER_BYTE * size if largest is None else largest
        self._numbers = float(_NUMBERS + _NUMBERS_PER_NUMBER * count)
        self._nodes = _NODES + _NODES_PER_NUMBER * count
        self._held: dict[int, tuple[int, Any]] = {}
        self._sum = 0

    def run(self, node: "OpRun", plain: Callable[..., Any], *inputs: Any, **more: Any) -> Any:  # noqa: ANN401
        """Run a node, unless it asks for too much.

        Args:
            node: to be run.
            plain: what runs it.
            inputs: of the node.
            more: whatever else the evaluator gives it.

        Raises:
            ModelFileError: it asks for too much, or stops.
        """
        self.count(node)
        expected = outputs_of(node.onnx_node, node.run_params["opsets"], inputs)
        size = sum(math.prod(shape) * width for shape, width in expected)
        if node.op_type in KINDS:
            size *= _INSIDE
        self._numbers -= _work(node.onnx_node, inputs, [shape for shape, _ in expected])
        if self._sum + size > self._bytes:
            raise _refusal(
                node, f"at most {self._bytes:,} bytes at once", f"asks for {size:,} more"
            )
        if self._numbers < 0:
            raise _refusal(node, "a graph that comes to an end", "takes too long")
        try:
            outputs = plain(*inputs, **more)
        except LstmVizError:
            raise
        except Exception as error:  # onnx has many kinds for what it cannot make sense of
            cause = error.__cause__ or error
            raise _refusal(
                node, "inputs that fit its nodes", f"stops with: {short(cause)}"
            ) from error
        for value in outputs:
            self._hold(value)
        return outputs

    def count(self, node: "OpRun") -> None:
        """Count one more node, or one more time that a node runs a graph of its own."""
        self._nodes -= 1
        if self._nodes < 0:
            raise _refusal(node, "a graph that comes to an end", "is run too often")

    def _hold(self, value: object) -> None:
        """Count the memory behind an array once, until it is given back."""
        if isinstance(value, list):
            for one in value:
                self._hold(one)
        if not isinstance(value, np.ndarray):
            return
        while isinstance(value.base, np.ndarray):
            value = value.base
        key = id(value)
        if key not in self._held:
            size = value.nbytes * (_WIDEST // 8 if value.dtype.hasobject else 1)
            self._held[key] = size, weakref.ref(value, lambda _: self._give_back(key))
            self._sum += size

    def _give_back(self, key: int) -> None:
        self._sum -= self._held.pop(key)[0]


def evaluator(
    model: "onnx.ModelProto", budget: Budget, own: Sequence[type["OpRun"]] = ()
) -> "ReferenceEvaluator":
    """Return what runs a graph within a budget, with other implementations of some operators."""
    from onnx.reference import ReferenceEvaluator

    class Bounded(ReferenceEvaluator):
        """Also makes those that run the bodies of loops and the branches of conditions."""

        def __init__(self, *given: Any, **more: Any) -> None:  # noqa: ANN401
            super().__init__(*given, **more)
            for node in self.rt_nodes_:
                plain = node.run
                self._count_bodies(node)
                node.run = lambda *inputs, _node=node, _plain=plain, **also: budget.run(
                    _node, _plain, *inputs, **also
                )

        @staticmethod
        def _count_bodies(node: "OpRun") -> None:
            for name, body in vars(node).copy().items():
                if name.startswith("_run_") and callable(body):
                    setattr(node, name, partial(_counted, budget, node, body))

    return Bounded(model, new_ops=list(own))


def _counted(
    budget: Budget,
    node: "OpRun",
    body: Callable[..., Any],
    *given: Any,  # noqa: ANN401
    **more: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    budget.count(node)
    return body(*given, **more)


def outputs_of(
    node: "onnx.NodeProto", opsets: Mapping[str, int], inputs: Sequence[Any]
) -> list[tuple[tuple[int, ...], int]]:
    """Return the shape of each output of a node and the bytes of a number in it.

    Where the standard cannot say it, the output is a choice among what is in the inputs, a list of
    it, or what the node's own graphs put out, which count themselves.
    """
    from onnx import defs, helper, numpy_helper, shape_inference

    types, data = {}, {}
    arrays = [
        (name, np.asarray(value))
        for name, value in zip(node.input, inputs, strict=False)
        if isinstance(value, np.ndarray | np.generic)
    ]
    for name, value in arrays:
        types[name] = helper.make_tensor_type_proto(_type_of(value), value.shape)
        if value.size <= _SHAPE and value.dtype.kind in "iuf":
            data[name] = numpy_helper.from_array(value, name)
    places = sum(value.size * max(1, value.ndim) for _, value in arrays)
    chosen: list[tuple[tuple[int, ...], int]] = [((places,), _WIDEST)]
    if any(attribute.HasField("g") for attribute in node.attribute):
        return []
    if node.op_type == "Range":  # which the inference knows for some types only
        start, limit, step = (float(np.asarray(value).reshape(-1)[0]) for value in inputs[:3])
        return [((max(0, math.ceil((limit - start) / step)),), _WIDEST // 8)]
    try:
        found = shape_inference.infer_node_outputs(
            defs.get_schema(node.op_type, opsets[node.domain], node.domain),
            node,
            types,
            data,
            opset_imports=[helper.make_opsetid(*pair) for pair in opsets.items()],
        )
    except Exception:  # what the standard cannot make sense of is left to the evaluator
        return chosen
    shapes: list[tuple[tuple[int, ...], int]] = []
    for kind in found.values():
        tensor = kind.tensor_type
        sizes = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
        if not tensor.HasField("shape") or None in sizes:
            shapes += chosen
        else:
            shapes.append((tuple(size or 0 for size in sizes), _width(tensor.elem_type)))
    return shapes


def _work(
    node: "onnx.NodeProto", inputs: Sequence[Any], outputs: Sequence[tuple[int, ...]]
) -> float:
    """Return about how many numbers are made on the way to the outputs of a node."""
    made = float(sum(map(math.prod, outputs)))
    given = [value for value in inputs if isinstance(value, np.ndarray)]
    read = sum(value.size for value in given) * _READ
    factor = _BY_HAND if node.op_type in _LOOPS else 1.0
    for attribute in node.attribute:
        if attribute.name == "kernel_shape":
            factor = max(factor, float(math.prod(attribute.ints)))
    if node.op_type in {"Gemm", "MatMul", "MatMulInteger", "QLinearMatMul"} and given:
        factor += max(given[0].shape[-2:], default=1) * _MULTIPLIED
    if node.op_type in KINDS and given:
        return made + max(given[0].shape[:2], default=0) * _STEP
    if "Conv" in node.op_type and len(given) > 1:
        factor += math.prod(given[1].shape[1:]) * _MULTIPLIED
    return made * factor + read


def _type_of(value: Array) -> int:
    from onnx import TensorProto, helper

    if value.dtype.kind in "OUS":
        return int(TensorProto.STRING)
    return int(helper.np_dtype_to_tensor_dtype(value.dtype))


def _width(kind: int) -> int:
    from onnx import helper

    found = helper.tensor_dtype_to_np_dtype(kind) if kind else np.dtype("c16")
    return _WIDEST if found.hasobject else int(found.itemsize)


def _refusal(node: "OpRun", expected: str, came: str) -> ModelFileError:
    name = f"the ONNX graph's node {short(node.op_type)} ({short(', '.join(node.output[:3]))})"
    return ModelFileError(
        name,
        expected,
        f"it {came}",
        "Give fewer or other inputs, or export the model with common operators.",
    )
