"""From a recipe to a finished model: trained, measured, and written with its card."""

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
from lstm_viz.model.history import Capability, Figure, History
from lstm_viz.model.network import Network
from lstm_viz.model.registry import folder, load
from lstm_viz.training import card, reference
from lstm_viz.training.evaluation import checklist, handwritten_suite, measure, treebank_prefixes
from lstm_viz.training.pipeline import Workplace
from lstm_viz.training.recipe import Recipe
from lstm_viz.training.texts import sources
from lstm_viz.training.texts.corpus import Corpus
from lstm_viz.training.texts.sources import HeldOut

_HELD_OUT = {"held_out": "held-out texts", "held_out_short": "SST, development sentences"}


def run(recipe: Recipe, place: Workplace, target: Path) -> None:
    """Train a model, measure it, and write its folder.

    Args:
        recipe: what to train.
        place: devices and checkpoints; a second call goes on from what is there.
        target: of the finished model.

    Raises:
        Stopped: the progress of the place stopped it.
        DivergedError: the weights are no numbers; a model that is there already stays.
    """
    # Before a file can be edited, and not after hours of training if a data set is missing.
    held_out = sources.held_out(recipe.data, recipe.text.held_out_share, place.file)
    network, stages = place.trained(recipe, recipe.stages[-1].name)
    if not place.fabric.is_global_zero:
        return
    began = monotonic()
    texts = place.corpus(recipe)
    network = network.cpu().eval()
    temperature = _calibrated(network, texts)
    write(recipe, network, texts, target)
    _copy_snapshots(place.snapshots(recipe), target)
    place.say("measuring it")
    _measure_reference(place, target, held_out)
    classifier = load(target)
    found = _figures(cast(Network, classifier.network), texts)
    films = recipe.data == "films" and place.file is None
    more = _sentences(classifier) if films else ((), {})
    facts = {
        "words": len(texts.vocabulary),
        "temperature": temperature,
        "processes": place.fabric.world_size,
        "threads of each": torch.get_num_threads(),
        "device": str(place.fabric.device),
        "minutes of training": sum(stage.seconds for stage in stages) / 60,
        "minutes of measuring": (monotonic() - began) / 60,
        "torch": torch.__version__,
        **more[1],
    }
    history = History(recipe.about, asdict(recipe), stages, found, more[0], facts)
    history.save(target / "history.json")
    history = History.open(target / "history.json")  # rounded: the card shows the same digits
    card.write(target, recipe, history, len(texts.vocabulary), classifier.reference)
    place.say(": ".join([f"{target} is complete", *_listed(found)]))
    if target.parent != folder():
        place.say(f"To look into it: LSTM_VIZ_MODELS={target.parent} make run")


def write(recipe: Recipe, network: Network, texts: Corpus, target: Path) -> None:
    """Write what ``lstm_viz.load`` opens, the weights in half precision.

    Raises:
        DivergedError: some are not finite; nothing was written.
    """
    weights = {name: value.half() for name, value in network.state_dict().items()}
    for name, value in weights.items():
        if not value.isfinite().all():
            raise DivergedError("weights", name)
    target.mkdir(parents=True, exist_ok=True)
    recipe.config(texts.labels, len(texts.vocabulary)).save(target / "config.json")
    texts.vocabulary.save(target / "vocabulary.txt")
    (target / reference_file.NAME).unlink(missing_ok=True)  # of an earlier model's weights
    save_file(weights, target / "model.safetensors")
    (target / "model.safetensors").chmod(0o644)


def _calibrated(network: Network, texts: Corpus) -> float:
    """Make the network as sure as it is right on held-out texts; return the temperature."""
    held_out = texts.parts["held_out"]
    if not len(held_out):
        return 1.0
    temperature = measure.fitted_temperature(measure.logits_at(network, held_out), held_out)
    measure.scale_readout(network, temperature)
    return temperature


def _measure_reference(place: Workplace, target: Path, held_out: HeldOut) -> None:
    """Measure what is usual, if there are texts for it: a model is complete without."""
    if held_out.texts:
        try:
            reference.measure(target, held_out)
        except DataError as error:  # one word each, for instance
            place.say(f"What is usual was not measured. {error}")


def _figures(network: Network, texts: Corpus) -> tuple[Figure, ...]:
    """Measure a finished model as its users will have it, in half precision."""
    parts = [(name, "test", part) for name, part in texts.tests.items() if len(part)]
    parts += [
        (name, "held-out", texts.parts[part])
        for part, name in _HELD_OUT.items()
        if len(texts.parts.get(part, ()))
    ]
    return tuple(
        measure.figure(name, kind, measure.logits_at(network, part), part)
        for name, kind, part in parts
    )


def _sentences(
    classifier: Classifier,
) -> tuple[tuple[Capability, ...], dict[str, float | int | str]]:
    """Measure a classifier of English film reviews on sentences that test one thing each."""
    capabilities = (*handwritten_suite.measured(classifier), *checklist.measure(classifier))
    everything = treebank_prefixes.measure(classifier, "test")
    unseen = treebank_prefixes.measure(classifier, "test", unseen=True)
    return capabilities, {
        **treebank_prefixes.facts(everything, "SST-2's test sentences"),
        **treebank_prefixes.facts(unseen, "the same, without phrases that are trained on"),
    }


def _listed(figures: tuple[Figure, ...]) -> list[str]:
    return [", ".join(f"{one.texts} {one.accuracy:.3f}" for one in figures)] if figures else []


def _copy_snapshots(files: list[Path], target: Path) -> None:
    """Have these snapshots beside a model, and none of an earlier model in the same folder."""
    to = target / "checkpoints"
    for file in to.glob("step-*.safetensors"):
        file.unlink()
    with suppress(OSError):  # it is not there, or holds something of somebody's
        to.rmdir()
    for file in files:
        to.mkdir(exist_ok=True)
        shutil.copyfile(file, to / file.name)
