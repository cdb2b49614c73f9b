"""Models that Keras saved: the file, its chain of layers, and each layer in PyTorch."""

from lstm_viz.importers.keras.model import KerasModel, load_keras

__all__ = ["KerasModel", "load_keras"]
