"""Whatever a file holds: it opens, or is refused by name; never anything else."""

import contextlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

import lstm_viz
from lstm_viz import palette
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import LstmVizError
from lstm_viz.figures import curves
from lstm_viz.model import card, history, summary
from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.pages.markdown import sanitize_markdown
from lstm_viz.text import Vocabulary
from lstm_viz.training.texts import tables
from tests.damage import bytes_of, json_of
from tests.kinds import small
from tests.made_up import WHOLE

FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model folder with everything in it."""
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(tmp_path))
    place = tmp_path / "tiny"
    place.mkdir()
    words = Vocabulary(["good", "bad", "not"])
    config = Config("tiny", ("no", "yes"), len(words), 3, 4)
    words.save(place / "vocabulary.txt")
    config.save(place / "config.json")
    WHOLE.save(place / "history.json")
    (place / "README.md").write_text("# Card\n\n[a](b) `c` | d |\n", "utf-8")
    torch.manual_seed(0)
    save_file(Network(config).state_dict(), place / "model.safetensors")
    found = measure_reference(lstm_viz.load(place), ["not good", "bad"])
    found.save(place / "reference.safetensors")
    return place


def opened():
    """Do with a model what the pages do."""
    for ask in (summary, lambda name: lstm_viz.load(name).trace("not good").exact, drawn, shown):
        with contextlib.suppress(LstmVizError):
            ask("tiny")


def drawn(name):
    made = history(name)
    made.as_json().encode()
    for stage in made.stages:
        curves.headline(stage)
        for measure in curves.measures_of(stage):
            curves.curve(stage, measure, palette.LIGHT).figure.to_json()


def shown(name):
    sanitize_markdown(card(name)).encode()


FILES = (
    "config.json", "vocabulary.txt", "model.safetensors", "reference.safetensors", "history.json",
    "README.md",
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@given(st.data())
@FEW
def test_a_model_folder_with_other_bytes(folder, name, data):
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(data.draw(bytes_of(whole)))
    opened()
    assert "tiny" in lstm_viz.available()
    (folder / name).write_bytes(whole)


@pytest.mark.parametrize("name", ["config.json", "history.json"])
@given(st.data())
@FEW
def test_a_model_folder_with_other_values(folder, name, data):
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(data.draw(json_of(whole)))
    opened()
    (folder / name).write_bytes(whole)


@pytest.fixture(scope="module")
def trace():
    return small("LSTM", {"num_layers": 2}).trace("a bb ccc")


@given(st.data())
@FEW
def test_a_trace_with_other_values(tmp_path, trace, data):
    path = tmp_path / "trace.json"
    trace.save(path)
    path.write_bytes(data.draw(json_of(path.read_text("utf-8"))))
    with contextlib.suppress(LstmVizError):
        lstm_viz.read(path).to_dataframe()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@given(st.data())
@FEW
def test_a_table_with_other_bytes(tmp_path, suffix, data):
    path = tmp_path / f"own{suffix}"
    if suffix == ".csv":
        path.write_text("text,label\n" + '"fine, yes",1\nbad,0\n' * 20, "utf-8")
    else:
        pq.write_table(pa.table({"text": ["fine", "bad"] * 20, "label": [1, 0] * 20}), path)
    path.write_bytes(data.draw(bytes_of(path.read_bytes())))
    with contextlib.suppress(LstmVizError):
        tables.read_table(path)
