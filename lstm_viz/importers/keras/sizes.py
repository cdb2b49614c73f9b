"""Do the layers of a Keras model fit together? Each is compared with the output of the one before.

PyTorch does not check sizes everywhere, for instance where a padded text is packed: it would read
memory that does not belong to the model.
"""

from dataclasses import dataclass
from typing import Any, Literal, cast

from torch import nn

from lstm_viz.errors import ModelFileError
from lstm_viz.importers.keras.hdf5 import RESTORE
from lstm_viz.importers.keras.operations import Activate, Dense, Embed, Pool, Recur, Step
from lstm_viz.importers.keras.saved_model import SavedLayer
from lstm_viz.plain_file import short

# numbers of words (text, step), features (text, step, feature), or one row of features per text
Form = Literal["anything", "numbers", "steps", "row"]


@dataclass(frozen=True, slots=True)
class Flow:
    """What comes to a layer.

    Attributes:
        form: of the values.
        width: how many features they have; None where that is not said.
    """

    form: Form = "anything"
    width: int | None = None


def declared_input(layer: SavedLayer) -> Flow:
    """Return what a layer says that the model reads, if it says so.

    Raises:
        ValueError: what it says is no shape.
    """
    shape = layer.config.get("batch_shape", layer.config.get("batch_input_shape"))
    if shape is None:
        return Flow()
    sizes = all(size is None or (type(size) is int and size > 0) for size in shape)
    if not sizes or len(shape) not in (2, 3):
        raise ValueError(f"{short(layer.name)!r} reads values of shape {short(shape)}")
    return Flow("numbers") if len(shape) == 2 else Flow("steps", shape[2])


def after(layer: SavedLayer, step: Step, module: nn.Module | None, flow: Flow) -> Flow:
    """Return what a layer makes of what comes to it.

    Args:
        layer: as it was saved.
        step: what it does.
        module: that it does it with.
        flow: what comes to it.

    Raises:
        ModelFileError: it reads something else.
    """
    match step:
        case Embed():
            _compare(layer, flow, ("anything", "numbers"), None)
            return Flow("steps", cast(nn.Embedding, module).embedding_dim)
        case Recur():
            recurrent = cast(nn.RNNBase, module)
            _compare(layer, flow, ("anything", "steps"), recurrent.input_size)
            both = recurrent.bidirectional and step.merge == "concat"
            width = recurrent.hidden_size * (2 if both else 1)
            return Flow("steps" if step.sequences else "row", width)
        case Dense():
            linear = cast(nn.Linear, module)
            per_step = layer.kind == "TimeDistributed"
            forms: Any = ("anything", "steps") if per_step else ("anything", "steps", "row")
            _compare(layer, flow, forms, linear.in_features)
            return Flow(flow.form, linear.out_features)
        case Pool():
            _compare(layer, flow, ("anything", "steps"), None)
            return Flow("row", flow.width)
        case Activate():
            return flow
    raise TypeError(f"{type(step).__name__} is no step")


def _compare(layer: SavedLayer, flow: Flow, forms: tuple[Form, ...], width: int | None) -> None:
    named = {"numbers": "numbers of words", "steps": "features of each step", "row": "one row"}
    if flow.form not in forms:
        reads = named[forms[-1]]
        raise _misfit(layer, reads, f"what comes to it is {named[flow.form]}")
    if None not in (flow.width, width) and flow.width != width:
        raise _misfit(layer, f"{width:,} features", f"{flow.width:,} come to it")


def _misfit(layer: SavedLayer, reads: str, came: str) -> ModelFileError:
    return ModelFileError(
        f"layer {short(layer.name)!r}", f"{reads}, which its weights read", came, RESTORE
    )
