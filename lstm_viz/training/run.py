"""From a recipe to a packaged model: every stage once, each taken up again where it stopped."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import save_file

from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.model.packaged import load
from lstm_viz.notation import GATES
from lstm_viz.trace import record
from lstm_viz.training import card, classify, corpus, language, teacher
from lstm_viz.training.corpus import Corpus, Texts
from lstm_viz.training.loop import Progress
from lstm_viz.training.quality import PLACES, Behaviour, Quality, behaviour, quality
from lstm_viz.training.recipe import Recipe

LABELS = ("negative", "positive")
_END = np.array([1.0])
_USUAL_SENTENCES = 400  # enough for a mean per unit to two digits
_EMBEDDING_SCALE = 0.1  # PyTorch draws embeddings from N(0, 1): too loud beside an LSTM's inputs


def run(recipe: Recipe, work: Path, target: Path) -> None:
    """Train a model, measure it, and write its folder.

    Args:
        recipe: what to train.
        work: checkpoints; a second call goes on from what is there.
        target: of the finished model.
    """
    texts = _corpus(recipe, work / "corpus")
    history: dict[str, Progress] = {}
    network = fresh(recipe, len(texts.vocabulary))
    history["language"] = language.pretrain(network, texts.reviews + texts.unlabelled, recipe, work)
    start = {name: value.clone() for name, value in network.state_dict().items()}

    history["first"] = classify.train(
        network, texts.reviews, texts.short, recipe.first, recipe, work, "first"
    )
    soft = texts.unlabelled.with_targets(_opinions(network, texts, work / "opinions.npy"))

    network.load_state_dict(start)
    history["final"] = classify.train(
        network, texts.reviews + soft, texts.short, recipe.final, recipe, work, "final"
    )
    history["polish"] = classify.train(
        network, texts.reviews, texts.short, recipe.polish, recipe, work, "polish"
    )
    temperature = classify.fitted_temperature(
        classify.margins(network, texts.held_out, PLACES), texts.held_out.targets
    )
    classify.scale_readout(network, temperature)
    write(recipe, network, texts, target)
    held_out = {
        "IMDB, held-out movies": measured(target, texts.held_out),
        "SST, development sentences": measured(target, texts.held_out_short),
    }
    _say(f"read to the end: {', '.join(f'{k} {v.accuracy:.3f}' for k, v in held_out.items())}")
    tested = {
        "IMDB": measured(target, _test_part(texts, "imdb")),
        "SST-2": measured(target, _test_part(texts, "sst")),
    }
    suite = behaviour(load(target))
    _write_history(target, recipe, history, held_out, tested, suite, temperature)
    card.write(target, recipe, history, held_out, tested, suite, temperature)
    _say(f"{target} is complete")


def fresh(recipe: Recipe, vocabulary_size: int) -> Network:
    """Return an untrained network: small embeddings, forget gates open by a bias of 1."""
    torch.manual_seed(recipe.seed)
    network = Network(_config(recipe, vocabulary_size))
    units = recipe.hidden_size
    with torch.no_grad():
        network.embedding.weight.mul_(_EMBEDDING_SCALE)
        biases = dict(network.recurrent.named_parameters())
        biases["bias_ih_l0"][units : 2 * units] = 1
        biases["bias_hh_l0"][units : 2 * units] = 0
    return network


def write(recipe: Recipe, network: Network, texts: Corpus, target: Path) -> None:
    """Write what ``lstm_viz.load`` opens, the weights in half precision."""
    target.mkdir(parents=True, exist_ok=True)
    _config(recipe, len(texts.vocabulary)).save(target / "config.json")
    texts.vocabulary.save(target / "vocabulary.txt")
    weights = {name: value.half() for name, value in network.state_dict().items()}
    save_file(weights, target / "model.safetensors")
    save_file(_usual(network, texts.held_out_short), target / "usual.safetensors")
    for name in ("model", "usual"):
        (target / f"{name}.safetensors").chmod(0o644)


def measured(target: Path, texts: Texts) -> Quality:
    """Measure a finished model as its users will have it, in half precision."""
    margin = classify.margins(cast(Network, load(target).network), texts, PLACES)
    return quality(1 / (1 + np.exp(-margin.astype(np.float64))), texts.targets)


def _config(recipe: Recipe, vocabulary_size: int) -> Config:
    return Config(recipe.name, LABELS, vocabulary_size, recipe.embedding_size, recipe.hidden_size)


def _corpus(recipe: Recipe, folder: Path) -> Corpus:
    if not (folder / "vocabulary.txt").is_file():
        _say("reading the data and cutting it into words, about two minutes")
        corpus.build(recipe).save(folder)
    return Corpus.open(folder)


def _opinions(network: Network, texts: Corpus, file: Path) -> Float[np.ndarray, " text"]:
    """Return P(positive) of the unlabelled reviews: teacher and first classifier averaged."""
    if not file.is_file():
        _say("labelling the unlabelled reviews, about three minutes")
        margin = classify.margins(network, texts.unlabelled, _END)[:, 0]
        words = teacher.opinions(texts.reviews, texts.unlabelled)
        np.save(file, (words + 1 / (1 + np.exp(-margin))) / 2)
    found: Float[np.ndarray, " text"] = np.load(file)
    return found


def _usual(network: Network, texts: Texts) -> dict[str, torch.Tensor]:
    """Return the mean of each gate of each unit over the words of held-out sentences."""
    sums = dict.fromkeys((gate.name for gate in GATES), torch.zeros(()))
    count = 0
    for index in range(min(_USUAL_SENTENCES, len(texts))):
        with torch.inference_mode(), record(network) as recording:
            network(torch.from_numpy(texts[index]).long()[None])
        layer = recording.calls[-1].layers[-1]
        count += len(texts[index])
        for name, total in sums.items():
            sums[name] = total + layer.quantities[name][0].sum(0)
    return {name: total / count for name, total in sums.items()}


def _test_part(texts: Corpus, file: str) -> Texts:
    words, labels = corpus.labelled(file, "test")
    return corpus.texts_from(texts.vocabulary, words, labels.astype(np.float32))


def _write_history(
    target: Path,
    recipe: Recipe,
    stages: dict[str, Progress],
    held_out: dict[str, Quality],
    tested: dict[str, Quality],
    suite: Behaviour,
    temperature: float,
) -> None:
    facts = {
        "recipe": asdict(recipe),
        "loss": {
            name: [[step, round(loss, 4)] for step, loss in stage.losses]
            for name, stage in stages.items()
        },
        "minutes": {name: round(stage.seconds / 60, 1) for name, stage in stages.items()},
        "temperature": round(temperature, 4),
        "held_out": {name: asdict(value) for name, value in held_out.items()},
        "test": {name: asdict(value) for name, value in tested.items()},
        "behaviour": asdict(suite),
        "torch": torch.__version__,
    }
    text = json.dumps(facts, indent=1)
    (target / "history.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
