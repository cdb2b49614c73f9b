"""Where training happens: texts cut once, stages run once, each taken up where it stopped."""

from dataclasses import dataclass, field
from functools import partial
from hashlib import file_digest
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from safetensors.torch import save_file
from torch import Tensor

from lstm_viz.errors import DataError, RecipeError
from lstm_viz.model.history import Curve
from lstm_viz.model.history import Stage as Done
from lstm_viz.model.network import Network
from lstm_viz.progress import Progress, unwatched
from lstm_viz.training import recipe, schedule
from lstm_viz.training.evaluation import measure
from lstm_viz.training.loop import optimise
from lstm_viz.training.recipe import Recipe, Stage
from lstm_viz.training.texts import corpus, pseudo_labels, sources, tables
from lstm_viz.training.texts.corpus import Corpus, Texts

_EMBEDDING_SCALE = 0.1  # PyTorch draws embeddings from N(0, 1): too loud beside an LSTM's inputs
_DRAWING = Lock()  # PyTorch draws first weights from one generator for all threads


@dataclass(slots=True)
class Workplace:
    """Devices, and a folder for what has been done so far.

    Attributes:
        fabric: devices and processes.
        folder: of checkpoints and texts as numbers.
        file: of one's own texts, in place of a recipe's data set.
        progress: called with what is done, and around every step; see ``loop.optimise``.
    """

    fabric: Fabric
    folder: Path
    file: Path | None = None
    progress: Progress = unwatched
    _corpora: dict[str, Corpus] = field(default_factory=dict)
    _content: str = ""  # of the file, when it was first asked for

    def corpus(self, made: Recipe) -> Corpus:
        """Return the texts of a recipe as numbers."""
        name = self._digest(made)
        if name not in self._corpora:
            place = self.folder / "corpora" / name
            with self.fabric.rank_zero_first():
                if not (place / "corpus.json").is_file():
                    self.say("reading the texts and cutting them into words")
                    built = corpus.built(sources.source(made, self.file), made.text)
                    self._check_file()
                    built.save(place)
            self._corpora[name] = Corpus.open(place)
        return self._corpora[name]

    def say(self, sentence: str) -> None:
        """Tell whoever waits; raise ``Cancelled`` if nobody does any more."""
        self.progress(0, None, sentence)

    def _digest(self, made: Recipe) -> str:
        """Return the name of a recipe's texts; a file that is edited meanwhile keeps its own."""
        if self.file and not self._content:
            self._content = _hash(self.file)
        return corpus.digest(made, self.file, self._content)

    def _check_file(self) -> None:
        """Let no texts be kept under a name that was made from other ones."""
        if self.file and _hash(self.file) != self._content:
            raise DataError(
                f"{self.file.name} as it was when training began",
                "it has changed since then. Run the same command again",
            )

    def trained(self, made: Recipe, last: str) -> tuple[Network, tuple[Done, ...]]:
        """Return the network of a recipe after one of its stages, and how it came there."""
        texts = self.corpus(made)
        with _DRAWING:
            network = fresh(made, texts)
            drawn = torch.get_rng_state()
        after: dict[str, dict[str, Tensor]] = {}
        done = []
        for stage in made.before(last):
            if stage.start:
                self._start(network, made, stage.start, after)
            read = self._read(made, stage, texts)
            with _DRAWING:
                torch.set_rng_state(drawn)  # whatever was drawn meanwhile, or read instead
                learning = schedule.objective(network, read, stage, made)
            snapshot = partial(self._keep, network, made)
            short = _short(texts, stage.remarks)
            plan = schedule.plan(made, stage, read, short, _watched(made, texts), snapshot)
            made_of = made.digest(stage.name, self._digest(made))
            stem = self.folder / made.name / f"{stage.name}-{made_of}"
            done.append(optimise(learning, plan, self.fabric, stem, self.progress))
            after[stage.name] = {name: v.clone() for name, v in network.state_dict().items()}
        return network, tuple(done)

    def snapshots(self, made: Recipe) -> list[Path]:
        """Return the files of the weights kept along the way."""
        return sorted(self._snapshots(made).glob("*.safetensors"))

    def _snapshots(self, made: Recipe) -> Path:
        made_of = made.digest(made.stages[-1].name, self._digest(made))
        return self.folder / made.name / f"snapshots-{made_of}"

    def _read(self, made: Recipe, stage: Stage, texts: Corpus) -> Texts:
        """Return what a stage reads."""
        labelled = texts.parts["labelled"]
        if stage.task == "next word" and "unlabelled" in texts.parts:
            return labelled + texts.parts["unlabelled"]
        if not stage.teacher or "unlabelled" not in texts.parts:
            return labelled
        name, _, last = stage.teacher.rpartition("/")
        asked = recipe.read(name) if name else made
        opinions = self._by_words(asked) if last == "words" else self._by_both(asked, last)
        # The same texts in the same order, though perhaps other words are known.
        return labelled + texts.parts["unlabelled"].with_targets(opinions)

    def _by_words(self, made: Recipe) -> Float[np.ndarray, "text label"]:
        """Return what the linear model thinks of the unlabelled texts."""
        texts = self.corpus(made)
        file = self.folder / "corpora" / self._digest(made) / "by-words.npy"
        with self.fabric.rank_zero_first():
            if not file.is_file():
                self.say("labelling the unlabelled texts by their words, about two minutes")
                unlabelled = texts.parts["unlabelled"]
                _save(file, pseudo_labels.opinions(texts.parts["labelled"], unlabelled))
        found: Float[np.ndarray, "text label"] = np.load(file)
        return found

    def _by_both(self, made: Recipe, last: str) -> Float[np.ndarray, "text label"]:
        """Return the mean of what the linear model and the network after a stage think."""
        made_of = made.digest(last, self._digest(made))
        file = self.folder / made.name / f"opinions-{last}-{made_of}.npy"
        missing = not file.is_file()
        self.fabric.barrier()  # all look before one writes
        words = self._by_words(made)
        if missing:
            network, _ = self.trained(made, last)  # together
        with self.fabric.rank_zero_first():
            if not file.is_file():
                self.say("labelling the unlabelled texts, about three minutes")
                unlabelled = self.corpus(made).parts["unlabelled"]
                logits = measure.logits_at(network, unlabelled, (1.0,))[:, 0]
                chances = torch.from_numpy(logits).softmax(-1).numpy()
                _save(file, (chances + words) / 2)
        found: Float[np.ndarray, "text label"] = np.load(file)
        return found

    def _start(
        self, network: Network, made: Recipe, start: str, after: dict[str, dict[str, Tensor]]
    ) -> None:
        """Put the weights of another stage into a network, as far as they fit."""
        name, _, stage = start.rpartition("/")
        if name:
            other = recipe.read(name)
            weights = self.trained(other, stage)[0].state_dict()
            same = self.corpus(made).vocabulary.words == self.corpus(other).vocabulary.words
            if not same:
                raise RecipeError(made.name, f"the same words as {name}", "they differ")
        elif stage in after:
            weights = after[stage]
        else:
            raise RecipeError(made.name, f"start as a stage before, {[*after]}", f"{start!r} came")
        own = network.state_dict()
        fit = {key: w for key, w in weights.items() if key in own and own[key].shape == w.shape}
        network.load_state_dict(own | fit)

    def _keep(self, network: Network, made: Recipe, step: int) -> None:
        if self.fabric.is_global_zero:
            folder = self._snapshots(made)
            folder.mkdir(parents=True, exist_ok=True)
            weights = {name: value.half().cpu() for name, value in network.state_dict().items()}
            save_file(weights, folder / f"step-{step:06d}.safetensors")


def _hash(file: Path) -> str:
    tables.look(file)
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _save(file: Path, values: Float[np.ndarray, "text label"]) -> None:
    """Write numbers beside and rename: who finds the file finds it whole."""
    aside = file.with_name(f"writing-{file.name}")
    np.save(aside, values)
    aside.replace(file)


def fresh(made: Recipe, texts: Corpus) -> Network:
    """Return an untrained network: small embeddings, forget gates open by a bias of 1."""
    torch.manual_seed(made.seed)
    network = Network(made.config(texts.labels, len(texts.vocabulary)))
    units = made.network.hidden_size
    with torch.no_grad():
        network.embedding.weight.mul_(_EMBEDDING_SCALE)
        for name, bias in network.recurrent.named_parameters():
            if made.network.cell == "LSTM" and name.startswith("bias"):
                bias[units : 2 * units] = 1.0 if name.startswith("bias_ih") else 0.0
    return network


def _watched(made: Recipe, texts: Corpus) -> dict[Curve, Texts]:
    """Return what a stage is measured on as it goes."""
    found: dict[Curve, Texts] = {"held_out": texts.parts["held_out"]}
    if made.published.get("watches_test"):
        found["test"] = next(iter(texts.tests.values()))
    return {name: part for name, part in found.items() if len(part)}


def _short(texts: Corpus, times: int) -> Texts | None:
    """Return the short texts that are read beside the others, if there are any.

    Args:
        texts: of the recipe.
        times: how often each remark stands among them.
    """
    if "short" not in texts.parts:
        return None
    found = texts.parts["short"] + texts.parts["generated"]
    if times:
        remarks = corpus.texts_of(texts.vocabulary, sources.remarked())
        for _ in range(times):
            found += remarks
    return found
