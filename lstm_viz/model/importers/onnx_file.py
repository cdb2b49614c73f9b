"""Can an ONNX file be trusted, and run? It is data: whatever it says, nothing in it is executed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lstm_viz.errors import MissingPackageError, ModelFileError, UnsupportedLayerError

if TYPE_CHECKING:
    import onnx

_LARGEST = 200 * 2**20  # bytes of a file: far above any model this program is for
_RESTORE = "Restore the file from where the model came from, or export it again."
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")  # whose operators the ONNX standard defines


def read(path: Path) -> "onnx.ModelProto":
    """Read a file, and refuse what is damaged, oversized or points at other files.

    Returns:
        The model, with a name for every output of a node: an optional output that a node leaves
        out has none, and would be taken for the optional inputs that other nodes leave out.

    Raises:
        MissingPackageError: the package onnx is not installed.
        ModelFileError: the file is not an ONNX model on its own.
        UnsupportedLayerError: a node has an operator that the ONNX standard does not define.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingPackageError("onnx", "Opening an ONNX file", "onnx") from error
    from google.protobuf.message import DecodeError

    raw = _bytes(path)
    try:
        model = onnx.load_model_from_string(raw)
        for graph in graphs(model.graph):
            _refuse_external(path.name, graph)
            _refuse_custom(graph)
        for imported in model.opset_import:
            imported.domain = _plain(imported.domain)
        onnx.checker.check_model(model)
    except (DecodeError, ValueError, onnx.checker.ValidationError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise ModelFileError(
            path.name, "an ONNX model", f"it is damaged ({first})", _RESTORE
        ) from error
    for graph in graphs(model.graph):
        _name_outputs(graph)
    del model.functions[:]  # no node that is left could call one
    return model


def graphs(graph: "onnx.GraphProto") -> Iterator["onnx.GraphProto"]:
    """Give a graph, and all graphs inside its nodes: bodies of loops, branches of conditions."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (*attribute.graphs, *([attribute.g] if attribute.HasField("g") else ())):
                yield from graphs(inner)


def dtype_of(value: "onnx.ValueInfoProto") -> "np.dtype[Any]":
    """Return the type of numbers of an input or output of a graph.

    Raises:
        UnsupportedLayerError: it is no tensor, or PyTorch has no such type.
    """
    import onnx

    kind = value.type.tensor_type.elem_type
    try:
        found = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(kind))
        torch.from_numpy(np.zeros(0, found))
    except (KeyError, TypeError) as error:
        what = "it is an input or output that is not a tensor of numbers known to NumPy"
        remedy = "Export the model with tensors of float32 and int64."
        raise UnsupportedLayerError(value.name, what, remedy) from error
    return found


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise ModelFileError(path.name, "an ONNX model", "there is no such file", _RESTORE)
    if path.stat().st_size > _LARGEST:
        came = f"it has {path.stat().st_size:,}"
        raise ModelFileError(path.name, f"at most {_LARGEST:,} bytes", came, _RESTORE)
    return path.read_bytes()


def _tensors(graph: "onnx.GraphProto") -> Iterator["onnx.TensorProto"]:
    sparse = list(graph.sparse_initializer)
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            sparse += [attribute.sparse_tensor, *attribute.sparse_tensors]
    for tensor in sparse:
        yield from (tensor.values, tensor.indices)


def _refuse_external(file: str, graph: "onnx.GraphProto") -> None:
    from onnx.external_data_helper import uses_external_data

    for tensor in _tensors(graph):
        if uses_external_data(tensor):
            came = f"it takes {tensor.name!r} from another file"
            remedy = "Save it as one file: onnx.save(onnx.load(path), path)."
            raise ModelFileError(file, "all numbers inside the file", came, remedy)


def _refuse_custom(graph: "onnx.GraphProto") -> None:
    for node in graph.node:
        if node.domain not in _DOMAINS:
            what = f"its operator {node.op_type} is of the custom domain {node.domain!r}"
            remedy = "Export it with the operators of the ONNX standard alone, functions inlined."
            raise UnsupportedLayerError(node.name or node.op_type, what, remedy)
        node.domain = _plain(node.domain)


def _plain(domain: str) -> str:
    """The standard lets its own domain be written in two ways; the evaluator knows one."""
    return "" if domain == "ai.onnx" else domain


def _name_outputs(graph: "onnx.GraphProto") -> None:
    for number, node in enumerate(graph.node):
        for place, name in enumerate(node.output):
            if not name:
                node.output[place] = f" unnamed {number} {place}"
