"""How much may a run of an ONNX graph take? Each node's cost is known before the node is run.

A few numbers in a file can ask for any amount of memory: Expand, Tile, Range, Pad, Loop. The cost
follows from a node's attributes and inputs.
"""

import weakref
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.errors import LstmVizError, ModelFileError
from lstm_viz.importers.onnx import cost
from lstm_viz.importers.onnx.layer import Array
from lstm_viz.plain_file import reason, short

if TYPE_CHECKING:
    import onnx
    from onnx.reference import ReferenceEvaluator
    from onnx.reference.op_run import OpRun

_BYTES = 2**30  # of all that a run holds at once, and for each byte that it is given
_BYTES_PER_BYTE = 2**10
_NUMBERS = 2**32  # made in all, which takes about a minute, and for each number that it is given
_NUMBERS_PER_NUMBER = 2**20
_NODES = 2**17  # run in all, and bodies of loops: each time counts
_NODES_PER_NUMBER = 2**10
_BODY = 16  # nodes that a body of a loop counts as, each time, beside those in it
_REMEDY = "Give fewer or other inputs, or export the model with common operators."
_WIDEST = 8  # a text takes so many times the place of where it lies


class Budget:
    """Counts what a run takes, and stops it before it takes more than is allowed."""

    def __init__(self, given: Iterable[Array] = (), *, largest: int | None = None) -> None:
        """Set the limits; they grow with the inputs.

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
        try:
            self._ask(node, inputs)
            outputs = plain(*inputs, **more)
        except LstmVizError:
            raise
        except Exception as error:  # onnx has many kinds for what it cannot make sense of
            cause = error.__cause__ or error
            raise _refusal(
                node, "inputs that fit its nodes", f"stops with: {reason(cause)}"
            ) from error
        for value in outputs:
            self._hold(value)
        return outputs

    def copy(self, outputs: Iterable[Array]) -> None:
        """Ask for a copy of each of the outputs of the graph.

        Raises:
            ModelFileError: it takes more than may be held at once.
        """
        size = sum(value.nbytes for value in outputs)
        if self._sum + size > self._bytes:
            expected, came = f"at most {self._bytes:,} bytes at once", f"they ask for {size:,} more"
            raise ModelFileError("the ONNX graph's outputs", expected, came, _REMEDY)

    def _ask(self, node: "OpRun", inputs: Sequence[Any]) -> None:
        """Refuse a node that takes more than is left."""
        expected = cost.outputs_of(node.onnx_node, node.run_params["opsets"], inputs)
        size = cost.memory(node.onnx_node, inputs, expected)
        self._numbers -= cost.work(node.onnx_node, inputs, expected)
        if self._sum + size > self._bytes:
            bound = f"at most {self._bytes:,} bytes at once"
            raise _refusal(node, bound, f"asks for {size:,} more")
        if self._numbers < 0:
            raise _refusal(node, "a graph that comes to an end", "takes too long")

    def count(self, node: "OpRun", nodes: int = 1) -> None:
        """Count one more node, or one more time that a node runs a graph of its own."""
        self._nodes -= nodes
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
            size = value.nbytes * (_WIDEST if value.dtype.hasobject else 1)
            self._held[key] = size, weakref.ref(value, lambda _: self._give_back(key))
            self._sum += size

    def _give_back(self, key: int) -> None:
        self._sum -= self._held.pop(key)[0]


def bounded_evaluator(
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
    budget.count(node, _BODY)
    return body(*given, **more)


def _refusal(node: "OpRun", expected: str, came: str) -> ModelFileError:
    name = f"the ONNX graph's node {short(node.op_type)} ({short(', '.join(node.output[:3]))})"
    return ModelFileError(name, expected, f"it {came}", _REMEDY)
