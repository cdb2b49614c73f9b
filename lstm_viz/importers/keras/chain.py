"""In which order does a Keras model run its layers? Only a single chain can be opened."""

from collections.abc import Sequence

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.importers.keras import saved_model
from lstm_viz.importers.keras.saved_model import SavedLayer, SavedModel
from lstm_viz.plain_file import short

_MODELS = ("Sequential", "Functional", "Model")  # the last is the functional one of old versions


def layers_in_order(model: SavedModel) -> list[SavedLayer]:
    """Return the layers of a model in the order in which each reads the one before.

    Raises:
        UnsupportedLayerError: the model has its own code for running its layers; or a layer reads
            several others, is read by several, or is called with more than its input.
    """
    if model.kind not in _MODELS:
        raise _no_chain(model.kind, "the model runs its layers with code of its own")
    # Keras saves the test for padding as a layer; here it is part of the embedding.
    tests = {layer.name for layer in model.layers if _is_test_for_padding(layer, model.layers)}
    chain: list[SavedLayer] = []
    functional = any(layer.inputs for layer in model.layers)
    for layer in model.layers:
        if layer.name in tests:
            continue
        before = chain[-1].name if chain else None
        if functional and layer.inputs != ((before,) if before else ()):
            reads = ", ".join(layer.inputs) or "an input of its own"
            raise _no_chain(layer.name, f"it reads {reads}, not {before} alone")
        for name, value in layer.options.items():
            if value is None or (name == "training" and not value):
                continue
            if name != "mask" or not tests.issuperset(saved_model.histories(value) or ("?",)):
                raise _no_chain(layer.name, f"it is called with {name}")
        chain.append(layer)
    if model.outputs not in ((), (chain[-1].name,)):
        raise _no_chain(chain[-1].name, f"the model puts out {', '.join(model.outputs)}")
    return chain


def _is_test_for_padding(layer: SavedLayer, layers: Sequence[SavedLayer]) -> bool:
    """Whether a layer only compares the input of a masking embedding with 0."""
    return (
        layer.kind == "NotEqual"
        and dict(layer.options) == {"argument 1": 0}
        and any(
            other.kind == "Embedding"
            and other.config.get("mask_zero")
            and other.inputs == layer.inputs
            for other in layers
        )
    )


def _no_chain(name: str, what: str) -> UnsupportedLayerError:
    remedy = "Only models whose layers form one chain, each run on the one before, can be opened."
    return UnsupportedLayerError(short(name), short(what), remedy)
