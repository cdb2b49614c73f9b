"""Can an ONNX file be trusted, and run? It is data: whatever it says, nothing in it is executed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lstm_viz.errors import ModelFileError, UnsupportedLayerError
from lstm_viz.extras import need
from lstm_viz.importers.onnx import shapes
from lstm_viz.plain_file import opening, short

if TYPE_CHECKING:
    import onnx

_LARGEST = 200 * 2**20  # bytes of a file: far above any model this program is for
_RESTORE = "Restore the file from where the model came from, or export it again."
_MOST_PARTS = 2**20  # of a file, which are counted one by one
_MOST_NODES = 100_000
_DOMAINS = ("", "ai.onnx")  # the two ways in which the standard lets its domain be written


def read(path: Path) -> "onnx.ModelProto":
    """Read a file, and refuse what is damaged, oversized or points at other files.

    Returns:
        The model, with a name for every output of a node: an optional output that a node leaves
        out has none, and would be taken for the optional inputs that other nodes leave out.

    Raises:
        MissingPackageError: the package onnx is not installed.
        ModelFileError: the file is not an ONNX model on its own.
        UnsupportedLayerError: a node has an operator that the ONNX standard does not define, or
            one that cannot be run within a bound or draws at random.
    """
    need("onnx", "Opening an ONNX file", "onnx")
    import onnx

    with opening(path, "an ONNX model", _RESTORE, largest=_LARGEST) as name:
        from lstm_viz.importers.onnx import operators
        from lstm_viz.importers.onnx.field_count import count_fields

        raw = path.read_bytes()
        if count_fields(raw, _MOST_PARTS) > _MOST_PARTS:
            raise ModelFileError(name, f"at most {_MOST_PARTS:,} parts", "it has more", _RESTORE)
        model = onnx.load_model_from_string(raw)
        for graph in graphs(model.graph):
            _refuse_external(name, graph)
            _refuse_custom(graph)
        _refuse_crowds(name, model.graph)
        operators.refuse_others(
            (node for graph in graphs(model.graph) for node in graph.node),
            operators.falsehoods(graphs(model.graph)),
        )
        for imported in model.opset_import:
            imported.domain = _plain(imported.domain)
        shapes.check(model, name)
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
        raise UnsupportedLayerError(short(value.name), what, remedy) from error
    return found


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
            came = f"it takes {short(tensor.name)!r} from another file"
            remedy = "Save it as one file: onnx.save(onnx.load(path), path)."
            raise ModelFileError(file, "all numbers inside the file", came, remedy)


def _refuse_custom(graph: "onnx.GraphProto") -> None:
    for node in graph.node:
        if node.domain not in _DOMAINS:
            where = short(repr(node.domain))
            what = f"its operator {short(node.op_type)} is of the domain {where}"
            remedy = "Export it with the operators of the ONNX standard alone, functions inlined."
            raise UnsupportedLayerError(short(node.name or node.op_type), what, remedy)
        node.domain = _plain(node.domain)


def _refuse_crowds(file: str, graph: "onnx.GraphProto") -> None:
    """Refuse what takes time or memory without end as soon as it is looked at."""
    nodes = [node for one in graphs(graph) for node in one.node]
    if len(nodes) > _MOST_NODES:
        came = f"it has {len(nodes):,}"
        raise ModelFileError(file, f"at most {_MOST_NODES:,} nodes", came, _RESTORE)
    for node in nodes:
        name = short(node.name or ", ".join(node.output[:1]) or node.op_type)
        parts = {a.name: a.i for a in node.attribute if a.name == "num_outputs"}
        if node.op_type == "Split" and parts.get("num_outputs", len(node.output)) != len(
            node.output
        ):
            came = f"its {name} has {len(node.output):,} of {parts['num_outputs']:,}"
            raise ModelFileError(file, "an output for each part of a Split", came, _RESTORE)


def _plain(domain: str) -> str:
    """The standard lets its own domain be written in two ways; the evaluator knows one."""
    return "" if domain == "ai.onnx" else domain


def _name_outputs(graph: "onnx.GraphProto") -> None:
    for number, node in enumerate(graph.node):
        for place, name in enumerate(node.output):
            if not name:
                node.output[place] = f" unnamed {number} {place}"
