"""Which operators may surround recurrent layers? Those whose cost is known before they are run.

The reference implementation computes some operators with arrays or loops that a single number in
the file can make arbitrarily large. Everything that is not listed here is refused by name.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.importers.onnx.layer import KINDS
from lstm_viz.plain_file import short

if TYPE_CHECKING:
    import onnx

_ELEMENT_BY_ELEMENT = {
    "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitShift",
    "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "Cast", "CastLike", "Ceil", "Celu",
    "Clip", "Cos", "Cosh", "DequantizeLinear", "Div", "Dropout", "DynamicQuantizeLinear", "Elu",
    "Equal", "Erf", "Exp", "Floor", "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish",
    "Identity", "IsInf", "IsNaN", "LeakyRelu", "Less", "LessOrEqual", "Log", "Max", "Mean", "Min",
    "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "QuantizeLinear", "Reciprocal",
    "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign",
    "Sqrt", "Sub", "Sum", "Swish", "Tan", "Tanh", "ThresholdedRelu", "Where", "Xor",
}  # fmt: skip
_ALONG_AXES = {
    "ArgMax", "ArgMin", "BatchNormalization", "CumSum", "GlobalAveragePool", "GlobalMaxPool",
    "GroupNormalization", "Hardmax", "InstanceNormalization", "LayerNormalization", "LogSoftmax",
    "LpNormalization", "MeanVarianceNormalization", "RMSNormalization", "ReduceL1", "ReduceL2",
    "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare", "Softmax", "TopK",
}  # fmt: skip
_PRODUCTS = {"Einsum", "Gemm", "MatMul", "MatMulInteger", "QLinearMatMul"}
_WINDOWS = {"AveragePool", "Conv", "MaxPool"}
_PLACES = {
    "Compress", "Concat", "ConcatFromSequence", "Constant", "ConstantOfShape", "Expand", "EyeLike",
    "Flatten", "Gather", "GatherElements", "GatherND", "NonZero", "OneHot", "Pad", "Range",
    "Reshape", "ReverseSequence", "Scatter", "ScatterElements", "ScatterND", "SequenceAt",
    "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength",
    "Shape", "Size", "Slice", "Split", "SplitToSequence", "Squeeze", "Tile", "Transpose", "Trilu",
    "Unique", "Unsqueeze",
}  # fmt: skip
_CONTROL = {"If", "Loop", "Scan"}
ALLOWED = _ELEMENT_BY_ELEMENT | _ALONG_AXES | _PRODUCTS | _WINDOWS | _PLACES | _CONTROL | {*KINDS}
_TEXTS = {"RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit"}
_RANDOM = {
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
    "RandomUniformLike",
}  # fmt: skip
_FACTORS = 2  # of an Einsum: with more, what is made on the way depends on their order
_TRAINING = 2  # the place of the input training_mode of a Dropout


def refuse_others(nodes: Iterable["onnx.NodeProto"], falsehoods: set[str]) -> None:
    """Refuse nodes that cannot be run within a bound, or not twice alike.

    Args:
        nodes: of a graph and of the graphs inside it.
        falsehoods: names of constants that are false.

    Raises:
        UnsupportedLayerError: one of them is not allowed.
    """
    for node in nodes:
        name = short(node.name or ", ".join(node.output[:1]) or node.op_type)
        operator = short(node.op_type)
        if node.op_type not in ALLOWED:
            raise UnsupportedLayerError(name, *_reason(node, operator))
        if node.op_type == "Einsum" and len(node.input) > _FACTORS:
            what = f"its Einsum multiplies {len(node.input):,} arrays at once"
            raise UnsupportedLayerError(name, what, "Export products of two arrays each.")
        training = "".join(node.input[_TRAINING : _TRAINING + 1])
        if node.op_type == "Dropout" and training and training not in falsehoods:
            what = "its Dropout may draw at random (training_mode is not the constant false)"
            raise UnsupportedLayerError(name, what, "Export the model in evaluation mode.")


def falsehoods(graphs: Iterable["onnx.GraphProto"]) -> set[str]:
    """Return the names of constants that are a single false."""
    from onnx import numpy_helper

    tensors = []
    for graph in graphs:
        tensors += [(tensor.name, tensor) for tensor in graph.initializer]
        tensors += [
            (node.output[0], attribute.t)
            for node in graph.node
            if node.op_type == "Constant" and node.output
            for attribute in node.attribute
            if attribute.name == "value"
        ]
    small = [(name, tensor) for name, tensor in tensors if list(tensor.dims) in ([], [1])]
    return {
        name
        for name, tensor in small
        if (value := numpy_helper.to_array(tensor)).dtype == np.bool_ and not value.any()
    }


def _reason(node: "onnx.NodeProto", operator: str) -> tuple[str, str]:
    if node.op_type in _TEXTS:
        what = f"it works on text ({operator})"
        return what, "Export the model without operators for text: it reads numbers."
    if node.op_type in _RANDOM:
        what = f"its operator {operator} draws at random"
        return what, "Export the model in evaluation mode."
    what = f"its operator {operator} is not among those that can be run within a bound"
    return what, "Export the model with common operators, or without this part."
