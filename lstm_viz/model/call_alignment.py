"""Do the calls of the recurrent modules align with the words of a text?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from lstm_viz.errors import WrapError
from lstm_viz.model.forward_call import STEPS_FIRST
from lstm_viz.trace import LayerTrace, Recording
from lstm_viz.trace.call import Call
from lstm_viz.trace.modules import LAYER_CLASSES, Module

_ONE_CALL = (
    "Wrap a module that calls each of its recurrent modules once per text, or once per step; or "
    "name the modules to record with `modules`."
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a module over a whole text.

    Attributes:
        recording: of its recurrent modules.
        scores: its output, (step, score) or (1, score).
        outputs: of the recurrent modules.
        joined: whether calls of one module were joined to one sequence.
    """

    recording: Recording
    scores: Tensor
    outputs: list[Tensor]
    joined: bool


def as_one_sequence(ask: Callable[[Tensor], Any], recording: Recording) -> Callable[[Tensor], Any]:
    """Return a call of the module that joins the calls of each recurrent module to a sequence."""

    def asked(inputs: Tensor) -> Any:  # noqa: ANN401
        with recording.sequence():
            return ask(inputs)

    return asked


def is_read_in_parts(calls: Sequence[Call], steps: int) -> bool:
    """Whether modules were called several times, and the steps of each add up to the text."""
    read: dict[str, int] = {}
    for call in calls:
        if len(call.lengths) != 1:
            return False
        read[call.name] = read.get(call.name, 0) + int(call.lengths[0])
    return len(calls) > len(read) and set(read.values()) == {steps}


def check_order(calls: Sequence[Call], modules: Mapping[str, Module], steps: int) -> None:
    """Refuse a network that takes the words of a text for as many texts.

    A module may read each word alone if another one reads them in order.

    Args:
        calls: of the recurrent modules.
        modules: by name.
        steps: of the text.

    Raises:
        WrapError: every call read as many texts as there are words, of one word each.
    """
    if steps > 1 and calls and all(_reads_words_separately(call, steps) for call in calls):
        name = calls[0].name
        module = modules[name]
        layout = isinstance(module, LAYER_CLASSES) and not module.batch_first
        who = repr(name) if name else "the module"
        raise WrapError(
            f"a text of {steps} words as (text, step)",
            f"{who} {'has batch_first=False and ' * layout}reads {steps} texts of one word",
            STEPS_FIRST,
        )


def aligned_layers(calls: Sequence[Call], steps: int) -> dict[str, list[LayerTrace[Tensor]]]:
    """Return the layers of each module that was called, as arrays (step, unit).

    Args:
        calls: of the recurrent modules.
        steps: of the text.

    Raises:
        WrapError: a module was called twice, or never, or did not read one step per token.
    """
    found: dict[str, list[LayerTrace[Tensor]]] = {}
    if len({call.name for call in calls}) != len(calls) or not calls:
        came = f"the calls were of {[call.name for call in calls]}"
        raise WrapError("one call of each recurrent module for a text", came, _ONE_CALL)
    for call in calls:
        if call.lengths.tolist() == [steps]:
            found[call.name] = [layer.map(lambda array: array[0]) for layer in call.layers]
        elif _reads_words_separately(call, steps):
            found[call.name] = [_rows_as_steps(layer) for layer in call.layers]
        else:
            came = f"{call.name or 'the module'} read {call.lengths.tolist()} steps"
            raise WrapError(f"one step for each of {steps} tokens", came)
    return found


def check_forcible(calls: Sequence[Call], steps: int) -> None:
    """Refuse to force a module whose steps are not the words of the text.

    Raises:
        WrapError: a module reads each word alone.
    """
    for call in calls:
        if _reads_words_separately(call, steps):
            raise WrapError(
                "a module that reads the words in order, to be forced",
                f"{call.name or 'the module'} reads each word as a text of its own",
                "Force none, or name the other modules with `modules`.",
            )


def _rows_as_steps(layer: LayerTrace[Tensor]) -> LayerTrace[Tensor]:
    return replace(
        layer,
        quantities={name: array[:, 0] for name, array in layer.quantities.items()},
        initial={name: state[0] for name, state in layer.initial.items()},
    )


def _reads_words_separately(call: Call, steps: int) -> bool:
    """Whether a call read each word as a separate text."""
    return steps > 1 and call.lengths.tolist() == [1] * steps
