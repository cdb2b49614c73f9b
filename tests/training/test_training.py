"""Training: the whole way on small made-up data, stopped half-way and taken up again."""

import os
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import lstm_viz
from lstm_viz.errors import DataError, DivergedError, ModelFileError, RecipeError
from lstm_viz.model import checkpoints
from lstm_viz.model.history import History, Point
from lstm_viz.progress import unwatched
from lstm_viz.training import card, checkpoint, loop, objectives, recipe_file, run
from lstm_viz.training.loop import Stopped
from lstm_viz.training.objectives import classification
from lstm_viz.training.pipeline import Pipeline
from lstm_viz.training.recipe import NetworkRecipe, Recipe, Stage, TextRecipe
from lstm_viz.training.terminal import stoppable_progress
from lstm_viz.training.texts import corpus
from tests.training.conftest import DROP, SMALL, STAGES


def same(first, second):
    one, two = (load_file(folder / "model.safetensors") for folder in (first, second))
    return all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.usefixtures("data")
def test_the_whole_way(pipeline, tmp_path, capsys):
    with stoppable_progress() as pipeline.progress:
        run.run(SMALL, pipeline, tmp_path / "small")
    told = capsys.readouterr().err
    assert "final: step" in told
    assert "left" in told
    names = {file.name for file in (tmp_path / "small").iterdir()}
    assert names == {
        "README.md", "checkpoints", "config.json", "history.json", "model.safetensors",
        "reference.safetensors", "vocabulary.txt",
    }  # fmt: skip
    classifier = lstm_viz.load(tmp_path / "small")
    assert classifier.trace("a good film").error < 1e-5
    assert "kept" not in classifier.text_encoder
    history = History.open(tmp_path / "small" / "history.json")
    assert [stage.name for stage in history.stages] == [stage.name for stage in STAGES]
    assert {figure.texts: figure.number for figure in history.figures}["IMDB, test part"] == 24
    final = history.stages[2]
    assert [point.step for point in final.held_out][:2] == [4, 8]
    assert final.train[-1].step == final.steps == final.kept == final.epochs[-1]
    assert all(0 <= point.accuracy <= 1 for point in final.train + final.held_out)
    assert history.stages[0].train[0].accuracy is None
    steps = [file.name for file in sorted((tmp_path / "small" / "checkpoints").iterdir())]
    assert steps == ["step-000000.safetensors", "step-000003.safetensors"]
    assert checkpoints(tmp_path / "small") == (0, 3)
    early = lstm_viz.load(tmp_path / "small", step=0)
    assert early.name == "small @ 0"
    assert not np.allclose(early.predict(["a good film"]), classifier.predict(["a good film"]))
    with pytest.raises(
        ModelFileError, match=r"a step whose weights were saved.*Saved steps: 0, 3\."
    ):
        lstm_viz.load(tmp_path / "small", step=7)
    card = (tmp_path / "small" / "README.md").read_text("utf-8")
    assert "IMDB, test part | 24" in card
    assert "checkpoints/step-000003" in card


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("number", "call"), [(signal.SIGINT, 3), (signal.SIGTERM, 17)])
def test_a_stopped_run_ends_as_an_unbroken_one(fabric, tmp_path, monkeypatch, number, call):
    pipeline = Pipeline(fabric, tmp_path / "whole")
    whole, stages = pipeline.trained(SMALL, "polish")
    real, steps = checkpoint.State.update_averages, []

    def stopping(*arguments):
        steps.append(1)
        if len(steps) == call:
            os.kill(os.getpid(), number)
        return real(*arguments)

    monkeypatch.setattr(checkpoint.State, "update_averages", stopping)
    before = signal.getsignal(number)
    with pytest.raises(Stopped), stoppable_progress() as progress:
        Pipeline(fabric, tmp_path / "broken", None, progress).trained(SMALL, "polish")
    assert len(steps) == call  # at once, and not at the next report
    again, resumed = Pipeline(fabric, tmp_path / "broken").trained(SMALL, "polish")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
    for one, other in zip(stages, resumed, strict=True):
        assert (one.held_out, one.epochs, one.kept) == (other.held_out, other.epochs, other.kept)
        assert one.train == other.train
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("moment", ["step", "report"])
def test_a_stop_at_the_end_of_a_stage_is_heard(fabric, tmp_path, monkeypatch, moment):
    pipeline = Pipeline(fabric, tmp_path / "work", table(tmp_path / "mine.csv"))
    method = {"step": "update", "report": "_measure"}[moment]
    real = getattr(loop._Run, method)

    def stopping(self, step):
        if step + (moment == "step") == self.plan.steps:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(self, step)

    with monkeypatch.context() as patched:
        patched.setattr(loop._Run, method, stopping)
        with pytest.raises(Stopped), stoppable_progress() as pipeline.progress:
            pipeline.trained(MINE, "try 1.5")
    assert [file.name[:7] for file in tmp_path.glob("work/mine/*")] == ["try 1.0"]
    pipeline.progress = unwatched
    stages = pipeline.trained(MINE, "try 1.5")[1]
    assert [(stage.kept, len(stage.held_out)) for stage in stages] == [(2, 1), (2, 1)]


def test_without_held_out_texts_patience_keeps_the_last_weights(fabric, tmp_path):
    file = table(tmp_path / "mine.csv", split="train")
    stages = (replace(BRIEF[0], patience=2),)
    pipeline = Pipeline(fabric, tmp_path / "work", file)
    (done,) = pipeline.trained(replace(MINE, stages=stages), "try 1.0")[1]
    assert done.kept == done.steps == 2


@pytest.mark.usefixtures("data")
def test_what_is_complete_is_not_done_again(pipeline, monkeypatch):
    pipeline.trained(SMALL, "polish")
    monkeypatch.setattr(classification.Classification, "forward", None)
    pipeline.trained(SMALL, "polish")


@pytest.mark.usefixtures("data")
def test_early_stopping_keeps_the_best(pipeline, monkeypatch):
    # Told here: when a real loss stops falling hangs on how a processor rounds.
    losses = dict(zip(range(2, 99, 2), (0.7, 0.5, 0.6, 0.4, 0.45, 0.5, 0.41, 0.3), strict=False))
    passed = {}

    def measured(self, step, steps):
        del steps
        state = self.inner.network.state_dict()
        passed[step] = {name: value.clone() for name, value in state.items()}
        return Point(step, losses[step], 0.5)

    monkeypatch.setattr(loop._Run, "_measured", measured)
    stage = Stage("only", 40, 1e-2, words_per_batch=90, averaged=0.0, measured_every=2, patience=3)
    network, (done,) = pipeline.trained(replace(SMALL, name="early", stages=(stage,)), "only")
    assert done.epochs[-1] > 14
    assert [point.step for point in done.held_out] == [2, 4, 6, 8, 10, 12, 14]
    assert (done.kept, done.steps) == (8, 14)
    for name, value in network.state_dict().items():
        assert torch.equal(value, passed[8][name]), name
    assert not torch.equal(passed[8]["readout.weight"], passed[14]["readout.weight"])


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("shape", "asked"),
    [
        (NetworkRecipe(6, 5, "GRU"), "every word"),
        (NetworkRecipe(6, 5, "RNN"), "end"),
        (NetworkRecipe(6, 5, layers=2, dense_size=4), "every word"),
        (NetworkRecipe(6, 5, directions=2), "beginning"),
    ],
)
def test_other_shapes(pipeline, tmp_path, shape, asked):
    stages = tuple(replace(stage, loss_at=asked) for stage in STAGES[1:2])
    made = replace(SMALL, name="other", network=shape, stages=stages)
    run.run(made, pipeline, tmp_path / "other")
    classifier = lstm_viz.load(tmp_path / "other")
    text = "a good film but a dull one"
    trace = classifier.trace(text)
    assert trace.error < 1e-5
    for step, token in enumerate(trace.tokens):
        alone = classifier.predict([text[: token.end]])[0]
        assert np.allclose(trace.probabilities[step], alone, atol=1e-6)


@pytest.mark.usefixtures("data")
def test_a_network_starts_from_another_recipe(pipeline, monkeypatch):
    monkeypatch.setattr(recipe_file, "load", lambda name: {"small": SMALL}[name])
    stage = Stage("on", 1, 1e-9, words_per_batch=90, averaged=0.0, start="small/first")
    bigger = replace(SMALL, name="two", network=NetworkRecipe(6, 5, layers=2), stages=(stage,))
    lower = pipeline.trained(SMALL, "first")[0].recurrent
    grown = pipeline.trained(bigger, "on")[0].recurrent
    assert torch.allclose(grown.weight_hh_l0, lower.weight_hh_l0, atol=1e-6)
    assert grown.weight_hh_l1.shape == (20, 5)
    lost = replace(bigger, stages=(replace(stage, start="nowhere"),), name="lost")
    with pytest.raises(RecipeError, match="start as a stage before"):
        pipeline.trained(lost, "on")


@pytest.mark.usefixtures("data")
def test_chinese_titles_in_classes_of_their_own(pipeline, tmp_path):
    stage = Stage("only", 6, 3e-2, texts_per_batch=8, averaged=0.5, **DROP)
    text = TextRecipe(longest=12, least_count=2, cutting="jieba")
    made = Recipe("titles", "For a test.", 1, "news", text, NetworkRecipe(6, 5), (stage,))
    run.run(made, pipeline, tmp_path / "titles")
    classifier = lstm_viz.load(tmp_path / "titles")
    assert classifier.labels == ("stocks", "sports")
    assert [token.text for token in classifier.trace("足球比赛").tokens] == ["足球比赛"]
    assert classifier.predict(["足球比赛"])[0, 1] > 0.9


def test_ones_own_table(fabric, tmp_path):
    file = tmp_path / "mine.csv"
    rows = [f"{'warm' if k % 2 else 'cold'} day {k},{'b' if k % 2 else 'a'}" for k in range(60)]
    file.write_text("text,label\n" + "\n".join(rows), "utf-8")
    calls = []
    pipeline = Pipeline(fabric, tmp_path / "work", file, lambda *call: calls.append(call[:2]))
    stage = Stage("only", 8, 5e-2, texts_per_batch=8, averaged=0.5)
    made = replace(SMALL, name="mine", stages=(stage,), text=TextRecipe(longest=9))
    run.run(made, pipeline, tmp_path / "mine")
    classifier = lstm_viz.load(tmp_path / "mine")
    assert classifier.labels == ("a", "b")
    assert classifier.predict(["a warm day"])[0, 1] > 0.8
    history = History.open(tmp_path / "mine" / "history.json")
    assert [figure.texts for figure in history.figures] == ["mine.csv, test part", "held-out texts"]
    for figure in history.figures:  # measuring reports its progress, in four shares of each text
        assert (0, 4 * figure.number) in calls


def table(file, labels="ab", split=""):
    rows = [f"{'warm' if k % 2 else 'cold'} day {k},{labels[k % 2]}{split and ','}{split}"
            for k in range(60)]  # fmt: skip
    file.write_text(f"text,label{split and ',split'}\n" + "\n".join(rows), "utf-8")
    return file


BRIEF = tuple(Stage(name, 1, 1e-2, texts_per_batch=30) for name in ("try 1.0", "try 1.5"))
MINE = replace(SMALL, name="mine", stages=BRIEF, text=TextRecipe(longest=9))


def test_a_file_edited_meanwhile_does_not_pass_for_what_was_read(fabric, tmp_path, monkeypatch):
    file = table(tmp_path / "mine.csv")
    real, stages = objectives.objective, []

    def editing(*arguments):
        stages.append(1)
        if len(stages) == 2:
            table(file, "ba")
        return real(*arguments)

    def checkpoints():
        return {file.name for file in (tmp_path / "work" / "mine").glob("*.safetensors")}

    monkeypatch.setattr(objectives, "objective", editing)
    Pipeline(fabric, tmp_path / "work", file).trained(MINE, "try 1.5")
    first = checkpoints()
    assert sorted(name.split("-")[0] for name in first) == ["try 1.0", "try 1.5"]
    Pipeline(fabric, tmp_path / "work", file).trained(MINE, "try 1.5")
    assert len(checkpoints() - first) == 2


def test_texts_are_not_kept_under_the_name_of_others(fabric, tmp_path, monkeypatch):
    file = table(tmp_path / "mine.csv")
    real = corpus.build

    def editing(*arguments):
        table(file, "ba")
        return real(*arguments)

    monkeypatch.setattr(corpus, "build", editing)
    with pytest.raises(DataError, match=r"mine\.csv as it was when training began"):
        Pipeline(fabric, tmp_path / "work", file).corpus(MINE)
    assert not list(tmp_path.glob("work/corpora/*/corpus.json"))


def test_a_model_of_training_texts_alone(fabric, tmp_path, capsys):
    pipeline = Pipeline(fabric, tmp_path / "work", table(tmp_path / "mine.csv", split="train"))
    target = tmp_path / "mine"
    with stoppable_progress() as pipeline.progress:
        run.run(replace(MINE, published={"watches_test": True}), pipeline, target)
    history = History.open(target / "history.json")
    assert (history.figures, history.stages[0].held_out, history.stages[0].test) == ((), (), ())
    card = (target / "README.md").read_text("utf-8")
    assert "All texts were trained on: how often it is right on others was not measured." in card
    assert "No text was held out from training" in card
    assert "calibration error" not in card
    assert f"{target} is complete\n" in capsys.readouterr().err


def no_number(self, batches, real=classification.Classification.forward):
    """Return what a step comes to, with a loss that no longer is a number."""
    found = real(self, batches)
    return torch.cat([found[:1] * torch.nan, found[1:]])


# At which step a high rate makes the first number infinite hangs on how a processor rounds and
# overflows. A loss that is none makes the gradients none; and no weight holds a rate of 1e39.
@pytest.mark.parametrize(
    ("forward", "rate", "clip", "said"),
    [
        (no_number, 1e-2, 1.0, "gradients, but some of stage 'wild' are"),
        (no_number, 1e-2, 0.0, "weights, but some of .*weight are"),
        (classification.Classification.forward, 1e39, 1.0, "weights, but some of .*weight are"),
        (classification.Classification.forward, 1e39, 0.0, "weights, but some of .*weight are"),
    ],
)
def test_what_is_no_number_leaves_a_finished_model_whole(
    fabric, tmp_path, monkeypatch, forward, rate, clip, said
):
    pipeline = Pipeline(fabric, tmp_path / "work", table(tmp_path / "mine.csv"))
    run.run(MINE, pipeline, tmp_path / "mine")
    before = {file: file.read_bytes() for file in (tmp_path / "mine").iterdir()}
    monkeypatch.setattr(classification.Classification, "forward", forward)
    stages = (Stage("wild", 1, rate, texts_per_batch=60, schedule="constant", clip=clip),)
    with pytest.raises(DivergedError, match=rf"finite {said} not\. Lower the learning rate"):
        run.run(replace(MINE, stages=stages), pipeline, tmp_path / "mine")
    assert {file: file.read_bytes() for file in (tmp_path / "mine").iterdir()} == before


def test_snapshots_of_an_earlier_model_do_not_stay(fabric, tmp_path):
    pipeline = Pipeline(fabric, tmp_path / "work", table(tmp_path / "mine.csv"))
    for steps in ((0, 1), (2,), ()):
        stages = (replace(BRIEF[0], snapshots=steps),)
        run.run(replace(MINE, stages=stages), pipeline, tmp_path / "mine")
        assert checkpoints(tmp_path / "mine") == steps
    assert not (tmp_path / "mine" / "checkpoints").exists()


def test_the_card_names_a_recipe_only_if_it_was_followed():
    own = replace(recipe_file.load("imdb-lstm"), data="imdb-lstm.csv")
    assert "imdb-lstm" not in card._command(own)
    assert "RECIPE=imdb-lstm`" in card._command(recipe_file.load("imdb-lstm"))
    published = card._command(recipe_file.load("published/news-lstm"))
    assert "recipes/published/news-lstm.toml" in published


def test_the_card_shows_the_digits_of_the_history(fabric, tmp_path, monkeypatch):
    real = run._evaluate
    share = 0.652504  # 0.65250 in the history

    def figures(*arguments):
        return tuple(replace(figure, accuracy=share) for figure in real(*arguments))

    monkeypatch.setattr(run, "_evaluate", figures)
    pipeline = Pipeline(fabric, tmp_path / "work", table(tmp_path / "mine.csv"))
    run.run(MINE, pipeline, tmp_path / "mine")
    (kept, _) = History.open(tmp_path / "mine" / "history.json").figures
    assert f"| {kept.accuracy:.3f} |" in (tmp_path / "mine" / "README.md").read_text("utf-8")


def test_texts_have_the_name_that_they_always_had():
    assert corpus.digest(SMALL) == "films-fc0a14e18004"


def test_a_vocabulary_without_words_is_refused(fabric, tmp_path):
    pipeline = Pipeline(fabric, tmp_path / "work", table(tmp_path / "mine.csv"))
    with pytest.raises(RecipeError, match=r"at least 99 times in the texts.*least_count"):
        pipeline.corpus(replace(MINE, text=TextRecipe(longest=9, least_count=99)))


@pytest.mark.usefixtures("data")
def test_what_was_written_in_part_is_not_taken_for_whole(pipeline, tmp_path, monkeypatch):
    def breaking(file, values):
        del values
        file.write_bytes(b"half")
        raise OSError("no space left")

    made = replace(SMALL, stages=(Stage("only", 1, 1e-2, pseudo_labels="words"),))
    monkeypatch.setattr(np, "save", breaking)
    with pytest.raises(OSError, match="no space"):
        pipeline.trained(made, "only")
    assert not list(tmp_path.rglob("by-words.npy"))


def test_a_missing_data_set_is_named(pipeline, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"imdb\.parquet in the folder .*LSTM_VIZ_DATA"):
        pipeline.corpus(SMALL)
    with pytest.raises(DataError, match=r"data among films.*'nothing'"):
        pipeline.corpus(replace(SMALL, data="nothing"))
