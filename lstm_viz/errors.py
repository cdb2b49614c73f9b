"""Every mistake a user can make, each as one class whose sentence says what to do.

LstmVizError
├── UnknownModelError       no packaged model of that name, and no folder either
├── ModelFileError          a model folder that is damaged, oversized or unsafe
├── DownloadError           a data set that cannot be fetched, or is not what was expected
├── DataFileError           a file of a data set that cannot be read, or holds other rows
├── TraceFileError          a recording that cannot be written to or read from a file
├── TableError              a table of labelled texts that cannot be trained on (also a ValueError)
├── RecipeError             a recipe for training that is not valid
├── DataError               a data set that is not there
├── DivergedError           training whose weights are no longer finite
├── DeviceError             devices, processes or a precision that training cannot use
├── BusyError               more work at a time than this program accepts
├── MissingPackageError     an optional package that is not installed
├── UnsupportedLayerError   a layer of another library that PyTorch cannot compute exactly
├── NoRecurrentModuleError  no module in the model that could be recorded
├── UnsupportedModuleError  a recurrent module that cannot be rebuilt exactly
├── UnknownCallError        recording["name"] for a name that was not recorded (also a KeyError)
├── UnknownModuleError      no recurrent module of that name in the model (also a ValueError)
├── UnknownQuantityError    no gate or state of that name (also a ValueError)
├── MissingQuantityError    a gate or state that a layer does not have (also an AttributeError)
├── ForceError              something that cannot be forced (also a ValueError)
├── SequenceError           a call whose place in its sequence is not known (also a ValueError)
├── EncodingError           an encode function that does not give one number per token
├── InputError              numbers or features that a model cannot read (also a ValueError)
├── WrapError               a module that does not classify texts word by word (also a ValueError)
├── TextError               something that is not a text (also a TypeError)
├── BlankTextError          a text without a single token (also a ValueError)
└── NotFiniteError          a model that computed values that are not finite (also a ValueError)
"""

from collections.abc import Iterable, Sequence
from typing import Any


class LstmVizError(Exception):
    """Base of all errors that a user of this package can cause."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes as the sentence that it is, whatever it was made from."""
        return _with_sentence, (type(self), self.args, self.__dict__)


def _with_sentence(kind: type[LstmVizError], args: tuple[Any, ...], state: Any) -> LstmVizError:  # noqa: ANN401
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


_LONGEST = 500  # characters that a file or a caller may put into a sentence


def _quoted_list(names: Iterable[str]) -> str:
    return _short(", ".join(repr(name) for name in names) or "none")


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]} …"


def _sentence(where: str, expected: str, came: str) -> str:
    return f"{_short(where)}: expected {_short(expected)}, but {_short(came)}."


class UnknownModelError(LstmVizError):
    """No packaged model has this name."""

    def __init__(self, name: str, available: Iterable[str]) -> None:
        super().__init__(
            f"No model is called {_short(repr(name))}, and it is not a folder either. "
            f"Packaged models: {_quoted_list(available)}."
        )


class ModelFileError(LstmVizError):
    """A model folder whose files cannot be trusted or do not fit together."""

    def __init__(self, file: str, expected: str, came: str, remedy: str) -> None:
        super().__init__(f"{_sentence(file, expected, came)} {remedy}")


class DownloadError(LstmVizError):
    """A file that cannot be fetched from its address, or is not the expected one."""

    def __init__(self, address: str, expected: str, came: str, remedy: str) -> None:
        super().__init__(f"{address}: expected {expected}, but {came}. {remedy}")


class DataFileError(LstmVizError):
    """A file of a data set that is damaged, unsafe, or not the expected one."""

    def __init__(self, file: str, expected: str, came: str, remedy: str) -> None:
        super().__init__(f"{_sentence(file, expected, came)} {remedy}")


class TraceFileError(LstmVizError, ValueError):
    """A file that a trace or a call cannot be written to or read from."""

    def __init__(self, file: str, expected: str, came: str) -> None:
        super().__init__(_sentence(file, expected, came))


class TableError(LstmVizError, ValueError):
    """A table of labelled texts that a model cannot be trained on."""

    def __init__(self, where: str, expected: str, came: str, remedy: str) -> None:
        """Take the file as ``where``, with the line or row if there is one to look at."""
        super().__init__(f"{_sentence(where, expected, came)} {remedy}")


class RecipeError(LstmVizError, ValueError):
    """A recipe that is not valid."""

    def __init__(self, where: str, expected: str, came: str) -> None:
        super().__init__(f"Recipe {where}: expected {expected}, but {came}.")


class DataError(LstmVizError):
    """A data set that cannot be trained on."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"Expected {expected}, but {came}.")


class DivergedError(LstmVizError):
    """Training whose weights or gradients became infinite or NaN."""

    def __init__(self, kind: str, where: str) -> None:
        super().__init__(
            f"The training diverged: expected finite {kind}, but some of {where} are not. "
            "Lower the learning rate of its stages."
        )


class DeviceError(LstmVizError):
    """Devices, processes or a precision that Lightning Fabric refuses."""

    def __init__(self, came: str) -> None:
        super().__init__(
            "Expected --accelerator, --devices, --nodes and --precision as Lightning Fabric takes "
            f"them, but it says: {' '.join(came.split())}"
        )


class BusyError(LstmVizError):
    """Work that would have to wait behind too much other work."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Expected at most {most} pieces of work to wait for their turn, but as many wait "
            "already. Try again in a minute."
        )


class MissingPackageError(LstmVizError):
    """An optional package is needed and not installed."""

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed. "
            f'Install it with: pip install "lstm-viz[{extra}]".'
        )


class UnsupportedLayerError(LstmVizError):
    """A layer that cannot be opened so that it computes exactly what its file says."""

    def __init__(self, name: str, what: str, remedy: str) -> None:
        super().__init__(f"The layer {name!r} cannot be opened exactly: {what}. {remedy}")


class NoRecurrentModuleError(LstmVizError):
    """The model to be recorded holds no recurrent module."""

    def __init__(self, model: str, supported: Iterable[str], lookalikes: Sequence[str]) -> None:
        """Name modules that look recurrent but have code of their own, with the reason."""
        sentence = (
            f"{model} holds no recurrent module to record. Expected at least one of "
            f"{', '.join(supported)} inside it."
        )
        if lookalikes:
            sentence += (
                f" Not made of these, so their equations are not known: {', '.join(lookalikes)}."
            )
        super().__init__(sentence)


class UnsupportedModuleError(LstmVizError):
    """A recurrent module whose gates cannot be rebuilt exactly."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        where = f"module {name!r}" if name else "the module"
        super().__init__(f"The gates of {where} cannot be rebuilt exactly: {reason}. {remedy}")


class UnknownCallError(LstmVizError, KeyError):
    """``recording[name]`` for a name that was never called while recording."""

    def __init__(self, name: str, recorded: Iterable[str]) -> None:
        super().__init__(f"No call of a module named {name!r}. Recorded: {_quoted_list(recorded)}.")

    def __str__(self) -> str:
        """Return the sentence; KeyError would put it into quotes."""
        return str(self.args[0])


class UnknownModuleError(LstmVizError, ValueError):
    """A name in ``record(model, modules=...)`` that no recurrent module has."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        came = f"The model has no recurrent module {name!r}." if name else "No module was named."
        super().__init__(f"{came} Its recurrent modules: {_quoted_list(known)}.")


class UnknownQuantityError(LstmVizError, ValueError):
    """No gate or state has this name, or the model does not have it."""

    def __init__(self, name: object, known: Iterable[str]) -> None:
        super().__init__(f"There is no quantity {name!r} here. Quantities: {_quoted_list(known)}.")


class MissingQuantityError(LstmVizError, AttributeError):
    """A layer of this kind has no such gate or state, or it was not recorded."""

    def __init__(self, name: str, present: Iterable[str]) -> None:
        super().__init__(
            f"This layer has no quantity {name!r}. It has: {', '.join(present) or 'none'}."
        )
        self.name = name


class ForceError(LstmVizError, ValueError):
    """A ``Force`` that asks for something impossible."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"This cannot be forced: expected {expected}, but {came}.")


class SequenceError(LstmVizError, ValueError):
    """A call of a module whose place in a sequence cannot be told."""

    def __init__(self, name: str, came: str, remedy: str) -> None:
        where = f"module {name!r}" if name else "the module"
        super().__init__(
            f"Expected each call of {where} at a known place in its sequence, but {came}. {remedy}"
        )


class EncodingError(LstmVizError, ValueError):
    """``encode`` did not return what the model reads at each token."""

    def __init__(self, expected: str, came: str, remedy: str = "") -> None:
        super().__init__(f"encode(text): expected {expected}, but {came}. {remedy}".rstrip())


class InputError(LstmVizError, ValueError):
    """Numbers or features that a model cannot read."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"The model's input: expected {expected}, but {came}.")


class WrapError(LstmVizError, ValueError):
    """A wrapped module that does not classify texts word by word."""

    def __init__(self, expected: str, came: str, remedy: str = "") -> None:
        super().__init__(f"The wrapped module: expected {expected}, but {came}. {remedy}".rstrip())


class TextError(LstmVizError, TypeError):
    """Something that is not a text, or not a list of texts."""

    def __init__(self, expected: str, came: object) -> None:
        super().__init__(f"Expected {expected}, but a {type(came).__name__} came.")


class BlankTextError(LstmVizError, ValueError):
    """A text without a single token."""

    def __init__(self) -> None:
        super().__init__(
            "The text is blank: expected at least one word or sign, "
            "but it holds nothing but white space. Type a sentence."
        )


class NotFiniteError(LstmVizError, ValueError):
    """A model computed values that are not finite, which cannot be drawn."""

    def __init__(self, quantity: str, step: int) -> None:
        super().__init__(
            f"Expected finite numbers, but at word {step + 1} the model's {quantity} is infinite "
            "or NaN. Try another text or model; a model trained at too high a learning rate does "
            "this for every text."
        )
