"""lstm-viz: type a text, and see what a trained LSTM does with it, word by word.

One sentence travels one way, and imports point the same way, down this list:

    errors, notation   what can go wrong; what each quantity is called
    progress           how long work says how far it is, and stops when asked
    palette            which colour means what
    scales             limits, ramps, tints and type, of figures and player alike
    archive, notebook  recordings in files, and in notebooks
    trace              any recurrent PyTorch module: its gates and states, exactly
    text               tokens with their place in the text, and the vocabulary
    model              both joined: text in, ``TextTrace`` out
    importers          the models that Keras, ONNX and TensorFlow saved, as PyTorch modules
    analyses           one question each: numbers in, numbers out
    figures            the same stems: numbers in, a picture out
    components         what moves with the reader, drawn in the browser
    export             what is taken home
    threads            one for each library, in a server
    jobs               long work in the background, with progress and cancel
    session            the only caches, the only state, the link
    pages              the same stems again: get, choose, compute, show

``training`` stands beside the journey: it makes the models that ``load`` opens. So does ``data``,
which fetches what they are trained on, and is the only part that fetches anything.
"""

import warnings

from lstm_viz.errors import LstmVizError
from lstm_viz.importers.keras import load_keras
from lstm_viz.importers.onnx import load_onnx
from lstm_viz.model import Classifier, TextTrace, available, load, read, register, wrap
from lstm_viz.text import Token
from lstm_viz.trace import (
    Call,
    Force,
    LayerTrace,
    PreActivation,
    Recording,
    Verification,
    record,
    verify,
)

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


def offer(classifier: Classifier) -> None:
    """Do what ``register`` does; deprecated, and gone in the next version."""
    warnings.warn("lstm_viz.offer is now lstm_viz.register.", DeprecationWarning, stacklevel=2)
    register(classifier)
