"""TensorFlow's cells: a trained character model says what was published, and only if read right."""

import json

import numpy as np
import pytest
import torch

import lstm_viz
from lstm_viz.errors import ModelFileError
from lstm_viz.importers.tensorflow import basic_lstm_cells
from tests.conftest import TRUTH
from tests.trace.oracle import sigmoid

CHARACTERS = 2000


@pytest.fixture(scope="module")
def published():
    """The arrays of the model by name, and the first characters as numbers."""
    folder = TRUTH / "ml5_charrnn_shakespeare"
    arrays = {
        name: np.fromfile(folder / entry["filename"], "<f4").reshape(entry["shape"])
        for name, entry in json.loads((folder / "manifest.json").read_text("utf-8")).items()
        if entry["shape"]
    }
    numbers = json.loads((folder / "vocab_repaired.json").read_text("utf-8"))
    text = (folder / "text_head20k.txt").read_text("utf-8")[:CHARACTERS]
    return arrays, torch.tensor([numbers[character] for character in text])


def cells_of(arrays):
    place = "rnnlm/multi_rnn_cell/cell_{}/basic_lstm_cell/{}"
    return [
        (arrays[place.format(n, "weights")], arrays[place.format(n, "biases")]) for n in range(2)
    ]


def nats(lstm, arrays, text):
    """Return the mean loss per character, and what was recorded."""
    x = torch.tensor(arrays["embedding"])[text[:-1]]
    with torch.no_grad(), lstm_viz.record(lstm) as recording:
        hidden, _ = lstm(x[None])
    logits = hidden[0] @ torch.tensor(arrays["rnnlm/softmax_w"])
    logits = logits + torch.tensor(arrays["rnnlm/softmax_b"])
    return float(torch.nn.functional.cross_entropy(logits, text[1:])), recording[""]


def swapped(arrays, order):
    """Return the cells with the columns i, j, f, o in another order."""
    return [
        tuple(
            np.concatenate([np.split(value, 4, axis=-1)["ijfo".index(g)] for g in order], axis=-1)
            for value in cell
        )
        for cell in cells_of(arrays)
    ]


@pytest.mark.data("truth")
def test_a_published_model_says_what_it_said(published):
    arrays, text = published
    loss, _ = nats(basic_lstm_cells(cells_of(arrays)), arrays, text)
    assert loss < 1.2839  # published: 1.28378


@pytest.mark.data("truth")
def test_its_gates_are_exact(published):
    arrays, text = published
    module = basic_lstm_cells(cells_of(arrays))
    _, call = nats(module, arrays, text)
    module.double()
    arrays = {name: array.astype(np.float64) for name, array in arrays.items()}
    _, precise = nats(module, arrays, text)
    assert precise.error < 1e-9
    for found, exact in zip(call.layers, precise.layers, strict=True):
        for name, values in exact.quantities.items():
            # Its cell states count up to 716: what float32 rounds is in proportion.
            size = max(1, float(values.abs().max()))
            assert float((found.quantities[name] - values).abs().max()) < 2e-5 * size
    assert call.error < 2e-5 * float(precise.layers[1].cell_state.abs().max())


@pytest.mark.data("truth")
@pytest.mark.parametrize("order", ["ifjo", "fijo", "oijf", "ijof", "jifo"])
def test_with_gates_swapped_it_does_not(published, order):
    arrays, text = published
    loss, _ = nats(basic_lstm_cells(swapped(arrays, order)), arrays, text)
    assert loss > 1.4


@pytest.mark.data("truth")
def test_without_the_forget_bias_it_does_not(published):
    arrays, text = published
    loss, _ = nats(basic_lstm_cells(cells_of(arrays), forget_bias=0.0), arrays, text)
    assert loss > 1.4


def drawn(*inputs, units=3, dtype=np.float64):
    random = np.random.default_rng(0)
    return [
        (random.normal(size=(n + units, 4 * units)).astype(dtype),
         random.normal(size=4 * units).astype(dtype))
        for n in inputs
    ]  # fmt: skip


@pytest.mark.parametrize("forget_bias", [1.0, 0.0, 0.5])
def test_gates_are_those_of_the_cells_own_equations(forget_bias):
    cells = drawn(5, 3)
    module = basic_lstm_cells(cells, forget_bias)
    assert not module.training
    x = np.random.default_rng(1).normal(size=(7, 5))
    with torch.no_grad(), lstm_viz.record(module) as recording:
        module(torch.tensor(x)[None])
    h, c = np.zeros((2, 3)), np.zeros((2, 3))
    for step, features in enumerate(x):
        for layer, (kernel, bias) in enumerate(cells):
            sums = np.concatenate([features, h[layer]]) @ kernel + bias
            i, j, f, o = np.split(sums, 4)
            i, j, f, o = sigmoid(i), np.tanh(j), sigmoid(f + forget_bias), sigmoid(o)
            c[layer] = c[layer] * f + i * j
            features = h[layer] = np.tanh(c[layer]) * o
            found = recording[""].layers[layer].quantities
            for name, value in (
                ("input_gate", i), ("candidate", j), ("forget_gate", f), ("output_gate", o),
                ("cell_state", c[layer]), ("hidden_state", h[layer]),
            ):  # fmt: skip
                np.testing.assert_allclose(found[name][0, step], value, atol=1e-12)


def test_arrays_that_may_not_be_written_to_and_tensors_do():
    (kernel, bias), = drawn(5, dtype=np.float32)  # fmt: skip
    for array in (kernel, bias):
        array.flags.writeable = False
    one = basic_lstm_cells([(kernel, bias)])
    two = basic_lstm_cells([(torch.tensor(kernel), torch.tensor(bias))])
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "one cell or more"),
        (drawn(5, 4), r"cell 1: expected .* \(6, 12\) and \(12,\), but they are \(7, 12\)"),
        ([*drawn(5), *drawn(4, units=4)], "cell 1: expected"),
        ([(np.zeros((8, 12)), np.zeros(11))], "cell 0: expected"),
        ([(np.zeros((3, 12)), np.zeros(12))], "cell 0: expected"),
        ([(np.zeros((8, 12)), np.zeros(0))], "cell 0: expected"),
        ([(np.zeros(12), np.zeros(12))], "cell 0: expected"),
        ([(np.zeros((8, 12, 1)), np.zeros((12, 1)))], "cell 0: expected"),
        ([(np.array(1.0), np.array(1.0))], "cell 0: expected"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(cells, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        basic_lstm_cells(cells)
