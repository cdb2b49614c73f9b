"""What is forced? An experiment is part of the selection, and can be undone and redone."""

from collections.abc import Iterable
from dataclasses import replace

from lstm_viz.errors import LstmVizError
from lstm_viz.session.cache import trace
from lstm_viz.session.state import reset_player, selection, state
from lstm_viz.trace import Force

_LONGEST_HISTORY = 100  # experiments that can be undone


def force(forces: Iterable[Force]) -> None:
    """Read the text with these forces; ``undo`` brings back the experiment before.

    If they are impossible for the model or the text, a notice says so and nothing changes.
    """
    before = selection().forces
    _set(tuple(forces))
    try:
        trace()
    except LstmVizError as error:
        _set(before)
        state().notices += (str(error),)
        return
    if selection().forces != before:
        _remember(before)


def undo() -> None:
    """Go back to the experiment before, if there is one."""
    _step(state().before, state().undone)


def redo() -> None:
    """Go forward again to the experiment that was undone, if there is one."""
    _step(state().undone, state().before)


def clear() -> None:
    """Force nothing, for another text or model; ``undo`` brings the experiment back."""
    if selection().forces:
        _remember(selection().forces)
        _set(())


def drop_impossible() -> None:
    """Drop an experiment that is impossible for the model or the text."""
    if not selection().forces:
        return
    try:
        trace()
    except LstmVizError as error:
        _set(())
        state().notices += (f"{error} Nothing is forced now.",)


def _remember(forces: tuple[Force, ...]) -> None:
    state().before = [*state().before, forces][-_LONGEST_HISTORY:]
    state().undone = []


def _step(source: list[tuple[Force, ...]], target: list[tuple[Force, ...]]) -> None:
    if source:
        target.append(selection().forces)
        _set(source.pop())
        drop_impossible()


def _set(forces: tuple[Force, ...]) -> None:
    state().selection = replace(selection(), forces=forces)
    reset_player()
