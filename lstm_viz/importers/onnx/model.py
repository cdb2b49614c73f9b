"""A model that was saved as ONNX, with its recurrent layers as PyTorch modules.

model = lstm_viz.load_onnx("model.onnx")
with lstm_viz.record(model) as recording:
    model(tokens)
recording["rnn_LSTM"].layers[0].forget_gate
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import (
    LstmVizError,
    ModelFileError,
    NoRecurrentModuleError,
    UnsupportedLayerError,
)
from lstm_viz.importers.onnx import graph, model_file, shapes
from lstm_viz.importers.onnx.budget import Budget
from lstm_viz.importers.onnx.layer import KINDS, Array, Layer
from lstm_viz.importers.onnx.run import replace_weights, run_layer
from lstm_viz.plain_file import reason, short

if TYPE_CHECKING:
    import onnx

    Types = Mapping[str, onnx.TypeProto]


def load_onnx(path: str | Path) -> "OnnxModel":
    """Open an ONNX file.

    Exactly supported are LSTM, GRU with linear_before_reset=1, and RNN with Tanh or Relu; forward
    and bidirectional, both layouts, sequence_lens, initial states, with and without biases.

    Raises:
        MissingPackageError: the package onnx is not installed.
        ModelFileError: the file is damaged, oversized, or points at other files.
        NoRecurrentModuleError: the graph has no recurrent node.
        UnsupportedLayerError: a node is of a variant that PyTorch does not compute.

    Law:
        Outputs are those of other ONNX runtimes; the gates of a model that PyTorch exported are
        those of the model before.
    """
    file = Path(path)
    model = model_file.read(file)
    try:
        layers = graph.layers(model.graph)
        if not layers:
            raise NoRecurrentModuleError(short(file.name), KINDS, [])
        return OnnxModel(model, layers)
    except LstmVizError:
        raise
    except Exception as error:  # onnx has many kinds for what it cannot make sense of
        raise _evaluation_error(short(file.name), error) from error


class OnnxModel(nn.Module):
    """A graph that is called with its inputs in order, those that are no weights.

    Each recurrent node is a submodule under the node's name, in which "_" stands for "." and "/";
    all else is computed by the reference implementation of the package onnx, in NumPy: no gradient
    goes through it. A node whose weights are themselves inputs has them, and its size, from the
    latest call.
    """

    def __init__(self, model: "onnx.ModelProto", layers: Mapping[str, Layer]) -> None:
        """Take a graph whose recurrent nodes have names.

        Args:
            model: as ``model_file.read`` returns it; its weights are taken out.
            layers: by the names of the nodes.

        Raises:
            UnsupportedLayerError: weights do not fit, or an input or output is no tensor.
        """
        super().__init__()
        self._layers = dict(layers)
        self._constants = graph.take_constants(model)
        self._model = model
        self._inputs = {
            value.name: model_file.dtype_of(value)
            for value in model.graph.input
            if value.name not in self._constants
        }
        for value in model.graph.output:
            model_file.dtype_of(value)
        self._brought: set[str] = set()  # the layers whose weights each call brings along
        self._left = graph.LARGEST
        types = shapes.types_of(model, self._constants)
        for node in model.graph.node:
            if node.name in layers:
                self._add(layers[node.name], node, types)
        graph.refuse_infinite(model.graph, self._constants)
        graph.evaluator(model, self._run, Budget())  # finds out what it cannot run
        self.eval()

    def forward(self, *inputs: Tensor | Array) -> Tensor | tuple[Tensor, ...]:
        """Run the graph.

        Args:
            inputs: in the graph's order, of the types that it declares or ones that NumPy casts
                to them within the same kind.

        Returns:
            The graph's output, or all of them where it has several.

        Raises:
            TypeError: another number of inputs, or a type of another kind.
            UnsupportedLayerError: what comes to a recurrent node does not fit its weights.
            ModelFileError: another node fails, or takes more memory or time than is allowed.
        """
        if len(inputs) != len(self._inputs):
            expected = f"{len(self._inputs)} inputs ({', '.join(self._inputs)})"
            raise TypeError(f"The graph takes {expected}, but {len(inputs)} came.")
        given = {
            name: _cast(name, value, dtype)
            for (name, dtype), value in zip(self._inputs.items(), inputs, strict=True)
        }
        budget = Budget(given.values())
        try:
            running = graph.evaluator(self._model, self._run, budget)
            found = cast(list[Array], running.run(None, {**self._constants, **given}))
            budget.copy(found)
            outputs = tuple(torch.from_numpy(np.array(value, order="C")) for value in found)
        except LstmVizError:
            raise
        except Exception as error:  # as where an output is of another type than it says
            raise _evaluation_error("the ONNX graph", error) from error
        return outputs[0] if len(outputs) == 1 else outputs

    def _add(self, layer: Layer, node: "onnx.NodeProto", types: "Types") -> None:
        """Add the module of a layer, if its weights fit it and what comes to it fits them."""
        names = [name for name in node.input[1:4] if name]
        found = [self._constants[name] for name in names if name in self._constants]
        self._left -= sum(value.nbytes for value in found)
        if self._left < 0:  # one weight may serve any number of layers
            what = f"the weights of all layers have more than {graph.LARGEST:,} bytes"
            raise UnsupportedLayerError(layer.name, what, "Export a smaller model.")
        if len(found) < len(names):
            self._brought.add(layer.name)
            self.add_module(layer.name, layer.module(None))
            return
        module = layer.module(layer.weights(*found))
        shapes.compare(layer, node, module.hidden_size, module.input_size, types)
        self.add_module(layer.name, module)

    def _run(self, name: str, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """Run a recurrent node on X, W, R, B, sequence_lens, initial_h and initial_c."""
        x, w, r, b, lengths, *initial = (*inputs, *[None] * 7)[:7]
        layer, module = self._layers[name], cast(nn.RNNBase, self.get_submodule(name))
        x, w, r = cast(Array, x), cast(Array, w), cast(Array, r)  # never left out
        if name in self._brought:
            replace_weights(layer, module, layer.weights(w, r, b))
        with torch.no_grad():
            return run_layer(layer, module, x, lengths, initial)


def _evaluation_error(where: str, error: Exception) -> ModelFileError:
    return ModelFileError(
        where,
        "a graph that onnx.reference.ReferenceEvaluator runs",
        f"it stops with: {reason(error)}",
        "Export the model again with common operators.",
    )


def _cast(name: str, value: Tensor | Array, dtype: "np.dtype[np.generic]") -> Array:
    array = value.detach().cpu().numpy() if isinstance(value, Tensor) else value
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise TypeError(f"The input {name!r} is of type {dtype}, but {array.dtype} came.")
    return array.astype(dtype)
