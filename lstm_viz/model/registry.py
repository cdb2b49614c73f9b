"""Which models are there, and how is one opened safely?

The packaged ones, those in the folder that the environment variable LSTM_VIZ_MODELS names, and
those that a program registers. A model folder holds ``config.json``, ``vocabulary.txt`` and
``model.safetensors``; a packaged one also ``reference.safetensors``, ``history.json`` and its card
``README.md``, and perhaps ``checkpoints/`` of its training. Nothing in it is executed.
"""

import os
import re
from functools import partial
from pathlib import Path

import torch

from lstm_viz import plain_file
from lstm_viz.errors import ModelFileError, UnknownModelError
from lstm_viz.model import reference_file, tensor_file
from lstm_viz.model.classifier import Classifier
from lstm_viz.model.config import Config
from lstm_viz.model.digest import weights_digest
from lstm_viz.model.history import History
from lstm_viz.model.model_folders import exists, file_names, folders_in
from lstm_viz.model.network import Network
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.model.summary import Summary, of_classifier, of_config
from lstm_viz.text import Vocabulary, replace_surrogates

_LARGEST = 200 * 2**20  # bytes of a weights file: far above any model this program is for
_LARGEST_CARD = 2**20  # bytes; those in the box have 12,000 at most
_STEP = re.compile(r"step-([0-9]{6,12})\.safetensors")
_REGISTERED: dict[str, Classifier] = {}
_RESTORE = "Restore the file from where the model came from."


def folder() -> Path:
    """Return the folder of the packaged models: in the installed package, or in the checkout."""
    package = Path(__file__).parents[1]
    inside = package / "pretrained"
    return inside if inside.is_dir() else package.parent / "pretrained"


def available() -> tuple[str, ...]:
    """Return the names of all models for pages and links, in alphabetical order.

    Whether each of them opens is not checked here.
    """
    return tuple(sorted(filter(_is_text, {*_folders(), *_REGISTERED})))


def unlinkable() -> tuple[str, ...]:
    """Return the names that no page or link can hold, with U+FFFD for what is not text.

    The name of a folder may contain any bytes.
    """
    return tuple(
        sorted(
            replace_surrogates(name) for name in {*_folders(), *_REGISTERED} if not _is_text(name)
        )
    )


def register(classifier: Classifier) -> None:
    """Make a classifier available under its name, to ``load`` and to every page.

    Args:
        classifier: for instance from ``lstm_viz.wrap``; replaces another of the same name.
    """
    _REGISTERED[classifier.name] = classifier


def registered() -> tuple[str, ...]:
    """Return the names of the models that this program registered, the first first."""
    return tuple(_REGISTERED)


def checkpoints(name: str | Path) -> tuple[int, ...]:
    """Return the updates of its training after which the model's weights were saved, in order."""
    place = _folders().get(str(name), Path(name))
    kept = (_STEP.fullmatch(file) for file in file_names(place / "checkpoints"))
    return tuple(sorted(int(found[1]) for found in kept if found))


def load(name: str | Path, step: int | None = None) -> Classifier:
    """Open a classifier.

    Args:
        name: of a model (see ``available``), or the path of a model folder.
        step: the number of updates after which it is opened (see ``checkpoints``), instead of when
            it was finished; 0 is untrained.

    Raises:
        UnknownModelError: there is neither such a model nor such a folder.
        ModelFileError: a file of the folder is missing, damaged, oversized or unsafe; or no
            weights were saved at that step.
    """
    if step is None and isinstance(name, str | Path) and str(name) in _REGISTERED:
        return _REGISTERED[str(name)]
    place = folder_of(name)
    if step is None:
        return _load(place)
    kept = checkpoints(place)
    if step not in kept:
        came = "it was not"
        remedy = f"Saved steps: {', '.join(map(str, kept)) or 'none'}."
        raise ModelFileError("checkpoints", "a step whose weights were saved", came, remedy)
    # The usual values of the finished weights are not those of these weights.
    return _load(place, f"checkpoints/step-{step:06d}", f" @ {step}", measured=False)


def load_unmeasured(place: Path) -> Classifier:
    """Open the classifier of a folder without its usual values, which may be out of date.

    Raises:
        ModelFileError: see ``load``.
    """
    return _load(place, measured=False)


def folder_of(name: str | Path) -> Path:
    """Return the folder of the model of that name, or at that path.

    Raises:
        UnknownModelError: there is neither such a model nor such a folder.
    """
    if not isinstance(name, str | Path) or not str(name):
        raise UnknownModelError(repr(name), available())
    place = _folders().get(str(name))
    if place is None:
        place = Path(name)
        if not os.path.isdir(place):  # noqa: PTH112  (which takes any name, however long)
            raise UnknownModelError(str(name), available())
    return place


def summary(name: str) -> Summary:
    """Return the shape of the model of that name.

    Raises:
        UnknownModelError: there is no such model.
        ModelFileError: its ``config.json`` is missing or damaged.
    """
    if name in _REGISTERED:
        return of_classifier(_REGISTERED[name])
    place = _folders().get(name)
    if place is None:
        raise UnknownModelError(name, available())
    return of_config(Config.open(place / "config.json"))


def history(name: str) -> History | None:
    """Return how the model of that name was trained, if its folder says so.

    Raises:
        ModelFileError: the file is damaged.
    """
    file = _file(name, "history.json")
    return History.open(file) if file else None


def card(name: str) -> str | None:
    """Return the card of the model of that name, in Markdown, if its folder holds one.

    Raises:
        ModelFileError: the file cannot be read, or is too large.
    """
    file = _file(name, "README.md")
    if file is None:
        return None
    content = plain_file.content(file, _LARGEST_CARD, "a card in Markdown", partial(_refusal, file))
    return content.decode("utf-8-sig", errors="replace")


def _file(name: str, file: str) -> Path | None:
    """Return a file of a model folder; a registered model has none."""
    place = None if name in _REGISTERED else _folders().get(name)
    return place / file if place and exists(place / file) else None


def _folders() -> dict[str, Path]:
    """Return the model folders by name; your own come before the packaged ones."""
    own = os.environ.get("LSTM_VIZ_MODELS")
    return folders_in([folder(), *([Path(own)] if own else [])])


def _is_text(name: str) -> bool:
    return replace_surrogates(name) == name


def _refusal(file: Path, expected: str, came: str) -> ModelFileError:
    return ModelFileError(file.name, expected, came, _RESTORE)


def _load(
    place: Path, file: str = "model", suffix: str = "", *, measured: bool = True
) -> Classifier:
    """Open a model folder: the weights of one file, and their usual values."""
    config = Config.open(place / "config.json")
    vocabulary = Vocabulary.open(place / "vocabulary.txt", config.cutting)
    if len(vocabulary) != config.vocabulary_size:
        expected = f"{config.vocabulary_size - 2} words"
        came = f"it holds {len(vocabulary) - 2}"
        raise _refusal(place / "vocabulary.txt", expected, came)
    network = _network(config, place / f"{file}.safetensors")
    statistics = place / reference_file.NAME
    reference = None
    if measured and exists(statistics):
        reference = ReferenceStatistics.open(statistics, config, weights_digest(network))
    name = f"{config.name}{suffix}"
    return Classifier(name, config.labels, vocabulary, network, reference=reference)


def _network(config: Config, file: Path) -> Network:
    """Return the network with the weights in a file."""
    with torch.device("meta"):  # shapes only: nothing is allocated before the file is checked
        network = Network(config)
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    refusal = partial(_refusal, file)
    with tensor_file.open_tensors(file, _LARGEST, refusal) as found:
        weights = tensor_file.read(found, shapes, refusal)
    network.load_state_dict(weights, assign=True)
    network.requires_grad_(requires_grad=False)
    return network
