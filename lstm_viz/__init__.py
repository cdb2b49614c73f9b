"""lstm-viz: type a text, and see what a trained LSTM does with it, word by word.

One sentence travels one way, down this list; each stage imports only from those above it:

    errors      what can go wrong, said in a sentence
    extras      packages that only some uses need
    progress    how long work says how far it is, and stops when asked
    terminal    progress in one line of a terminal, or in a log
    plain_file  every file is looked at before it is opened
    notation    what each quantity is called
    palette     which colour means what
    scales      limits, ramps, tints and type, of figures and player alike
    archive     recordings in files
    notebook    recordings in notebooks
    trace       any recurrent PyTorch module: its gates and states, exactly
    text        tokens with their place in the text, and the vocabulary
    model       both joined: text in, ``TextTrace`` out
    importers   the models that Keras, ONNX and TensorFlow saved, as PyTorch modules
    analyses    one question each: numbers in, numbers out
    figures     the same stems: numbers in, a picture out
    components  what moves with the reader, drawn in the browser
    export      what can be downloaded
    threads     one for each library, in a server
    jobs        long work in the background, with progress and cancel
    session     the only caches, the only state, the link
    pages       the same stems again: get, choose, compute, show

Beside the journey stand two that no stage imports:

    data        fetches the data sets; nothing else fetches anything
    training    makes the models that ``load`` opens
"""

import warnings
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_viz.errors import LstmVizError
    from lstm_viz.importers.keras import load_keras
    from lstm_viz.importers.onnx import load_onnx
    from lstm_viz.model import Classifier, TextTrace, available, load, read, register
    from lstm_viz.model.wrap import wrap
    from lstm_viz.text import Token
    from lstm_viz.trace import Call, Force, LayerTrace, PreActivation
    from lstm_viz.trace.record import Recording, record
    from lstm_viz.trace.verify import Verification, verify

__all__ = [
    "Call",
    "Classifier",
    "Force",
    "LayerTrace",
    "LstmVizError",
    "PreActivation",
    "Recording",
    "TextTrace",
    "Token",
    "Verification",
    "available",
    "load",
    "load_keras",
    "load_onnx",
    "read",
    "record",
    "register",
    "verify",
    "wrap",
]
__version__ = "0.1.0"

# Where each name above lives. Its module is imported when the name is first used: recording loads
# neither tables nor models, and the import of the package itself loads nothing.
_HOMES = {
    "errors": ("LstmVizError",),
    "importers.keras": ("load_keras",),
    "importers.onnx": ("load_onnx",),
    "model": ("Classifier", "TextTrace", "available", "load", "read", "register"),
    "model.wrap": ("wrap",),
    "text": ("Token",),
    "trace": ("Call", "Force", "LayerTrace", "PreActivation"),
    "trace.record": ("Recording", "record"),
    "trace.verify": ("Verification", "verify"),
}
_ONE_AT_A_TIME = RLock()  # two threads that import modules of each other would wait for ever
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}
_MODULES = ("errors", "model", "notation", "text", "trace")  # reachable without an import


if not TYPE_CHECKING:  # type checkers know the names from the imports above, and no others

    def __getattr__(name: str) -> Any:  # noqa: ANN401
        """Import a public name when it is first used."""
        if name not in _MODULE_OF and name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        with _ONE_AT_A_TIME:
            if name in _MODULES:
                return import_module(f"{__name__}.{name}")
            value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return what completion offers."""
    return sorted({*globals(), *__all__, *_MODULES})


def offer(classifier: "Classifier") -> None:
    """Do what ``register`` does; deprecated, and gone in the next version."""
    warnings.warn("lstm_viz.offer is now lstm_viz.register.", DeprecationWarning, stacklevel=2)
    from lstm_viz.model import register

    register(classifier)
