"""What torch.onnx.export wrote is read back: the same outputs, the same gates."""

import copy
import logging
import warnings

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.errors import NoRecurrentModuleError

WORDS, LABELS = 50, 3


class Classifier(nn.Module):
    """What many a tutorial builds; ``units`` above 250 leave weights that are not folded."""

    def __init__(self, kind, units):
        super().__init__()
        self.embed = nn.Embedding(WORDS, 6)
        options = {"num_layers": 2, "bidirectional": True, "batch_first": True}
        self.encoder = getattr(nn, kind)(6, units, **options)
        self.head = nn.Linear(2 * units, LABELS)

    def forward(self, tokens):
        hidden, _ = self.encoder(self.embed(tokens))
        return self.head(hidden.mean(dim=1))


def exported(model, path, newer):
    example = (torch.randint(0, WORDS, (2, 7)),)
    if newer:
        options = {"dynamic_shapes": (dict.fromkeys((0, 1), torch.export.Dim.AUTO),)}
    else:
        options = {"dynamic_axes": {"tokens": {0: "batch", 1: "step"}}}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        for message, kind in (
            ("You are using the legacy TorchScript-based ONNX export", DeprecationWarning),
            ("The feature will be removed", DeprecationWarning),
            ("Converting a tensor to a Python boolean", torch.jit.TracerWarning),
            ("Exporting a model to ONNX with a batch_size other than 1", UserWarning),
            ("The tensor attributes self.encoder", UserWarning),
            (r"The \.grad attribute of a Tensor that is not a leaf", UserWarning),
            ("_check_is_size will be removed", FutureWarning),
            (r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning),
        ):
            warnings.filterwarnings("ignore", message, kind)
        torch.onnx.export(
            model, example, path, dynamo=newer, external_data=False, input_names=["tokens"],
            verbose=False, **options,
        )  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[
        ("LSTM", 5, True), ("LSTM", 5, False), ("LSTM", 260, True), ("GRU", 5, True),
        ("GRU", 5, False), ("RNN", 5, False),
    ],
    ids=lambda c: f"{c[0]}-{c[1]}-{'newer' if c[2] else 'older'}",
)  # fmt: skip
def pair(request, tmp_path_factory):
    """A model, and the same as read back from ONNX."""
    kind, units, newer = request.param
    torch.manual_seed(0)
    model = Classifier(kind, units).eval()
    path = tmp_path_factory.mktemp("exported") / "model.onnx"
    exported(model, path, newer)
    return model, lstm_viz.load_onnx(path)


def recorded(model, tokens):
    with torch.no_grad(), lstm_viz.record(model) as recording:
        output = model(tokens)
    return output, recording.calls


@pytest.mark.parametrize("shape", [(2, 7), (1, 1), (5, 23)])
def test_outputs_and_gates_are_those_of_the_original(pair, shape):
    model, opened = pair
    tokens = torch.randint(0, WORDS, shape)
    expected, (call,) = recorded(model, tokens)
    output, calls = recorded(opened, tokens)
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=0)
    assert len(calls) == 2  # a node per layer
    layers = [layer for one in calls for layer in one.layers]
    for theirs, ours in zip(call.layers, layers, strict=True):
        assert theirs.direction == ours.direction
        for name, values in theirs.quantities.items():
            torch.testing.assert_close(ours.quantities[name], values, atol=1e-5, rtol=0)
    assert max(one.error for one in calls) < 1e-5


def test_a_model_reads_the_same_twice_unrecorded_and_as_a_copy(pair):
    _, opened = pair
    tokens = torch.randint(0, WORDS, (3, 4))
    first, _ = recorded(opened, tokens)
    assert torch.equal(opened(tokens), first)
    assert not opened.training
    copied, calls = recorded(copy.deepcopy(opened), tokens)
    # Its weights may lie elsewhere in memory, where products are added up in another order.
    torch.testing.assert_close(copied, first, atol=1e-6, rtol=0)
    assert len(calls) == 2


def test_a_module_may_be_changed(pair):
    """A hook that puts out something else is obeyed, and weights that are changed are used."""
    _, opened = pair
    tokens = torch.randint(0, WORDS, (3, 4))
    before = opened(tokens)
    names = lstm_viz.record(opened).names
    last = opened.get_submodule(names[-1])
    handle = last.register_forward_hook(lambda _m, _i, output: (output[0] * 0, output[1]))
    silenced = opened(tokens)
    handle.remove()
    assert torch.equal(silenced, silenced[:1].expand_as(silenced))
    kept = last.weight_hh_l0.detach().clone()
    with torch.no_grad():
        last.weight_hh_l0.zero_()
        changed = opened(tokens)
        last.weight_hh_l0.copy_(kept)
    assert not torch.allclose(changed, before, atol=1e-6)
    assert torch.equal(opened(tokens), before)


def test_arrays_serve_as_inputs(pair):
    _, opened = pair
    tokens = np.arange(6).reshape(2, 3)
    assert torch.equal(opened(tokens), opened(torch.tensor(tokens)))
    assert torch.equal(opened(tokens.astype(np.int32)), opened(tokens))
    with pytest.raises(TypeError, match="'tokens' is of type int64, but float32 came"):
        opened(torch.zeros(2, 3))
    with pytest.raises(TypeError, match=r"takes 1 inputs \(tokens\), but 2 came"):
        opened(tokens, tokens)


def test_a_plain_rnn_that_was_unrolled_is_refused(tmp_path):
    path = tmp_path / "unrolled.onnx"
    exported(Classifier("RNN", 5).eval(), path, newer=True)
    with pytest.raises(NoRecurrentModuleError, match=r"unrolled\.onnx holds no recurrent"):
        lstm_viz.load_onnx(path)
