"""Which models are there, and how is one opened safely?

Those in the box, those in the folder that the environment variable LSTM_VIZ_MODELS names, and
those that a program offers. A model folder holds ``config.json``, ``vocabulary.txt`` and
``model.safetensors``; a packaged one also ``usual.safetensors``, ``history.json`` and its card
``README.md``, and perhaps ``checkpoints/`` of its training. Nothing in it is executed.
"""

import os
import re
from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from lstm_viz import plain_file
from lstm_viz.errors import ModelFileError, UnknownModelError
from lstm_viz.model.classifier import Classifier
from lstm_viz.model.config import Config
from lstm_viz.model.folders import found_in, is_there, listed
from lstm_viz.model.history import History
from lstm_viz.model.network import Network
from lstm_viz.model.summary import Summary, of_classifier, of_config
from lstm_viz.notation import GRU, LSTM, RNN
from lstm_viz.text import Vocabulary, shown

_LARGEST = 200 * 2**20  # bytes of a weights file: far above any model this program is for
_LARGEST_CARD = 2**20  # bytes; those in the box have 12,000 at most
_STEP = re.compile(r"step-([0-9]{6,12})\.safetensors")
_DTYPES = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32}
_UNSAFE = (".pt", ".pth", ".pkl", ".bin", ".ckpt")
_OFFERED: dict[str, Classifier] = {}
_RESTORE = "Restore the file from where the model came from."


def folder() -> Path:
    """Return where the packaged models are: inside an installed package, or beside a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "pretrained"
    return inside if inside.is_dir() else package.parent / "pretrained"


def available() -> tuple[str, ...]:
    """Return the names of all models that pages and links may ask for, in alphabetical order.

    Whether each of them opens is not looked at here.
    """
    return tuple(sorted(filter(_is_text, {*_folders(), *_OFFERED})))


def unnamed() -> tuple[str, ...]:
    """Return the names that no page or link can ask for, since they are no text, as if they were.

    A folder's name may hold any bytes.
    """
    return tuple(sorted(shown(name) for name in {*_folders(), *_OFFERED} if not _is_text(name)))


def offer(classifier: Classifier) -> None:
    """Make a classifier available under its name, to ``load`` and to every page.

    Args:
        classifier: for instance from ``lstm_viz.wrap``; takes the place of another of its name.
    """
    _OFFERED[classifier.name] = classifier


def offered() -> tuple[str, ...]:
    """Return the names of the models that this program offers, the first first."""
    return tuple(_OFFERED)


def checkpoints(name: str | Path) -> tuple[int, ...]:
    """Return after how many updates of its training the model's weights were kept, rising."""
    place = _folders().get(str(name), Path(name))
    kept = (_STEP.fullmatch(file) for file in listed(place / "checkpoints"))
    return tuple(sorted(int(found[1]) for found in kept if found))


def load(name: str | Path, step: int | None = None) -> Classifier:
    """Open a classifier.

    Args:
        name: of a model (see ``available``), or the path of a model folder.
        step: as it was after so many updates of its training (see ``checkpoints``), instead of
            when it was finished; 0 is untrained.

    Raises:
        UnknownModelError: there is neither such a model nor such a folder.
        ModelFileError: a file of the folder is missing, damaged, oversized or unsafe; or no
            weights were kept at that step.
    """
    if not isinstance(name, str | Path) or not str(name):
        raise UnknownModelError(repr(name), available())
    if str(name) in _OFFERED and step is None:
        return _OFFERED[str(name)]
    place = _folders().get(str(name))
    if place is None:
        place = Path(name)
        if not os.path.isdir(place):  # noqa: PTH112  (which takes any name, however long)
            raise UnknownModelError(str(name), available())
    if step is not None and step not in checkpoints(place):
        kept = ", ".join(map(str, checkpoints(place))) or "none"
        expected = "a step that was kept"
        raise ModelFileError("checkpoints", expected, "it was not", f"Kept are: {kept}.")
    file = "model" if step is None else f"checkpoints/step-{step:06d}"
    config = Config.open(place / "config.json")
    vocabulary = Vocabulary.open(place / "vocabulary.txt", config.cutting)
    if len(vocabulary) != config.vocabulary_size:
        raise ModelFileError(
            "vocabulary.txt",
            f"{config.vocabulary_size - 2} words",
            f"it holds {len(vocabulary) - 2}",
            _RESTORE,
        )
    with torch.device("meta"):  # shapes only: nothing is allocated before the file is checked
        network = Network(config)
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    weights = _read(place / f"{file}.safetensors", shapes)
    # Copies: what is read of a file stays in it, and whoever writes it anew would change a model.
    copies = {key: value.to(torch.float32, copy=True) for key, value in weights.items()}
    network.load_state_dict(copies, assign=True)
    network.requires_grad_(requires_grad=False)
    if step is not None:
        return Classifier(f"{config.name} @ {step}", config.labels, vocabulary, network)
    usual = _usual(place, config)
    return Classifier(config.name, config.labels, vocabulary, network, usual=usual)


def summary(name: str) -> Summary:
    """Return the shape of the model of that name.

    Raises:
        UnknownModelError: there is no such model.
        ModelFileError: its ``config.json`` is missing or damaged.
    """
    if name in _OFFERED:
        return of_classifier(_OFFERED[name])
    place = _folders().get(name)
    if place is None:
        raise UnknownModelError(name, available())
    return of_config(Config.open(place / "config.json"))


def history(name: str) -> History | None:
    """Return how the model of that name was made, if its folder says so.

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
    """Return a file of a model folder; a model that a program offers has none."""
    place = None if name in _OFFERED else _folders().get(name)
    return place / file if place and is_there(place / file) else None


def _folders() -> dict[str, Path]:
    """Return the model folders by name; one's own come before those in the box."""
    own = os.environ.get("LSTM_VIZ_MODELS")
    return found_in([folder(), *([Path(own)] if own else [])])


def _is_text(name: str) -> bool:
    return shown(name) == name


def _refusal(file: Path, expected: str, came: str) -> ModelFileError:
    return ModelFileError(file.name, expected, came, _RESTORE)


def _usual(place: Path, config: Config) -> dict[str, np.ndarray]:
    file = place / "usual.safetensors"
    if not is_there(file) or config.cell == "RNN":
        return {}
    gates = {"LSTM": LSTM, "GRU": GRU, "RNN": RNN}[config.cell]
    shapes: dict[str, tuple[int, ...]] = {
        gate.name: (config.hidden_size,) for gate in gates if gate.scale == "gate"
    }
    means = {name: value.float().numpy() for name, value in _read(file, shapes).items()}
    for name, values in means.items():
        if values.min() < 0 or values.max() > 1:
            came = f"they go from {values.min():.3g} to {values.max():.3g}"
            raise _refusal(file, f"means of {name} from 0 to 1", came)
    return means


def _read(file: Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """Read exactly these tensors from a safetensors file."""
    unsafe = [other for other in listed(file.parent) if other.endswith(_UNSAFE)]
    if unsafe and not is_there(file):
        remedy = "Files that can run code are never opened; save the weights as safetensors."
        came = f"the folder holds {', '.join(unsafe)}"
        raise ModelFileError(file.name, "a safetensors file", came, remedy)
    plain_file.look(file, _LARGEST, "a safetensors file", partial(_refusal, file))
    try:
        with safe_open(file, "pt") as opened:
            _compare(file, shapes, opened)
            tensors = {key: opened.get_tensor(key) for key in shapes}
    except ModelFileError:
        raise
    except Exception as error:  # no list of what a reader of damaged bytes raises is complete
        came = f"it is damaged ({plain_file.reason(error)})"
        raise ModelFileError(file.name, "a safetensors file", came, _RESTORE) from error
    for key, value in tensors.items():
        if not value.isfinite().all():
            raise ModelFileError(file.name, f"finite numbers in {key}", "some are not", _RESTORE)
    return tensors


def _compare(file: Path, shapes: dict[str, tuple[int, ...]], opened: safe_open) -> None:
    """Compare names, shapes and types before any number is read."""
    names = set(opened.keys())  # type: ignore[no-untyped-call]
    if names != set(shapes):
        came = f"it holds {sorted(names)}"
        raise ModelFileError(file.name, f"the tensors {sorted(shapes)}", came, _RESTORE)
    for key, shape in shapes.items():
        part = opened.get_slice(key)  # type: ignore[no-untyped-call]
        if tuple(part.get_shape()) != shape or part.get_dtype() not in _DTYPES:
            expected = f"{key} of shape {shape} in one of {sorted(_DTYPES)}"
            came = f"it has shape {tuple(part.get_shape())} in {part.get_dtype()}"
            raise ModelFileError(file.name, expected, came, _RESTORE)
