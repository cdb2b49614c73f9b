"""Models that were saved as ONNX: the file, its graph, and its recurrent nodes in PyTorch."""

from lstm_viz.importers.onnx.model import OnnxModel, load_onnx

__all__ = ["OnnxModel", "load_onnx"]
