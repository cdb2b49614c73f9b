"""Training: the whole way on small made-up data, stopped half-way and taken up again."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

import lstm_viz
from lstm_viz.training import batches, classify, corpus, loop, recipe, run, templates
from lstm_viz.training.corpus import Texts
from lstm_viz.training.recipe import Recipe, Stage

SMALL = Recipe(
    name="small", seed=3, held_out_share=0.3, vocabulary_size=60, embedding_size=6, hidden_size=5,
    longest=12, unknown_share=0.1, unknown_share_short=0.0, clip=1.0, negatives=8,
    sentences=30, language=Stage(1, 120, 1e-2, 0.1, 0.0), first=Stage(1, 90, 1e-2, 0.1, 1.0),
    final=Stage(2, 90, 1e-2, 0.1, 1.0), polish=Stage(1, 90, 1e-3, 0.1, 2.0),
)  # fmt: skip
GOOD, BAD = ["good", "lovely", "great", "fine"], ["bad", "dull", "poor", "weak"]


def write(folder, name, **columns):
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Made-up data sets in the shape of the real ones."""
    draw = np.random.default_rng(0)

    def text(label, words):
        return " ".join(
            draw.choice((BAD, GOOD)[label] if draw.random() < 0.5 else ["the", "film", "a"])
            for _ in range(words)
        )

    labels = [k % 2 for k in range(80)]
    write(
        tmp_path, "imdb", text=[text(label, 6 + k % 12) for k, label in enumerate(labels)],
        label=labels, movie_id=[f"tt{k // 4}" for k in range(80)],
        split=["train" if k < 56 else "test" for k in range(80)],
    )  # fmt: skip
    write(
        tmp_path, "imdb_unsup", text=[text(k % 2, 9) for k in range(20)] + ["kept out"],
        in_labelled=[""] * 20 + ["test"],
    )  # fmt: skip
    for name in ("sst", "sst_phrases"):
        write(
            tmp_path, name, text=[text(label, 4) for label in labels[:24]], label=labels[:24],
            label5=[3 if label else 1 for label in labels[:24]],
            split=(["train"] * 12 + ["dev"] * 6 + ["test"] * 6),
        )  # fmt: skip
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    monkeypatch.setattr(loop, "_EVERY", 2)
    return tmp_path


@pytest.mark.usefixtures("data")
def test_the_whole_way_and_again_after_a_stop(tmp_path, monkeypatch, capsys):
    run.run(SMALL, tmp_path / "work", tmp_path / "small")
    assert "final: step" in capsys.readouterr().err
    names = {file.name for file in (tmp_path / "small").iterdir()}
    assert names == {
        "README.md", "config.json", "history.json", "model.safetensors", "usual.safetensors",
        "vocabulary.txt",
    }  # fmt: skip
    classifier = lstm_viz.load(tmp_path / "small")
    assert classifier.trace("a good film").error < 1e-5
    history = json.loads((tmp_path / "small" / "history.json").read_text("utf-8"))
    assert set(history["loss"]) == {"language", "first", "final", "polish"}
    assert history["test"]["IMDB"]["texts"] == 24
    assert "kept" not in classifier.reader

    real, steps = classify.logits_in_training, []

    def stopping(*arguments):
        steps.append(1)
        if len(steps) == 9:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(classify, "logits_in_training", stopping)
    with pytest.raises(KeyboardInterrupt):
        run.run(SMALL, tmp_path / "work2", tmp_path / "small2")
    run.run(SMALL, tmp_path / "work2", tmp_path / "small2")
    first, second = (
        load_file(tmp_path / name / "model.safetensors") for name in ("small", "small2")
    )
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.usefixtures("data")
def test_held_out_movies_are_not_trained_on():
    built = corpus.build(SMALL)
    assert len(built.reviews) + len(built.held_out) == 56
    assert len(built.held_out) % 4 == 0
    assert 0 < len(built.held_out) < 56
    assert len(built.unlabelled) == 20


def test_a_missing_data_set_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"No imdb\.parquet in .*LSTM_VIZ_DATA"):
        corpus.build(SMALL)


def test_every_recipe_reads_and_unknown_ones_are_told():
    assert all(recipe.read(name).name == name for name in recipe.names())
    with pytest.raises(ValueError, match="There are: imdb-lstm"):
        recipe.read("nope")


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(20, 200))
def test_every_text_is_in_one_batch(lengths, budget):
    lengths = np.array(lengths)
    order = batches.order(lengths, budget, 5)
    assert sorted(index for batch in order for index in batch) == list(range(len(lengths)))
    for batch in order:
        assert len(batch) == 1 or lengths[batch].max() * len(batch) <= budget
    again = batches.order(lengths, budget, 5)
    assert all(np.array_equal(a, b) for a, b in zip(order, again, strict=True))


def test_padding_and_cutting():
    texts = Texts(
        np.arange(2, 12, dtype=np.int32), np.array([0, 3, 10]), np.array([0, 1], np.float32)
    )
    batch = batches.padded(texts, [0, 1], 4, 0)
    assert batch.lengths.tolist() == [3, 4]
    assert batch.numbers[0].tolist() == [2, 3, 4, 0]
    assert batch.numbers[1].tolist() in ([5, 6, 7, 8], [8, 9, 10, 11])
    assert batch.mask.tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]


def test_the_loss_is_that_of_each_word():
    batch = batches.Batch(torch.tensor([[2, 3, 0]]), torch.tensor([2]), torch.tensor([1.0]))
    logits = torch.tensor([[[0.0, 2.0], [1.0, 0.0], [9.0, -9.0]]])
    each = [-np.log(1 / (1 + np.exp(-margin))) for margin in (2.0, -1.0)]
    expected = 0.6 * np.mean(each) + 0.4 * each[1]
    assert float(classify.loss_after_each_word(logits, batch, 0.4)) == pytest.approx(expected)


def test_temperature_is_found():
    draw = np.random.default_rng(0)
    true = draw.normal(0, 2, 20_000)
    targets = (draw.random(20_000) < 1 / (1 + np.exp(-true))).astype(np.float32)
    found = classify.fitted_temperature((3 * true[:, None]).astype(np.float32), targets)
    assert found == pytest.approx(3, rel=0.05)


def test_sentences_are_made_whole():
    texts, targets = templates.generate(3_000, 1)
    again, _ = templates.generate(3_000, 1)
    assert texts == again
    assert not any(sign in text for text in texts for sign in "{}")
    assert 0.49 < (targets > 0.5).mean() < 0.51


def test_the_measured_sentences_are_not_among_the_generated():
    from importlib.resources import files

    raw = (files("lstm_viz.training") / "behaviour.tsv").read_text("utf-8").splitlines()[1:]
    measured = {line.split("\t")[2].lower().rstrip(".!?") for line in raw}
    texts, _ = templates.generate(60_000, recipe.read("imdb-lstm").seed)
    assert not measured & {text.lower().rstrip(".!?") for text in texts}
