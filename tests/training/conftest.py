"""Made-up data sets in the shape of the real ones, and small recipes."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from lightning_fabric import Fabric

from lstm_viz.training import loop
from lstm_viz.training.evaluation import checklist
from lstm_viz.training.pipeline import Pipeline
from lstm_viz.training.recipe import NetworkRecipe, Recipe, Stage, TextRecipe

GOOD, BAD = ["good", "lovely", "great", "fine"], ["bad", "dull", "poor", "weak"]
DROP = {"feature_dropout": 0.1, "hidden_dropout": 0.1}
STAGES = (
    Stage("language", 1, 1e-2, "next word", words_per_batch=120, negatives=8, **DROP),
    Stage("first", 1, 1e-2, words_per_batch=90, short_epochs=1.0, pseudo_labels="words", **DROP),
    Stage("final", 2, 1e-2, words_per_batch=90, short_epochs=1.0, start="language",
          pseudo_labels="first", measured_every=4, **DROP),
    Stage("polish", 1, 1e-3, words_per_batch=90, short_epochs=2.0, snapshots=(0, 3), **DROP),
)  # fmt: skip
TEXT = TextRecipe(
    longest=12, vocabulary_size=60, held_out_share=0.3, unknown_share=0.1, sentences=30
)
SMALL = Recipe("small", "For a test.", 3, "films", TEXT, NetworkRecipe(6, 5), STAGES)


def write(folder, name, **columns):
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The folder of the data sets."""
    draw = np.random.default_rng(0)

    def text(label, words):
        return " ".join(
            draw.choice((BAD, GOOD)[label] if draw.random() < 0.5 else ["the", "film", "a"])
            for _ in range(words)
        )

    labels = [k % 2 for k in range(80)]
    write(
        tmp_path, "imdb", text=[text(label, 6 + k % 12) for k, label in enumerate(labels)],
        label=labels, movie_id=[f"tt{k // 4}" for k in range(80)], id=list(range(80)),
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
            tree=[f"(2 ({k % 5} (2 so) (2 {(BAD + GOOD)[k % 8]})) (2 film))" for k in range(24)],
            split=(["train"] * 12 + ["dev"] * 6 + ["test"] * 6),
        )  # fmt: skip
    titles = [f"{'足球比赛' if k % 2 else '股市上涨'}第{k}场" for k in range(60)]
    write(
        tmp_path, "thucnews_titles", text=titles, label=[k % 2 for k in range(60)],
        label_name=["sports" if k % 2 else "stocks" for k in range(60)],
        split=["train" if k < 40 else "dev" if k < 50 else "test" for k in range(60)],
    )  # fmt: skip
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    monkeypatch.setattr(loop, "REPORT", 2)
    monkeypatch.setattr(checklist, "CASES", 8)  # all of them are for test_checklist
    return tmp_path


@pytest.fixture(scope="session")
def fabric():
    torch.set_num_threads(1)  # the smallest of networks: threads only wait for each other
    found = Fabric(accelerator="cpu", devices=1)
    found.launch()
    return found


@pytest.fixture
def pipeline(fabric, tmp_path):
    return Pipeline(fabric, tmp_path / "work")
