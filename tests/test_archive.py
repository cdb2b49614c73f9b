"""Recordings go into files and come back, bit for bit; bad files are refused."""

import contextlib
import json
import os
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import TraceFileError
from tests.kinds import small


@pytest.fixture(params=["npz", "json"])
def file(request, tmp_path):
    return tmp_path / f"trace.{request.param}"


@pytest.fixture
def call():
    torch.manual_seed(0)
    module = nn.LSTM(3, 5, 2, bidirectional=True, proj_size=2)
    packed = pack_padded_sequence(torch.randn(6, 2, 3), torch.tensor([6, 4]))
    with torch.no_grad(), lstm_viz.record(module, pre_activations=True) as recording:
        module(packed)
    return recording[""]


def same(ours, theirs):
    assert (ours.layer, ours.direction) == (theirs.layer, theirs.direction)
    for kind in ("quantities", "initial"):
        assert list(getattr(ours, kind)) == list(getattr(theirs, kind))
        for name, array in getattr(ours, kind).items():
            assert array.dtype == getattr(theirs, kind)[name].dtype
            np.testing.assert_array_equal(array, getattr(theirs, kind)[name])
    for name, parts in ours.pre_activations.items():
        np.testing.assert_array_equal(parts.total, theirs.pre_activations[name].total)


def test_a_trace_comes_back(file, classifier):
    force = [Force("forget_gate", 1.0, units=[3, 5], steps=range(2, 9))]
    trace = classifier.trace("Not a <b>bad</b> film \ud800 at all. 👍🏽", force=force)
    trace.save(file)
    again = lstm_viz.read(str(file))
    for name in ("model", "text", "tokens", "labels", "error", "forced"):
        assert getattr(again, name) == getattr(trace, name)
    assert again.forced
    for name in ("logits", "probabilities", "readout_weight", "readout_bias"):
        np.testing.assert_array_equal(getattr(again, name), getattr(trace, name))
    for ours, theirs in zip(again.layers, trace.layers, strict=True):
        same(ours, theirs)
    with pytest.raises(ValueError, match="read-only"):
        again.logits[0] = 1


def test_two_lone_surrogates_stay_two(file, classifier):
    trace = classifier.trace("a \ud83d\ude00 film \ud800")
    trace.save(file)
    again = lstm_viz.read(file)
    assert again.text == trace.text
    assert again.tokens == trace.tokens
    Seen(replace(again, labels=("bad\ud800", "good\udc00"))._repr_html_()).said.encode("utf-8")


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_other_bytes_opens_or_is_refused(file, example, data):
    example.save(file)
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(content)
    with contextlib.suppress(TraceFileError):
        lstm_viz.read(file)


@pytest.mark.parametrize("text", ["[" * 200_000, '"x"', "5", '{"arrays": []}'])
def test_json_of_something_else_is_refused(tmp_path, text):
    (tmp_path / "trace.json").write_text(text, "utf-8")
    with pytest.raises(TraceFileError, match="expected a file that lstm_viz wrote"):
        lstm_viz.read(tmp_path / "trace.json")


def test_a_trace_without_a_readout_comes_back(file, example):
    replace(example, readout_weight=None, readout_bias=None).save(file)
    assert lstm_viz.read(file).readout_weight is None


def test_a_call_comes_back(file, call):
    call.save(file)
    again = lstm_viz.read(file)
    assert (again.name, again.error) == (call.name, call.error)
    assert torch.equal(again.lengths, call.lengths)
    for ours, theirs in zip(again.layers, call.layers, strict=True):
        same(ours, theirs)


def test_a_table_has_a_row_for_each_step_layer_direction_and_unit(call, tmp_path):
    table = call.to_dataframe()
    assert list(table)[:5] == ["batch", "step", "layer", "direction", "unit"]
    assert len(table) == (6 + 4) * 4 * 5
    places = table[["batch", "step", "layer", "direction", "unit"]]
    assert not places.duplicated().any()
    row = table.query("batch == 1 and step == 2 and layer == 1 and direction == 'backward'")
    layer = call.layers[3]
    np.testing.assert_array_equal(row["forget_gate"], layer.forget_gate[1, 2])
    np.testing.assert_array_equal(row["hidden_state"][:2], layer.hidden_state[1, 2])
    assert row["hidden_state"][2:].isna().all()
    call.save(tmp_path / "call.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "call.parquet"), table)


def test_a_table_of_a_text_names_its_tokens(example, classifier, tmp_path):
    table = example.to_dataframe()
    assert len(table) == len(example) * 128
    words = table.drop_duplicates("step")
    assert list(words["token"]) == [token.text for token in example.tokens]
    gate = table.pivot_table(index="step", columns="unit", values="input_gate").to_numpy()
    np.testing.assert_array_equal(gate, example.layers[0].input_gate)
    classifier.trace("a \ud800 b").save(tmp_path / "trace.parquet")
    assert pd.read_parquet(tmp_path / "trace.parquet")["token"][128] == "\ufffd"


LONG = "q" * 3_000


@pytest.mark.parametrize(
    "text", [LONG + " film" * 999, "so " * 999 + LONG * 20, "\U0001f600" * 500]
)
def test_a_table_has_each_word_once_however_long(text, classifier, tmp_path):
    trace = classifier.trace(text)
    table = trace.to_dataframe()
    # Beside the text, a row has three numbers of 8 bytes and one for each of layer, unit, step.
    numbers = 8 * 10 + 4 * len(trace.top.quantities)
    assert table.drop(columns="direction").memory_usage(deep=True).sum() < (
        len(table) * numbers + 10 * len(text) + 100 * len(trace)
    )
    words = [token.text for token in trace.tokens]
    assert list(table["token"][:: trace.top.hidden_state.shape[1]]) == words
    trace.save(tmp_path / "trace.parquet")
    assert (tmp_path / "trace.parquet").stat().st_size < 10 * trace.top.cell_state.nbytes
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "trace.parquet"), table)


@pytest.mark.parametrize("word", ["\0", "a\0", "\0\0"])
def test_a_word_in_a_table_is_the_one_that_was_read(word, tmp_path):
    trace = small("LSTM", {}).trace(f"fine {word} end")
    trace.save(tmp_path / "trace.parquet")
    for table in (trace.to_dataframe(), pd.read_parquet(tmp_path / "trace.parquet")):
        assert list(table["token"].unique()) == ["fine", word, "end"]


@pytest.mark.parametrize("name", ["trace.csv", "trace", "trace.pkl"])
def test_other_formats_are_refused(name, example, tmp_path):
    with pytest.raises(TraceFileError, match=r"ends in \.npz or \.json"):
        example.save(tmp_path / name)
    with pytest.raises(ValueError, match=r"ends in \.npz or \.json"):
        lstm_viz.read(tmp_path / name)


def test_a_table_cannot_be_read_back(example, tmp_path):
    example.save(tmp_path / "trace.parquet")
    with pytest.raises(TraceFileError, match="a table cannot be read back"):
        lstm_viz.read(tmp_path / "trace.parquet")


def damaged(path, kind):
    content = path.read_bytes()
    if kind == "missing":
        path.unlink()
    elif kind == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif kind == "other":
        path.write_bytes(b"\x80\x04pickle")
    elif kind == "pickled" and path.suffix == ".npz":
        np.savez(path, facts=np.array([object()], dtype=object))
    elif kind == "pickled":
        path.write_text('{"arrays": {"a": {"dtype": "O", "shape": [1], "values": [1]}}}')
    return path


@pytest.mark.parametrize("kind", ["missing", "cut", "other", "pickled"])
def test_damaged_files_are_refused(file, example, kind):
    example.save(file)
    with pytest.raises(TraceFileError, match="expected a file that lstm_viz wrote"):
        lstm_viz.read(damaged(file, kind))


def test_another_version_and_kind_are_refused(example, tmp_path):
    path = tmp_path / "trace.json"
    example.save(path)
    for key, value, sentence in (
        ("format_version", 99, "format_version 1 or 2, but it is 99"),
        ("format_version", [1] * 9_999, r"it is \[1, 1, .*, \.\.\.\]\."),
        ("kind", "picture", "a trace or a call"),
        ("facts", {}, "a trace or a call"),
    ):
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}))
        with pytest.raises(TraceFileError, match=sentence):
            lstm_viz.read(path)
        example.save(path)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a device", "a name too long"])
def test_what_is_no_file_is_neither_read_nor_written(example, tmp_path, kind, suffix):
    name = f"{'x' * 5_000 if 'name' in kind else 'trace'}{suffix}"
    path = tmp_path / name
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    with pytest.raises(TraceFileError, match="expected a file that lstm_viz wrote"):
        lstm_viz.read(path)
    with pytest.raises(TraceFileError, match="expected a place where a file can be written"):
        example.save(path)


@pytest.mark.parametrize("suffix", [".npz", ".json", ".parquet"])
def test_where_nothing_can_be_written_is_said(example, call, tmp_path, suffix):
    for trace in (example, call):
        with pytest.raises(TraceFileError, match=r"it cannot be \("):
            trace.save(tmp_path / "missing" / f"trace{suffix}")


def test_a_file_that_unfolds_too_far_is_refused(example, tmp_path, monkeypatch):
    path = tmp_path / "trace.npz"
    example.save(path)
    with zipfile.ZipFile(path) as file:
        size = sum(entry.file_size for entry in file.infolist())
    monkeypatch.setattr("lstm_viz.archive._LARGEST", size - 1)
    with pytest.raises(TraceFileError, match=f"it unfolds to {size:,}"):
        lstm_viz.read(path)


def test_more_arrays_than_anything_has_are_not_read(example, file, monkeypatch):
    example.save(file)
    monkeypatch.setattr("lstm_viz.archive._MOST", 3)
    with pytest.raises(TraceFileError, match="arrays, more than 3"):
        lstm_viz.read(file)


class Seen(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.said, self.alts = [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.alts += [value for name, value in attrs if name == "alt"]

    def handle_data(self, data):
        self.said += data


def test_a_notebook_shows_a_trace(classifier):
    trace = classifier.trace("<script>alert('no')</script> & a fine film")
    page = Seen(trace._repr_html_())
    assert set(page.tags) == {"div", "b", "img"}
    assert page.said.startswith(trace.text)
    assert f"error {trace.error:.1e}" in page.said
    assert f"{len(trace)} tokens" in page.said
    assert f"layer 0, forward · {len(trace)} steps × 128 units" in page.said
    assert len(page.alts) == 6
    assert page.alts[0].startswith("Forget gate, words across, units down, from 0.")


def test_a_notebook_shows_a_recording(call):
    module = nn.GRU(3, 5)
    recording = lstm_viz.record(module)
    assert "nothing yet" in Seen(recording._repr_html_()).said
    with recording:
        module(torch.randn(4, 2, 3))
        module(torch.randn(9, 3))
    page = Seen(recording._repr_html_())
    assert re.findall(r"\d sequences? of \d steps", page.said) == [
        "2 sequences of 4 steps", "1 sequence of 9 steps",
    ]  # fmt: skip
    assert len(page.alts) == 8
    assert "2 sequences of 4 to 6 steps" in Seen(call._repr_html_()).said
    assert "input_gate 2 × 6 × 5" in repr(call.layers[0])
    assert "error" in repr(recording)


def test_a_map_is_as_opaque_as_its_values(example):
    import base64
    import io

    from PIL import Image

    source = re.findall(r'src="data:image/png;base64,([^"]+)"', example._repr_html_())[0]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(source))))
    gate = example.layers[0].forget_gate
    pairs = gate.reshape(len(gate), 64, 2).mean(2)  # 128 units are drawn in 64 rows
    np.testing.assert_allclose(pixels[..., 3], pairs.T * 255, atol=1.001)


def test_names_in_capitals_and_a_byte_order_mark_are_read(example, tmp_path):
    example.save(tmp_path / "trace.npz")
    (tmp_path / "trace.npz").rename(tmp_path / "TRACE.NPZ")
    assert lstm_viz.read(tmp_path / "TRACE.NPZ").text == example.text
    example.save(tmp_path / "trace.json")
    marked = b"\xef\xbb\xbf" + (tmp_path / "trace.json").read_bytes()
    (tmp_path / "trace.json").write_bytes(marked)
    assert lstm_viz.read(tmp_path / "trace.json").text == example.text


def test_numbers_written_as_texts_are_refused(example, tmp_path):
    path = tmp_path / "trace.json"
    example.save(path)
    raw = json.loads(path.read_text("utf-8"))
    raw["arrays"]["logits"]["values"][1] = str(raw["arrays"]["logits"]["values"][1])
    path.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(TraceFileError, match="a number is written as a text"):
        lstm_viz.read(path)
