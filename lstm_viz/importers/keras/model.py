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

from lstm_viz.errors import InputError, NoRecurrentModuleError
from lstm_viz.importers.keras import saved_model, sizes
from lstm_viz.importers.keras.chain import layers_in_order
from lstm_viz.importers.keras.hdf5 import RESTORE
from lstm_viz.importers.keras.layers import convert
from lstm_viz.importers.keras.operations import Step
from lstm_viz.importers.keras.saved_model import SavedLayer
from lstm_viz.plain_file import opening, reason


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

    A custom layer with the name of a Keras layer is refused in a .keras file. In an .h5 file the
    two cannot be told apart; Keras itself would open it as its own layer.

    Law:
        ``load_keras(path).predict(numbers)`` is what Keras's ``predict`` returns, to rounding.
    """
    file = Path(path)
    saved = saved_model.read(file)
    with opening(file, saved_model.EXPECTED, RESTORE) as name:
        model = KerasModel(name, layers_in_order(saved))
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
        made = [(layer, found) for layer in layers if (found := convert(layer))]
        if not any(isinstance(module, nn.RNNBase) for _, (_, module) in made):
            raise NoRecurrentModuleError(name, ["LSTM", "GRU", "SimpleRNN"], [])
        flow = sizes.declared_input(layers[0])
        for layer, (step, module) in made:
            flow = sizes.after(layer, step, module, flow)
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
        """Return the same as float32 numpy array, from any array of numbers or features.

        Raises:
            InputError: it has no step, another shape, or numbers that the embedding has no row for.
        """
        given = _array(values)
        first = next(self.children())
        if isinstance(first, nn.Embedding):
            given = _numbers(given, first.num_embeddings)
        else:
            _compare(given, ("text", "step", f"{_width(first)} features"), _width(first))
            given = given.astype(np.float32)
        found: np.ndarray = self(torch.as_tensor(given)).cpu().numpy()
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
        model(torch.zeros(1, 1, _width(first)))


def _width(first: nn.Module) -> int:
    weight = first.weight_ih_l0 if isinstance(first, nn.RNNBase) else first.weight
    return cast(Tensor, weight).shape[1]


def _array(values: Any) -> np.ndarray:  # noqa: ANN401
    try:
        given = values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)
    except (TypeError, ValueError, OverflowError) as error:  # as of rows of unlike lengths
        raise InputError("an array of numbers", f"NumPy says: {reason(error)}") from error
    if given.dtype.kind not in "biuf":
        raise InputError("an array of numbers", f"it is of type {given.dtype}")
    return given


def _compare(given: np.ndarray, axes: tuple[str, ...], width: int | None = None) -> None:
    """Refuse another shape, or one without a step."""
    fits = given.ndim == len(axes) and given.shape[1] > 0
    if not fits or (width is not None and given.shape[2] != width):
        expected = f"the axes ({', '.join(axes)}) and at least one step"
        raise InputError(expected, f"its shape is {given.shape}")


def _numbers(given: np.ndarray, rows: int) -> np.ndarray:
    """Return numbers of words, each of which has a row in the embedding."""
    _compare(given, ("text", "step"))
    whole = np.trunc(given)  # as Keras does
    outside = given[~((whole >= 0) & (whole < rows))]
    if outside.size:
        raise InputError(f"numbers from 0 to {rows - 1}", f"one is {outside[0]}")
    return np.asarray(whole, dtype=np.int64)
