"""The command that measures what is usual: which texts it reads, and what it leaves behind."""

import sys
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import lstm_viz
from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import DataError
from lstm_viz.model import Classifier, registry
from lstm_viz.model.config import Config
from lstm_viz.model.history import History
from lstm_viz.model.network import Network
from lstm_viz.terminal import TerminalLine
from lstm_viz.text import Vocabulary
from lstm_viz.training import reference, run
from lstm_viz.training.pipeline import Pipeline
from lstm_viz.training.recipe import Stage, TextRecipe
from lstm_viz.training.reference import evenly_spaced
from lstm_viz.training.texts import sources
from tests.training.conftest import SMALL

BRIEF = replace(SMALL, stages=(Stage("only", 1, 1e-2, words_per_batch=90),))


def command(monkeypatch, *arguments):
    """Run the command; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["reference", *map(str, arguments)])
    return reference.main()


@pytest.fixture
def model(tmp_path):
    """A small model folder that says how it was made."""
    place = tmp_path / "tiny"
    place.mkdir()
    words = Vocabulary(["good", "bad", "film", "warm", "cold", "day"])
    config = Config("tiny", ("no", "yes"), len(words), 3, 4)
    words.save(place / "vocabulary.txt")
    config.save(place / "config.json")
    save_file(Network(config).state_dict(), place / "model.safetensors")
    recipe = {"data": "films", "text": {"held_out_share": 0.3}}
    History("For a test.", recipe, ()).save(place / "history.json")
    return place


def table(file, splits=("train", "dev", "test")):
    rows = [f"{split} day {k},{'ab'[k % 2]},{split}" for split in splits for k in range(8)]
    file.write_text("text,label,split\n" + "\n".join(rows), "utf-8")
    return file


def heard(monkeypatch):
    """Return a list that fills with what is read."""
    texts, real = [], Classifier.trace

    def trace(self, text):
        texts.append(text)
        return real(self, text)

    monkeypatch.setattr(Classifier, "trace", trace)
    return texts


@pytest.mark.usefixtures("data")
def test_a_model_is_measured_on_the_held_out_texts_of_its_data(model, monkeypatch, capsys):
    texts = heard(monkeypatch)
    assert command(monkeypatch, model) == 0
    assert texts == list(sources.labelled("sst", "dev").texts)
    assert capsys.readouterr().err.splitlines()[-1].startswith("tiny, texts  6 of 6  100 %")
    found = lstm_viz.load(model).reference
    assert (found.source, found.texts, found.words) == ("SST, development sentences", 6, 24)
    again = measure_reference(lstm_viz.load(model), [*texts])
    assert again.word == found.word


@pytest.mark.usefixtures("data")
def test_other_weights_are_measured_anew(model, monkeypatch):
    command(monkeypatch, model)
    before = lstm_viz.load(model).reference
    torch.manual_seed(9)
    network = Network(Config.open(model / "config.json"))
    save_file(network.state_dict(), model / "model.safetensors")
    assert command(monkeypatch, model) == 0
    after = lstm_viz.load(model).reference
    assert after.weights != before.weights
    assert after.word != before.word


def test_a_table_gives_its_held_out_part(model, tmp_path, monkeypatch):
    texts = heard(monkeypatch)
    (model / "history.json").unlink()
    file = table(tmp_path / f"mi\u2028ne{'x' * 150}.csv")
    assert command(monkeypatch, model, "--data", file) == 0
    assert texts == [f"dev day {k}" for k in range(8)]
    source = lstm_viz.load(model).reference.source
    assert source == f"{'x' * 96}.csv, held-out texts"


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (None, "history.json in tiny that names the data, or --data with a table"),
        ({}, "that names the data"),
        ({"data": 3, "text": {"held_out_share": 0.1}}, "that names the data"),
        ({"data": "films", "text": 3}, "that names the data"),
        ({"data": "mine.csv", "text": {"held_out_share": 0.1}}, "data among films, imdb, hotel"),
    ],
)
def test_without_known_texts_it_asks_for_some(model, monkeypatch, capsys, recipe, said):
    (model / "history.json").unlink()
    if recipe is not None:
        History("", recipe, ()).save(model / "history.json")
    assert command(monkeypatch, model) == 1
    assert said in capsys.readouterr().err
    assert not (model / "reference.safetensors").exists()


def test_texts_that_are_trained_or_tested_on_are_no_measure(model, tmp_path, monkeypatch, capsys):
    file = table(tmp_path / "mine.csv", ["train", "test"])
    assert command(monkeypatch, model, "--data", file) == 1
    assert "Expected mine.csv, held-out texts, but there is none" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_named(monkeypatch, capsys):
    assert command(monkeypatch, "nowhere") == 1
    assert "No model is called 'nowhere'" in capsys.readouterr().err


@pytest.mark.usefixtures("data")
def test_stopping_leaves_what_was_there(model, monkeypatch, capsys):
    command(monkeypatch, model)
    before = (model / "reference.safetensors").read_bytes()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(TerminalLine, "__call__", stop)
    assert command(monkeypatch, model) == 130
    assert "Stopped" in capsys.readouterr().err
    assert (model / "reference.safetensors").read_bytes() == before


@pytest.mark.usefixtures("data")
def test_a_trained_model_has_what_the_command_measures(pipeline, tmp_path, monkeypatch):
    target = tmp_path / "small"
    run.run(BRIEF, pipeline, target)
    first = lstm_viz.load(target).reference
    assert first.source == "SST, development sentences"
    card = (target / "README.md").read_text("utf-8")
    assert "(SST, development sentences): 6 texts, 24 words." in card
    assert command(monkeypatch, target) == 0
    again = lstm_viz.load(target).reference
    assert (again.weights, again.word) == (first.weights, first.word)
    for name in ("mean", "deviation", "low", "high"):
        one, other = (getattr(r.top.units["input_gate"], name) for r in (first, again))
        np.testing.assert_array_equal(one, other)
    now = (target / "README.md").read_text("utf-8")
    assert now.partition("## Files")[0] == card.partition("## Files")[0]
    for file in ("reference.safetensors", "model.safetensors", "vocabulary.txt"):
        assert f"| `{file}` | `{sha256((target / file).read_bytes()).hexdigest()}` |" in now
    (target / "README.md").write_text("# My own card\n", "utf-8")
    assert command(monkeypatch, target) == 0
    assert (target / "README.md").read_text("utf-8") == "# My own card\n"


MINE = replace(
    SMALL,
    name="mine",
    text=TextRecipe(longest=9),
    stages=(Stage("only", 1, 1e-2, texts_per_batch=8),),
)


@pytest.mark.parametrize("splits", [["train", "test"], ["train", "dev"]])
def test_a_model_is_complete_without(fabric, tmp_path, splits):
    # No held-out texts; or such of one word, which leave nothing to remember.
    file = table(tmp_path / "mine.csv", splits)
    if "dev" in splits:
        file.write_text(file.read_text("utf-8").replace("dev day ", "word"), "utf-8")
    said = []
    pipeline = Pipeline(fabric, tmp_path / "work", file, lambda _, __, what="": said.append(what))
    run.run(MINE, pipeline, tmp_path / "mine")
    assert lstm_viz.load(tmp_path / "mine").reference is None
    card = (tmp_path / "mine" / "README.md").read_text("utf-8")
    assert "model.safetensors" in card
    assert "usual" not in card
    told = any(
        "Usual values were not measured. Expected a text of two words" in one for one in said
    )
    assert told == ("dev" in splits)


def test_missing_texts_are_told_before_any_training(fabric, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    monkeypatch.setattr(Pipeline, "trained", None)
    with pytest.raises(DataError, match=r"sst\.parquet"):
        run.run(BRIEF, Pipeline(fabric, tmp_path / "work"), tmp_path / "small")


def test_texts_are_taken_from_the_beginning_to_the_end():
    assert evenly_spaced([*range(10)], 4) == [0, 2, 5, 7]
    assert evenly_spaced([*range(10)], 10) == evenly_spaced([*range(10)], 99) == [*range(10)]
    assert evenly_spaced([], 4) == []


@pytest.mark.data
@pytest.mark.parametrize("name", sorted(registry.file_names(registry.folder())))
def test_a_few_hundred_words_agree_roughly(name):
    classifier = lstm_viz.load(name)
    texts = evenly_spaced(reference._held_out(registry.folder_of(name), None).texts, 60)
    found = measure_reference(classifier, texts)
    assert found.words > 400
    for one, all_ in zip(found.layers, classifier.reference.layers, strict=True):
        for number, word in one.word.items():
            # Words of a text are alike: of 60 texts a mean is off by a third of a deviation.
            assert abs(word.mean - all_.word[number].mean) < 0.4 * all_.word[number].deviation
        for gate, unit in one.gates.items():
            off = unit.mean - all_.gates[gate].mean
            assert np.abs(off).mean() < 0.05, gate
