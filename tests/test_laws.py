"""What a file says is held against what a recording must obey; all that is written is read."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import TraceFileError
from lstm_viz.trace.equation_check import check_equations
from tests.kinds import small

FORCED = {"LSTM": "forget_gate", "GRU": "reset_gate", "RNN": "hidden_state"}


# --- all that is written is read ---


RECIPES = st.fixed_dictionaries({
    "kind": st.sampled_from(list(FORCED)),
    "options": st.fixed_dictionaries(
        {"num_layers": st.integers(1, 2), "bidirectional": st.booleans(), "bias": st.booleans()}
    ),
    "projected": st.booleans(),
    "relu": st.booleans(),
    "dtype": st.sampled_from([torch.float32, torch.float64, torch.bfloat16]),
    "size": st.sampled_from([1, torch.nan, 1e30]),
    "form": st.sampled_from(["batch", "unbatched", "empty", "packed"]),
    "quantities": st.sampled_from([None, "none", "gate", "state"]),
    "force": st.sampled_from([None, "nothing", "a gate"]),
    "pre_activations": st.booleans(),
})  # fmt: skip


def recorded(recipe):
    """Return the call that a recipe describes."""
    torch.manual_seed(0)
    kind, dtype = recipe["kind"], recipe["dtype"]
    more = {"proj_size": 2} if kind == "LSTM" and recipe["projected"] else {}
    more |= {"nonlinearity": "relu"} if kind == "RNN" and recipe["relu"] else {}
    module = getattr(nn, kind)(3, 4, **recipe["options"], **more).to(dtype)
    values = torch.randn(5, 2, 3, dtype=dtype) * recipe["size"]
    forms = {
        "batch": lambda: values,
        "unbatched": lambda: values[:, 0],
        "empty": lambda: values[:, :0],
        "packed": lambda: pack_padded_sequence(values, torch.tensor([5, 2])),
    }
    kept = {None: None, "none": (), "gate": [FORCED[kind]], "state": ["hidden_state"]}
    forces = {None: None, "nothing": [], "a gate": [Force(FORCED[kind], 7.0)]}
    with lstm_viz.record(
        module, quantities=kept[recipe["quantities"]], force=forces[recipe["force"]],
        pre_activations=recipe["pre_activations"],
    ) as recording:  # fmt: skip
        module(forms[recipe["form"]]())
    return recording[""]


@given(RECIPES, st.sampled_from([".npz", ".json"]))
@settings(max_examples=60)
def test_any_call_that_was_written_is_read(tmp_path_factory, recipe, suffix):
    call = recorded(recipe)
    path = tmp_path_factory.mktemp("calls") / f"call{suffix}"
    call.save(path)
    again = lstm_viz.read(path)
    assert torch.equal(again.lengths, call.lengths)
    for ours, theirs in zip(again.layers, call.layers, strict=True):
        assert list(ours.quantities) == list(theirs.quantities)
        for name, values in theirs.quantities.items():
            np.testing.assert_array_equal(ours.quantities[name], values.detach().double())
    assert len(again.to_dataframe()) == len(call.to_dataframe())


@pytest.mark.parametrize("labels", [("a", "b"), ("a", "b", "c"), ("same", "same")])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("LSTM", {"num_layers": 2}), ("LSTM", {"bidirectional": True}), ("LSTM", {"proj_size": 3}),
        ("GRU", {}), ("RNN", {}), ("RNN", {"nonlinearity": "relu"}),
    ],
)  # fmt: skip
def test_any_trace_that_was_written_is_read(tmp_path, kind, options, labels):
    own = small(kind, options, labels)
    forces = [None, Force(FORCED[kind], -9.5), Force("hidden_state", 1e4)]
    for text in ("one", "a bb ccc", "\ud800 x \0 y"):
        for force in forces:
            trace = own.trace(text, force=force)
            trace.save(tmp_path / "trace.npz")
            assert lstm_viz.read(tmp_path / "trace.npz").tokens == trace.tokens


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_a_trace_in_any_precision_is_read(tmp_path, dtype):
    own = small("LSTM", {})
    own.network.to(dtype)
    trace = own.trace("a bb ccc")
    trace.save(tmp_path / "trace.json")
    np.testing.assert_array_equal(lstm_viz.read(tmp_path / "trace.json").logits, trace.logits)


# --- what cannot have been computed is refused ---


@pytest.fixture(scope="module")
def text_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "trace.json"
    small("LSTM", {"num_layers": 2}, ("a", "b", "c")).trace("a bb ccc dddd").save(path)
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def call_file(tmp_path_factory):
    torch.manual_seed(0)
    module = nn.LSTM(3, 4, bidirectional=True)
    packed = pack_padded_sequence(torch.randn(5, 2, 3), torch.tensor([5, 2]))
    with torch.no_grad(), lstm_viz.record(module, pre_activations=True) as recording:
        module(packed)
    path = tmp_path_factory.mktemp("files") / "call.json"
    recording[""].save(path)
    return json.loads(path.read_text("utf-8"))


def fact(*place, value):
    """Return what puts another value at a place among the facts."""

    def change(raw):
        part = raw["facts"]
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = value

    return change


def array(name, at=0, value=None, **other):
    """Return what changes one number of an array, or says another shape of it."""

    def change(raw):
        one = raw["arrays"][name]
        if value is not None:
            one["values"][at] = value
        one.update(other)

    return change


def cut(name, values, shape):
    """Return what makes an array smaller."""
    return lambda raw: raw["arrays"][name].update(
        values=raw["arrays"][name]["values"][:values], shape=shape
    )


def without(*names):
    def change(raw):
        for name in names:
            del raw["arrays"][name]

    return change


def probabilities(row):
    return lambda raw: raw["arrays"]["probabilities"]["values"].__setitem__(slice(0, 3), row)


def swapped(one, other):
    def change(raw):
        arrays = raw["arrays"]
        arrays[one], arrays[other] = arrays[other], arrays[one]

    return change


def filled(name, value):
    """Return what puts one number everywhere in an array."""
    return lambda raw: raw["arrays"][name].update(
        values=[value] * len(raw["arrays"][name]["values"])
    )


def refused(tmp_path, raw, change):
    raw = json.loads(json.dumps(raw))
    change(raw)
    (tmp_path / "changed.json").write_text(json.dumps(raw), "utf-8")
    with pytest.raises(TraceFileError) as caught:
        lstm_viz.read(tmp_path / "changed.json")
    assert "a trace or a call, but its parts do not fit together" in str(caught.value)
    return str(caught.value)


# Without a sentence: where types are checked, as in these tests, they come first.
TEXT = {
    "no tokens": (fact("tokens", value=[]), "no token"),
    "outside": (fact("tokens", 3, value=[9, 99, True]), "inside the text"),
    "before it": (fact("tokens", 0, value=[-1, 1, True]), "inside the text"),
    "overlapping": (fact("tokens", 1, value=[0, 4, True]), "follow one another"),
    "turned round": (fact("tokens", 1, value=[4, 2, True]), "follow one another"),
    "half a place": (fact("tokens", 1, value=[2.0, 4, True]), ""),
    "known by number": (fact("tokens", 1, value=[2, 4, 1]), ""),
    "fewer tokens": (fact("tokens", value=[[0, 1, True]]), "1 steps"),
    "labels as one text": (fact("labels", value="abc"), ""),
    "labels as numbers": (fact("labels", value=[1, 2, 3]), ""),
    "fewer labels": (fact("labels", value=["a", "b"]), "2 labels"),
    "a text of numbers": (fact("text", value=[1, 2]), ""),
    "forced as one text": (fact("forced", value="gate"), ""),
    "an error below 0": (fact("error", value=-1e-7), "error is no number"),
    "an error in words": (fact("error", value="1e-7"), "error"),
    "a true error": (fact("error", value=True), "error"),
    "a probability of 5": (array("probabilities", value=5.0), "from 0 to 1"),
    "one below 0": (probabilities([-0.5, 0.5, 1.0]), "from 0 to 1"),
    "one that is none": (array("probabilities", value=float("nan")), "not finite"),
    "a sum of 0.9": (probabilities([0.3, 0.3, 0.3]), "add up to 1"),
    "other probabilities": (probabilities([0.98, 0.01, 0.01]), "those of logits"),
    "other logits": (array("logits", value=9.0), "those of logits"),
    "an infinite logit": (array("logits", value=float("inf")), "not finite"),
    "another read-out": (array("readout_bias", value=9.0), "the read-out's logits"),
    "a read-out of fewer units": (cut("readout_weight", 9, [3, 3]), "does not fit"),
    "half a read-out": (without("readout_bias"), "does not fit"),
    "a gate of 2": (array("layer0.forward.forget_gate", value=2.0), "forget gate is not in"),
    "a gate below 0": (array("layer1.forward.input_gate", value=-0.1), "input gate is not in"),
    "a candidate of -2": (array("layer0.forward.candidate", value=-2.0), "candidate is not in"),
    "a state of 2": (array("layer0.forward.hidden_state", value=2.0), "hidden state is not in"),
    "a state that is none": (
        array("layer0.forward.cell_state", value=float("nan")), "not finite, but the error is",
    ),
    "a gate of fewer steps": (cut("layer0.forward.forget_gate", 24, [3, 8]), "not of 4"),
    "a gate of fewer units": (cut("layer0.forward.forget_gate", 16, [4, 4]), "same units"),
    "a gate of whole numbers": (
        array("layer0.forward.forget_gate", dtype="int64", values=[0] * 32), "else than numbers",
    ),
    "a layer twice": (fact("layers", 1, "layer", value=0), "once each, in order"),
    "layers in another order": (fact("layers", 0, "layer", value=2), ""),
    "a layer that is none": (fact("layers", 0, "layer", value="0"), ""),
    "another direction": (fact("layers", 0, "direction", value="up"), ""),
    "a gate too few": (
        fact("layers", 0, "quantities", value=["input_gate", "cell_state", "hidden_state"]),
        "has the quantities",
    ),
    "a gate twice": (fact("layers", 0, "quantities", value=["forget_gate"] * 6), "there twice"),
    "no states before": (fact("layers", 0, "initial", value=[]), "other states"),
    "other units before": (cut("layer0.forward.initial.cell_state", 4, [4]), "same units"),
    "no layers": (fact("layers", value=[]), "no layer"),
    "gates swapped": (
        swapped("layer0.forward.forget_gate", "layer0.forward.input_gate"),
        "cell state of layer 0 forward does not follow",
    ),
    "a gate of halves": (
        filled("layer1.forward.output_gate", 0.5), "hidden state of layer 1 forward does not",
    ),
    "a state of 9": (filled("layer0.forward.cell_state", 9.0), "does not follow from its gates"),
    "another state before": (
        filled("layer0.forward.initial.cell_state", 1.0), "does not follow from its gates",
    ),
    "an infinite state before": (
        filled("layer0.forward.initial.hidden_state", float("inf")), "not finite",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXT)
def test_a_trace_that_no_model_computed_is_refused(tmp_path, text_file, name):
    change, said = TEXT[name]
    assert said in refused(tmp_path, text_file, change)


CALL = {
    "lengths past the end": (array("lengths", value=9), "from 0 to 5"),
    "lengths below 0": (array("lengths", value=-1), "from 0 to 5"),
    "lengths in halves": (array("lengths", dtype="float32", values=[5.0, 2.5]), ""),
    "fewer lengths": (cut("lengths", 1, [1]), "not of 1 × 5"),
    "a shorter length": (array("lengths", value=3), "past a length"),
    "a gate past a length": (
        array("layer0.forward.forget_gate", at=39, value=0.5), "past a length",
    ),
    "parts past a length": (
        array("layer0.forward.forget_gate.bias", at=39, value=0.5), "past a length",
    ),
    "parts of fewer gates": (
        fact("layers", 0, "pre_activations", value=["forget_gate"]), "has parts of",
    ),
    "parts of other units": (
        cut("layer0.forward.candidate.input", 20, [2, 5, 2]), "same units",
    ),
    "a name of numbers": (fact("name", value=3), ""),
    "an error that is nothing": (fact("error", value=None), "error"),
    "states of another batch": (cut("layer0.forward.initial.cell_state", 4, [1, 4]), "not of 2"),
    "gates of two kinds": (
        fact("layers", 0, "quantities", value=["forget_gate", "reset_gate"]), "",
    ),
    "a layer below 0": (fact("layers", 0, "layer", value=-1), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CALL)
def test_a_call_that_no_module_made_is_refused(tmp_path, call_file, name):
    change, said = CALL[name]
    assert said in refused(tmp_path, call_file, change)


@pytest.mark.parametrize("options", [{}, {"bidirectional": True}])
def test_states_of_a_gru_follow_from_its_gates(tmp_path, options):
    trace = small("GRU", options).trace("a bb ccc dddd")
    check_equations(trace.layers[-1], trace.error)
    path = tmp_path / "trace.json"
    trace.save(path)
    way = trace.layers[-1].direction
    change = filled(f"layer0.{way}.update_gate", 0.5)
    assert "does not follow" in refused(tmp_path, json.loads(path.read_text("utf-8")), change)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("LSTM", {"bidirectional": True}), ("LSTM", {"proj_size": 2}), ("GRU", {}), ("RNN", {}),
        ("RNN", {"nonlinearity": "relu"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1.0, 1e4])
def test_gates_follow_from_their_parts(kind, options, size):
    torch.manual_seed(0)
    module = getattr(nn, kind)(3, 4, **options)
    with torch.no_grad(), lstm_viz.record(module, pre_activations=True) as recording:
        module(torch.randn(6, 1, 3) * size)
    call = recording[""]
    for layer in call.layers:
        alone = layer.map(lambda values: values[0].numpy())
        check_equations(alone, call.error)
        for name, parts in alone.pre_activations.items():
            for value in (float("nan"), 1e30):
                others = dict(alone.pre_activations)
                others[name] = replace(parts, input=np.full_like(parts.input, value))
                if name == "hidden_state" or value != value or size == 1:
                    with pytest.raises(ValueError, match="does not follow from its parts"):
                        check_equations(replace(alone, pre_activations=others), call.error)
