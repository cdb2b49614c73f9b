"""How is a graph run, so that its recurrent nodes are PyTorch modules?"""

import re
from collections.abc import Callable, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from torch import nn

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.model.importers.onnx_file import graphs
from lstm_viz.model.importers.onnx_layer import KINDS, Array, Layer

if TYPE_CHECKING:
    import onnx
    from onnx.reference import ReferenceEvaluator

# How exporters leave weights to be brought into order.
_ARRANGING = {"Cast", "Concat", "Constant", "Identity", "Reshape", "Slice", "Split", "Squeeze",
              "Transpose", "Unsqueeze"}  # fmt: skip
_LARGEST = 2**32  # bytes of all constants together
_WIDEST = 8  # bytes of a number
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
            raise UnsupportedLayerError(_safe(node.name) or node.op_type, what, remedy)
    taken, numbers = set(dir(nn.Module())), {kind: count() for kind in KINDS}
    for node in graph.node:
        if _recurrent(node):
            wanted = _safe(node.name) or f"{node.op_type.lower()}_{next(numbers[node.op_type])}"
            tries = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
            node.name = next(name for name in tries if name not in taken)
            taken.add(node.name)
        else:
            node.name = ""
    return {node.name: Layer.of(node, node.name) for node in graph.node if node.name}


def take_constants(model: "onnx.ModelProto") -> dict[str, Array]:
    """Take all weights out of a graph, with the nodes that do no more than arrange them.

    Raises:
        ValueError: they are more than is put up with.
    """
    import onnx
    from onnx.reference import ReferenceEvaluator

    graph = model.graph
    found: dict[str, Any] = {
        tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer
    }
    held = sum(value.nbytes for value in found.values())
    kept = []
    for node in graph.node:
        if node.op_type in _ARRANGING and all(name in found or not name for name in node.input):
            # Before it runs: what it makes is at most so much, a cast to wider numbers included.
            held += sum(_WIDEST * found[name].size for name in node.input if name)
            if held > _LARGEST or any(a.name == "to" and a.i == _TEXT for a in node.attribute):
                raise ValueError(f"its weights have more than {_LARGEST:,} bytes once arranged")
            alone = onnx.helper.make_graph([node], "alone", [], [])
            running = ReferenceEvaluator(
                onnx.helper.make_model(alone, opset_imports=model.opset_import)
            )
            found |= zip(node.output, running.run(list(node.output), found), strict=True)
        else:
            kept.append(node)
    del graph.initializer[:]
    del graph.node[:]
    graph.node.extend(kept)
    return found


def evaluator(model: "onnx.ModelProto", run: Run) -> "ReferenceEvaluator":
    """Return what runs a graph.

    Args:
        model: holds the graph.
        run: takes the name of a recurrent node and its inputs, and returns its outputs.
    """
    from onnx.reference import ReferenceEvaluator
    from onnx.reference.op_run import OpRun

    class Recurrent(OpRun):
        op_domain = ""

        def _run(self, *inputs: Array | None, **_: object) -> tuple[Array, ...]:
            return run(self.onnx_node.name, inputs)

    return ReferenceEvaluator(model, new_ops=[type(kind, (Recurrent,), {}) for kind in KINDS])


def _recurrent(node: "onnx.NodeProto") -> bool:
    return node.op_type in KINDS and not node.domain


def _safe(name: str) -> str:
    return re.sub(r"[./]+", "_", name).strip("_")
