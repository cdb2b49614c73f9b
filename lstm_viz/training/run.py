"""From a recipe to a finished model: trained, measured, and saved with its card."""

import shutil
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import cast

import torch
from safetensors.torch import save_file

from lstm_viz.errors import DataError, DivergedError
from lstm_viz.model import Classifier, reference_file
from lstm_viz.model.history import Evaluation, History, SuiteResult
from lstm_viz.model.network import Network
from lstm_viz.model.registry import folder, load
from lstm_viz.progress import Progress
from lstm_viz.training import card, reference
from lstm_viz.training.evaluation import checklist, handwritten_suite, measure, treebank_prefixes
from lstm_viz.training.pipeline import Pipeline
from lstm_viz.training.recipe import Recipe
from lstm_viz.training.texts import sources
from lstm_viz.training.texts.corpus import Corpus
from lstm_viz.training.texts.sources import HeldOut

_HELD_OUT = {"held_out": "held-out texts", "held_out_short": "SST, development sentences"}


def run(recipe: Recipe, pipeline: Pipeline, target: Path) -> None:
    """Train a model, measure it, and write its folder.

    Args:
        recipe: of the model.
        pipeline: devices and checkpoints; a second call resumes from what is there.
        target: folder of the finished model.

    Raises:
        Cancelled: by the progress of the pipeline; while stages run, as ``Stopped``.
        DivergedError: the weights are not finite; an existing model is unchanged.
    """
    # Before a file can be edited, and so that a missing data set is reported before training.
    held_out = sources.held_out(recipe.data, recipe.text.held_out_share, pipeline.file)
    network, stages = pipeline.trained(recipe, recipe.stages[-1].name)
    if not pipeline.fabric.is_global_zero:
        return
    began = monotonic()
    texts = pipeline.corpus(recipe)
    network = network.cpu().eval()
    pipeline.say("measuring it")
    temperature = _calibrate(network, texts, pipeline.progress)
    save_model(recipe, network, texts, target)
    _copy_snapshots(pipeline.snapshots(recipe), target)
    _measure_reference(pipeline, target, held_out)
    classifier = load(target)
    evaluations = _evaluate(cast(Network, classifier.network), texts, pipeline.progress)
    films = recipe.data == "films" and pipeline.file is None
    suites, more_facts = _measure_suites(classifier) if films else ((), {})
    facts = {
        "words": len(texts.vocabulary),
        "temperature": temperature,
        "processes": pipeline.fabric.world_size,
        "threads of each": torch.get_num_threads(),
        "device": str(pipeline.fabric.device),
        "minutes of training": sum(stage.seconds for stage in stages) / 60,
        "minutes of measuring": (monotonic() - began) / 60,
        "torch": torch.__version__,
        **more_facts,
    }
    history = History(recipe.about, asdict(recipe), stages, evaluations, suites, facts)
    history.save(target / "history.json")
    history = History.open(target / "history.json")  # rounded: the card shows the same digits
    card.write(target, recipe, history, len(texts.vocabulary), classifier.reference)
    pipeline.say(": ".join([f"{target} is complete", *_accuracies(evaluations)]))
    if target.parent != folder():
        pipeline.say(f"To open it in the app: LSTM_VIZ_MODELS={target.parent} make run")


def save_model(recipe: Recipe, network: Network, texts: Corpus, target: Path) -> None:
    """Write what ``lstm_viz.load`` opens, with weights in half precision.

    Raises:
        DivergedError: some weights are not finite; nothing was written.
    """
    weights = {name: value.half() for name, value in network.state_dict().items()}
    for name, value in weights.items():
        if not value.isfinite().all():
            raise DivergedError("weights", name)
    target.mkdir(parents=True, exist_ok=True)
    recipe.config(texts.labels, len(texts.vocabulary)).save(target / "config.json")
    texts.vocabulary.save(target / "vocabulary.txt")
    (target / reference_file.NAME).unlink(missing_ok=True)  # of the weights of an earlier model
    save_file(weights, target / "model.safetensors")
    (target / "model.safetensors").chmod(0o644)


def _calibrate(network: Network, texts: Corpus, progress: Progress) -> float:
    """Scale the logits by a temperature fitted on held-out texts; return the temperature."""
    held_out = texts.parts["held_out"]
    if not len(held_out):
        return 1.0
    logits = measure.logits_at(network, held_out, progress=progress)
    temperature = measure.fit_temperature(logits, held_out)
    measure.scale_readout(network, temperature)
    return temperature


def _measure_reference(pipeline: Pipeline, target: Path, held_out: HeldOut) -> None:
    """Measure the reference statistics, if there are texts for them: a model may lack them."""
    if held_out.texts:
        try:
            reference.measure(target, held_out, pipeline.progress)
        except DataError as error:  # one word each, for instance
            pipeline.say(f"Usual values were not measured. {error}")


def _evaluate(network: Network, texts: Corpus, progress: Progress) -> tuple[Evaluation, ...]:
    """Evaluate a finished model as its users get it, in half precision."""
    parts = [(name, "test", part) for name, part in texts.tests.items() if len(part)]
    parts += [
        (name, "held-out", texts.parts[part])
        for part, name in _HELD_OUT.items()
        if len(texts.parts.get(part, ()))
    ]
    return tuple(
        measure.evaluate(name, kind, measure.logits_at(network, part, progress=progress), part)
        for name, kind, part in parts
    )


def _measure_suites(
    classifier: Classifier,
) -> tuple[tuple[SuiteResult, ...], dict[str, float | int | str]]:
    """Measure a classifier of English film reviews on sentences that test one thing each."""
    suites = (*handwritten_suite.measure(classifier), *checklist.measure(classifier))
    every = treebank_prefixes.measure(classifier, "test")
    unseen = treebank_prefixes.measure(classifier, "test", unseen=True)
    return suites, {
        **treebank_prefixes.facts(every, "SST-2's test sentences"),
        **treebank_prefixes.facts(unseen, "the same, without phrases that are trained on"),
    }


def _accuracies(evaluations: tuple[Evaluation, ...]) -> list[str]:
    if not evaluations:
        return []
    return [", ".join(f"{one.texts} {one.accuracy:.3f}" for one in evaluations)]


def _copy_snapshots(files: list[Path], target: Path) -> None:
    """Copy snapshots beside a model, and remove those of an earlier model in the same folder."""
    to = target / "checkpoints"
    for file in to.glob("step-*.safetensors"):
        file.unlink()
    with suppress(OSError):  # it is not there, or has other files in it
        to.rmdir()
    for file in files:
        to.mkdir(exist_ok=True)
        shutil.copyfile(file, to / file.name)
