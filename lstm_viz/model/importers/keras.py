"""A model that Keras saved, as a PyTorch module that computes the same.

model = lstm_viz.load_keras("reviews.keras")
with lstm_viz.record(model) as recording:
    model(numbers)
recording["lstm"].layers[0].forget_gate
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import NoRecurrentModuleError
from lstm_viz.model.importers import keras_chain, keras_file, keras_layer, keras_sizes
from lstm_viz.model.importers.guard import reading
from lstm_viz.model.importers.keras_file import SavedLayer
from lstm_viz.model.importers.keras_hdf5 import RESTORE
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

    A layer of its author's own that goes by the name of one of Keras's is refused in a .keras file;
    an .h5 file does not tell it apart, and Keras itself would open it as its own.

    Law:
        ``load_keras(path).predict(numbers)`` is what Keras's ``predict`` returns, to rounding.
    """
    file = Path(path)
    saved = keras_file.read(file)
    with reading(file, keras_file.EXPECTED, RESTORE) as name:
        model = KerasModel(name, keras_chain.chain(saved))
        _try(model)
    return model


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
            ModelFileError: one of them reads something else than the one before puts out.
        """
        super().__init__()
        self._steps: list[tuple[Step, str | None]] = []
        made = [(layer, built) for layer in layers if (built := keras_layer.built(layer))]
        if not any(isinstance(module, nn.RNNBase) for _, (_, module) in made):
            raise NoRecurrentModuleError(name, ["LSTM", "GRU", "SimpleRNN"], [])
        flow = keras_sizes.declared(layers[0])
        for layer, (step, module) in made:
            flow = keras_sizes.after(layer, step, module, flow)
            self._steps.append((step, None if module is None else self._add(layer, module)))
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
        found: np.ndarray = self(torch.as_tensor(given).to(like)).cpu().numpy()
        return found

    def _add(self, layer: SavedLayer, module: nn.Module) -> str:
        name = re.sub(r"[./]", "_", layer.name)
        if hasattr(self, name):  # a method of modules, or a name that became another's
            name = f"layer_{len(self._steps)}_{name}"
        self.add_module(name, module)
        return name


@torch.no_grad()
def _try(model: KerasModel) -> None:
    """Run one step of zeros: sizes that do not fit together are found here, not by the user."""
    first = next(model.children())
    if isinstance(first, nn.Embedding):
        model(torch.zeros(1, 1, dtype=torch.long))
    else:
        weight = first.weight_ih_l0 if isinstance(first, nn.RNNBase) else first.weight
        model(torch.zeros(1, 1, cast(Tensor, weight).shape[1]))
