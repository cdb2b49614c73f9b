"""The stages of a recipe, one after the other; each resumes where it stopped."""

from collections.abc import Callable
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
from lstm_viz.model.history import Stage as FinishedStage
from lstm_viz.model.network import Network
from lstm_viz.progress import Cancelled, Progress, unwatched
from lstm_viz.training import objectives, recipe_file, schedule
from lstm_viz.training.evaluation import measure
from lstm_viz.training.loop import optimize
from lstm_viz.training.recipe import Recipe, Stage
from lstm_viz.training.texts import corpus, pseudo_labels, sources, tables
from lstm_viz.training.texts.corpus import Corpus, Texts

_EMBEDDING_SCALE = 0.1  # PyTorch's N(0, 1) is too large beside the inputs of an LSTM
_RANDOM = Lock()  # PyTorch's first weights and liblinear have one generator for all threads


@dataclass(slots=True)
class Pipeline:
    """Devices, and a folder for everything that is done.

    Attributes:
        fabric: devices and processes.
        folder: of checkpoints and encoded texts.
        file: a table that replaces the data set of a recipe.
        progress: called with what is done, and around every step; see ``loop.optimize``.
    """

    fabric: Fabric
    folder: Path
    file: Path | None = None
    progress: Progress = unwatched
    _corpora: dict[str, Corpus] = field(default_factory=dict)
    _content: str = ""  # digest of the file when it was first needed

    def corpus(self, recipe: Recipe) -> Corpus:
        """Return the encoded texts of a recipe."""
        name = self._digest(recipe)
        if name not in self._corpora:
            folder = self.folder / "corpora" / name

            def build() -> None:
                self.say("reading the texts and splitting them into words")
                source = sources.load_source(recipe, self.file)
                built = corpus.build(source, recipe.text, self.progress)
                self._check_file()
                built.save(folder)

            self._make(folder / "corpus.json", build)
            self._corpora[name] = Corpus.open(folder)
        return self._corpora[name]

    def _make(self, file: Path, make: Callable[[], None]) -> None:
        """Make a file if it is not there: the first process does, and the others wait for it.

        Raises:
            Cancelled: it was stopped, in all processes together.
        """
        cancelled = 0.0
        with self.fabric.rank_zero_first():
            if self.fabric.is_global_zero and not file.is_file():
                try:
                    make()
                except Cancelled:
                    cancelled = 1.0
        stopped = self.fabric.all_reduce(torch.tensor(cancelled), reduce_op="sum")
        if isinstance(stopped, Tensor) and stopped.item():
            raise Cancelled
        if not file.is_file():  # on another machine, whose folder is its own
            make()

    def say(self, sentence: str) -> None:
        """Report a sentence; raises ``Cancelled`` if the work is to stop."""
        self.progress(0, None, sentence)

    def _digest(self, recipe: Recipe) -> str:
        """Return the name of a recipe's texts; it is the same if the file is edited meanwhile."""
        if self.file and not self._content:
            self._content = _file_digest(self.file)
        return corpus.digest(recipe, self.file, self._content)

    def _check_file(self) -> None:
        """Refuse to save texts under the name of others."""
        if self.file and _file_digest(self.file) != self._content:
            raise DataError(
                f"{self.file.name} as it was when training began",
                "it has changed since then. Run the same command again",
            )

    def trained(self, recipe: Recipe, last: str) -> tuple[Network, tuple[FinishedStage, ...]]:
        """Return the network of a recipe after one of its stages, and the curves up to there."""
        texts = self.corpus(recipe)
        with _RANDOM:
            network = initial_network(recipe, texts)
            random_state = torch.get_rng_state()
        weights: dict[str, dict[str, Tensor]] = {}  # after each stage
        finished = []
        for stage in recipe.before(last):
            if stage.start:
                self._load_start(network, recipe, stage.start, weights)
            used = self._texts_of(recipe, stage, texts)
            with _RANDOM:
                torch.set_rng_state(random_state)  # whatever was drawn meanwhile, or loaded instead
                objective = objectives.objective(network, used, stage, recipe)
            snapshot = partial(self._save_snapshot, network, recipe)
            short = _short_texts(texts, stage.augmentation)
            plan = schedule.plan(recipe, stage, used, short, _watched(recipe, texts), snapshot)
            digest = recipe.digest(stage.name, self._digest(recipe))
            stem = self.folder / recipe.name / f"{stage.name}-{digest}"
            finished.append(optimize(objective, plan, self.fabric, stem, self.progress))
            weights[stage.name] = {name: v.clone() for name, v in network.state_dict().items()}
        return network, tuple(finished)

    def snapshots(self, recipe: Recipe) -> list[Path]:
        """Return the files of the weights stored during training."""
        return sorted(self._snapshot_folder(recipe).glob("*.safetensors"))

    def _snapshot_folder(self, recipe: Recipe) -> Path:
        digest = recipe.digest(recipe.stages[-1].name, self._digest(recipe))
        return self.folder / recipe.name / f"snapshots-{digest}"

    def _texts_of(self, recipe: Recipe, stage: Stage, texts: Corpus) -> Texts:
        """Return the texts that a stage trains on."""
        labelled = texts.parts["labelled"]
        if stage.task == "next word" and "unlabelled" in texts.parts:
            return labelled + texts.parts["unlabelled"]
        if not stage.pseudo_labels or "unlabelled" not in texts.parts:
            return labelled
        name, _, last = stage.pseudo_labels.rpartition("/")
        labeller = recipe_file.load(name) if name else recipe
        if last == "words":
            targets = self._labels_by_words(labeller)
        else:
            targets = self._labels_by_both(labeller, last)
        # The same texts in the same order, even if the vocabularies differ.
        return labelled + texts.parts["unlabelled"].with_targets(targets)

    def _labels_by_words(self, recipe: Recipe) -> Float[np.ndarray, "text label"]:
        """Return what the linear model predicts for the unlabelled texts."""
        texts = self.corpus(recipe)
        file = self.folder / "corpora" / self._digest(recipe) / "by-words.npy"

        def label() -> None:
            self.say("labelling the unlabelled texts by their words, about two minutes")
            unlabelled = texts.parts["unlabelled"]
            with _RANDOM:
                targets = pseudo_labels.predict(texts.parts["labelled"], unlabelled)
            _save(file, targets)

        self._make(file, label)
        found: Float[np.ndarray, "text label"] = np.load(file)
        return found

    def _labels_by_both(self, recipe: Recipe, last: str) -> Float[np.ndarray, "text label"]:
        """Return the mean prediction of the linear model and the network after a stage."""
        digest = recipe.digest(last, self._digest(recipe))
        file = self.folder / recipe.name / f"opinions-{last}-{digest}.npy"
        missing = not file.is_file()
        self.fabric.barrier()  # all processes look before one of them writes
        by_words = self._labels_by_words(recipe)
        if missing:
            network, _ = self.trained(recipe, last)  # by all processes together
        unlabelled = self.corpus(recipe).parts["unlabelled"]

        def label() -> None:
            self.say("labelling the unlabelled texts, about three minutes")
            logits = measure.logits_at(network, unlabelled, (1.0,), self.progress)[:, 0]
            by_network = torch.from_numpy(logits).softmax(-1).numpy()
            _save(file, (by_network + by_words) / 2)

        self._make(file, label)
        found: Float[np.ndarray, "text label"] = np.load(file)
        return found

    def _load_start(
        self, network: Network, recipe: Recipe, start: str, weights: dict[str, dict[str, Tensor]]
    ) -> None:
        """Load the weights after another stage into a network, as far as they fit."""
        name, _, stage = start.rpartition("/")
        if name:
            other = recipe_file.load(name)
            loaded = self.trained(other, stage)[0].state_dict()
            same = self.corpus(recipe).vocabulary.words == self.corpus(other).vocabulary.words
            if not same:
                raise RecipeError(recipe.name, f"the same words as {name}", "they differ")
        elif stage in weights:
            loaded = weights[stage]
        else:
            expected = f"start as a stage before, {[*weights]}"
            raise RecipeError(recipe.name, expected, f"{start!r} came")
        own = network.state_dict()
        fit = {key: w for key, w in loaded.items() if key in own and own[key].shape == w.shape}
        network.load_state_dict(own | fit)

    def _save_snapshot(self, network: Network, recipe: Recipe, step: int) -> None:
        if self.fabric.is_global_zero:
            folder = self._snapshot_folder(recipe)
            folder.mkdir(parents=True, exist_ok=True)
            weights = {name: value.half().cpu() for name, value in network.state_dict().items()}
            save_file(weights, folder / f"step-{step:06d}.safetensors")


def _file_digest(file: Path) -> str:
    tables.check_file(file)
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _save(file: Path, values: Float[np.ndarray, "text label"]) -> None:
    """Write an array under a temporary name first, so that the file is always complete."""
    temporary = file.with_name(f"writing-{file.name}")
    np.save(temporary, values)
    temporary.replace(file)


def initial_network(recipe: Recipe, texts: Corpus) -> Network:
    """Return an untrained network: small embeddings, forget gates open by a bias of 1."""
    torch.manual_seed(recipe.seed)
    network = Network(recipe.config(texts.labels, len(texts.vocabulary)))
    units = recipe.network.hidden_size
    with torch.no_grad():
        network.embedding.weight.mul_(_EMBEDDING_SCALE)
        for name, bias in network.recurrent.named_parameters():
            if recipe.network.cell == "LSTM" and name.startswith("bias"):
                bias[units : 2 * units] = 1.0 if name.startswith("bias_ih") else 0.0
    return network


def _watched(recipe: Recipe, texts: Corpus) -> dict[Curve, Texts]:
    """Return the texts that a stage is measured on as it runs."""
    found: dict[Curve, Texts] = {"held_out": texts.parts["held_out"]}
    if recipe.published.get("watches_test"):
        found["test"] = next(iter(texts.tests.values()))
    return {name: part for name, part in found.items() if len(part)}


def _short_texts(texts: Corpus, copies: int) -> Texts | None:
    """Return the short texts that join every step, if there are any.

    Args:
        texts: of the recipe.
        copies: of the augmentation sentences among them.
    """
    if "short" not in texts.parts:
        return None
    found = texts.parts["short"] + texts.parts["generated"]
    if copies:
        augmentation = corpus.encode(texts.vocabulary, sources.augmentation_rows())
        for _ in range(copies):
            found += augmentation
    return found
