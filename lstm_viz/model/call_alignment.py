"""Did the recurrent modules read a text word by word? Their calls say how many steps they read."""

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
    "Wrap a module that calls each of its recurrent modules once for a text, or once for each step "
    "of it; or name with `modules` those to record."
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a module over a whole text.

    Attributes:
        recording: of its recurrent modules.
        scores: the scores that it put out, (step, score) or (1, score).
        outputs: what the recurrent modules put out.
        joined: whether calls of one module were taken for the steps of one sequence.
    """

    recording: Recording
    scores: Tensor
    outputs: list[Tensor]
    joined: bool


def as_one_sequence(ask: Callable[[Tensor], Any], recording: Recording) -> Callable[[Tensor], Any]:
    """Return how to ask so that, of each run, the calls of a module are one sequence."""

    def asked(inputs: Tensor) -> Any:  # noqa: ANN401
        with recording.sequence():
            return ask(inputs)

    return asked


def in_parts(calls: Sequence[Call], steps: int) -> bool:
    """Whether a module was called several times, and what each module read adds up to the text."""
    read: dict[str, int] = {}
    for call in calls:
        if len(call.lengths) != 1:
            return False
        read[call.name] = read.get(call.name, 0) + int(call.lengths[0])
    return len(calls) > len(read) and set(read.values()) == {steps}


def check_order(calls: Sequence[Call], modules: Mapping[str, Module], steps: int) -> None:
    """Refuse what takes the words of a text for as many texts.

    A module may well read each word alone if another one reads them in order.

    Args:
        calls: of the recurrent modules.
        modules: by name.
        steps: of the text.

    Raises:
        WrapError: each call read that many texts of one word.
    """
    if steps > 1 and calls and all(_apart(call, steps) for call in calls):
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
        WrapError: a module was called twice, or not at all, or did not read a step for each token.
    """
    found: dict[str, list[LayerTrace[Tensor]]] = {}
    if len({call.name for call in calls}) != len(calls) or not calls:
        came = f"the calls were of {[call.name for call in calls]}"
        raise WrapError("one call of each recurrent module for a text", came, _ONE_CALL)
    for call in calls:
        if call.lengths.tolist() == [steps]:
            found[call.name] = [layer.map(lambda array: array[0]) for layer in call.layers]
        elif _apart(call, steps):
            found[call.name] = [_rows_as_steps(layer) for layer in call.layers]
        else:
            came = f"{call.name or 'the module'} read {call.lengths.tolist()} steps"
            raise WrapError(f"one step for each of {steps} tokens", came)
    return found


def check_forcible(calls: Sequence[Call], steps: int) -> None:
    """Refuse to force a module whose steps are not those of the text.

    Raises:
        WrapError: a module reads each word alone.
    """
    for call in calls:
        if _apart(call, steps):
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


def _apart(call: Call, steps: int) -> bool:
    """Whether it read each word as a text of its own."""
    return steps > 1 and call.lengths.tolist() == [1] * steps
