"""How is a graph run, so that its recurrent nodes are PyTorch modules?"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.importers.onnx.budget import Budget, bounded_evaluator
from lstm_viz.importers.onnx.layer import KINDS, Array, Layer
from lstm_viz.importers.onnx.model_file import graphs
from lstm_viz.plain_file import short

if TYPE_CHECKING:
    import onnx
    from onnx.reference import ReferenceEvaluator

# How exporters leave weights to be brought into order.
_ARRANGING = {"Cast", "Concat", "Constant", "Identity", "Reshape", "Slice", "Split", "Squeeze",
              "Transpose", "Unsqueeze"}  # fmt: skip
LARGEST = 2**31  # bytes of all constants together, and of all modules
_WEIGHING = {"Conv", "Einsum", "Gather", "Gemm", "MatMul"}
_TEXT = 8  # the number that ONNX has for strings

Run = Callable[[str, Sequence[Array | None]], tuple[Array, ...]]


def layers(graph: "onnx.GraphProto") -> dict[str, Layer]:
    """Return the recurrent nodes in the graph's order, and give each a name fit for a module.

    Raises:
        UnsupportedLayerError: one is of a variant that PyTorch does not compute, or inside a loop
            or condition.
    """
    _, *inner = graphs(graph)
    for node in chain.from_iterable(body.node for body in inner):
        if _recurrent(node):
            what = f"the {node.op_type} node is inside a loop, scan or condition"
            remedy = "Export the model with its recurrent layers outside."
            raise UnsupportedLayerError(short(_safe(node.name)) or node.op_type, what, remedy)
    taken, numbers = set(dir(nn.Module())), {kind: count() for kind in KINDS}
    tries: dict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for node in graph.node:
        if _recurrent(node):
            wanted = _safe(node.name) or f"{node.op_type.lower()}_{next(numbers[node.op_type])}"
            node.name = wanted
            while node.name in taken:
                node.name = f"{wanted}_{next(tries[wanted])}"
            taken.add(node.name)
        else:
            node.name = ""
    return {node.name: Layer.of(node, node.name) for node in graph.node if node.name}


def take_constants(model: "onnx.ModelProto") -> dict[str, Array]:
    """Take all weights out of a graph, with the nodes that only rearrange them.

    Raises:
        ModelFileError: they are too large, or cannot be arranged.
        ValueError: they are not numbers, or become texts.
    """
    import onnx

    graph = model.graph
    found: dict[str, Any] = {
        tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer
    }
    known, arranging, kept = {"", *found}, [], []
    for node in graph.node:
        if node.op_type in _ARRANGING and not node.domain and known.issuperset(node.input):
            if any(a.name == "to" and a.i == _TEXT for a in node.attribute):
                raise ValueError("its weights become texts")
            arranging.append(node)
            known.update(node.output)
        else:
            kept.append(node)
    budget = Budget(largest=LARGEST - sum(value.nbytes for value in found.values()))
    weights = onnx.helper.make_graph(arranging, "weights", [], [])
    alone = onnx.helper.make_model(weights, opset_imports=model.opset_import)
    running = bounded_evaluator(alone, budget)
    found = dict(running.run([], found, intermediate=True))
    del found[""], graph.initializer[:], graph.node[:]
    graph.node.extend(kept)
    return found


def evaluator(model: "onnx.ModelProto", run: Run, budget: Budget) -> "ReferenceEvaluator":
    """Return what runs a graph.

    Args:
        model: holds the graph.
        run: takes the name of a recurrent node and its inputs, and returns its outputs.
        budget: of the run.
    """
    from onnx.reference.op_run import OpRun

    class Recurrent(OpRun):
        op_domain = ""

        def _run(self, *inputs: Array | None, **_: object) -> tuple[Array, ...]:
            return run(self.onnx_node.name, inputs)

    return bounded_evaluator(model, budget, [type(kind, (Recurrent,), {}) for kind in KINDS])


def refuse_infinite(graph: "onnx.GraphProto", constants: Mapping[str, Any]) -> None:
    """Refuse weights that are not finite.

    A constant may be infinite, as masks and the ends of a range are, unless it is multiplied or
    its rows are looked up; it is NaN nowhere.

    Raises:
        ValueError: some are not.
    """
    used = {name for node in graph.node if node.op_type in _WEIGHING for name in node.input}
    for name, value in constants.items():
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            continue
        weighs = name in used and value.ndim > 1
        if np.isnan(value).any() or (weighs and not np.isfinite(value).all()):
            raise ValueError(f"its weights {short(name)!r} are not all finite")


def _recurrent(node: "onnx.NodeProto") -> bool:
    return node.op_type in KINDS and not node.domain


def _safe(name: str) -> str:
    return re.sub(r"[./]+", "_", name).strip("_")
