"""A model that Keras saved, as a PyTorch module that computes the same.

model = lstm_viz.load_keras("reviews.keras")
with lstm_viz.record(model) as recording:
    model(numbers)
recording["lstm"].layers[0].forget_gate
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import NoRecurrentModuleError, UnsupportedLayerError
from lstm_viz.model.importers import keras_file, keras_layer
from lstm_viz.model.importers.keras_file import SavedLayer
from lstm_viz.model.importers.keras_step import Step


def load_keras(path: str | Path) -> "KerasModel":
    """Open a model that Keras saved, .keras or .h5, without Keras.

    Supported are chains, Sequential or Functional, of Embedding (``mask_zero`` included), LSTM, GRU
    with ``reset_after``, SimpleRNN, Bidirectional of these, Dense, TimeDistributed(Dense),
    Activation, global pooling over steps, and what does nothing at prediction, like Dropout.

    Args:
        path: of the file.

    Raises:
        MissingPackageError: the package h5py is not installed.
        ModelFileError: the file is damaged, oversized, or points at other files.
        UnsupportedLayerError: a layer computes what PyTorch's layers do not.
        NoRecurrentModuleError: none of the layers is recurrent.

    Law:
        ``load_keras(path).predict(numbers)`` is what Keras's ``predict`` returns, to rounding.
    """
    file = Path(path)
    return KerasModel(file.name, _chain(keras_file.read(file)))


class KerasModel(nn.Module):
    """The layers of a Keras model, one after the other.

    Each layer with weights is a submodule under the name that it has in Keras ("_" for "." and
    "/"); the recurrent ones are ``nn.LSTM``, ``nn.GRU`` and ``nn.RNN``. In evaluation mode.
    """

    def __init__(self, name: str, layers: Sequence[SavedLayer]) -> None:
        """Build the layers.

        Args:
            name: of the file.
            layers: in the order in which they are run.

        Raises:
            UnsupportedLayerError: one of them computes what PyTorch's layers do not.
            NoRecurrentModuleError: none of them is recurrent.
        """
        super().__init__()
        self._steps: list[tuple[Step, str | None]] = []
        for layer in layers:
            made = keras_layer.built(layer)
            if made is not None:
                step, module = made
                self._steps.append((step, None if module is None else self._add(layer, module)))
        if not any(isinstance(module, nn.RNNBase) for module in self.children()):
            raise NoRecurrentModuleError(name, ["LSTM", "GRU", "SimpleRNN"], [])
        self.eval()

    def forward(self, values: Tensor) -> Tensor:
        """Return what the Keras model returns, its last activation included.

        Args:
            values: numbers of words, (batch, step); or features, (batch, step, feature), of a
                model without an embedding.
        """
        mask = None
        for step, name in self._steps:
            values, mask = step(None if name is None else self.get_submodule(name), values, mask)
        return values

    @torch.no_grad()
    def predict(self, values: Any) -> np.ndarray:  # noqa: ANN401  (whatever numpy can read)
        """Return the same as float32 numpy array, from any array of numbers or features."""
        given = np.asarray(values)
        like = torch.float32 if given.ndim == 3 else torch.long
        found: np.ndarray = self(torch.as_tensor(given).to(like)).numpy()
        return found

    def _add(self, layer: SavedLayer, module: nn.Module) -> str:
        name = re.sub(r"[./]", "_", layer.name)
        if hasattr(self, name):  # a method of modules, or a name that became another's
            name = f"layer_{len(self._steps)}_{name}"
        self.add_module(name, module)
        return name


def _chain(layers: Sequence[SavedLayer]) -> list[SavedLayer]:
    """Return the layers of a model in the order in which each reads the one before.

    Raises:
        UnsupportedLayerError: some layer reads several others, or is read by several.
    """
    if not any(layer.inputs for layer in layers):
        return list(layers)  # Sequential: as they are listed
    # Keras writes the test for padding, which an embedding makes by itself here, as a layer.
    tests = {layer.name for layer in layers if layer.kind == "NotEqual"}
    chain: list[SavedLayer] = []
    for layer in layers:
        inputs = [name for name in layer.inputs if name not in tests]
        before = chain[-1].name if chain else None
        if layer.name in tests:
            continue
        if inputs != ([before] if before else []):
            what = f"it reads {', '.join(inputs) or 'an input of its own'}, not {before} alone"
            remedy = "Only models whose layers form one chain can be opened."
            raise UnsupportedLayerError(layer.name, what, remedy)
        chain.append(layer)
    return chain
