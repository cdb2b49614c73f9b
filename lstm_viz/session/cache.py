"""The only caches: opened models, and traces of texts."""

import gc
from itertools import count
from weakref import WeakKeyDictionary

import streamlit as st

from lstm_viz import threads
from lstm_viz.model import Classifier, TextTrace, load, registered
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import LastTrace, selection, state
from lstm_viz.trace import Force
from lstm_viz.trace.force import spell_forces

LIMIT = 1_000  # words read of one text on a page; more could not be drawn

_NUMBERED: WeakKeyDictionary[Classifier, int] = WeakKeyDictionary()
_NUMBERS = count()


def classifier(name: str) -> Classifier:
    """Return a model: a registered one as it is, else one opened once for all sessions."""
    return load(name) if name in registered() else _load(name)


@st.cache_resource(show_spinner=False)
def _load(name: str) -> Classifier:
    model = load(name)
    exempt_from_collection()
    return model


def exempt_from_collection() -> None:
    """Exempt all objects that exist now from later garbage collection.

    Streamlit collects garbage after each run. With all that libraries hold, that takes a quarter of
    a second, in which the server answers nobody.
    """
    gc.collect()
    gc.freeze()


@st.cache_resource(max_entries=64, show_spinner=False)
def _trace(
    model: int,
    text: str,
    forces: str,
    _by: Classifier,
    _forces: tuple[Force, ...],
    _after: TextTrace | None,
) -> TextTrace:
    # A resource and not data: traces are frozen, so sessions can share one without copying it.
    # Arguments with an underscore are not part of the key; `_after` only saves time.
    del model, forces  # which stand for `_by` and `_forces` in the key
    threads.limit()  # a run of a fragment has a thread of its own
    return _by.trace(text, _forces or None, after=_after)


def number_of(model: Classifier) -> int:
    """Return a number that no other model has or had, unlike ``id``."""
    return _NUMBERED.setdefault(model, next(_NUMBERS))


def _trace_of(chosen: Selection) -> LastTrace:
    last = state().last
    if (
        last
        and (last.model, *last.key[1:]) == (chosen.model, *_text_and_forces(chosen))
        and not registered()
    ):
        return last  # which is needed many times in a run
    opened = classifier(chosen.model)
    key = (number_of(opened), *_text_and_forces(chosen))
    if last is None or last.key != key:
        # There are at most as many words as characters: a short text is not counted.
        tokens = opened.tokenize(chosen.text).tokens if len(chosen.text) > LIMIT else ()
        text = chosen.text if len(tokens) <= LIMIT else chosen.text[: tokens[LIMIT - 1].end]
        spelled, forces = spell_forces(chosen.forces), chosen.forces
        after = last.trace if last else None
        found = _trace(number_of(opened), text, spelled, opened, forces, after)
        last = LastTrace(key, found, max(0, len(tokens) - LIMIT), chosen.model)
        state().last = last
    return last


def _text_and_forces(chosen: Selection) -> tuple[object, ...]:
    """Return everything that a trace depends on, apart from the model."""
    return chosen.text, chosen.forces


def trace() -> TextTrace:
    """Return the trace of the chosen text, read up to the limit.

    If the text begins like the last one, only the words from the first difference on are read.
    """
    return _trace_of(selection()).trace


def unforced_trace() -> TextTrace:
    """Return the trace of the chosen text with nothing forced."""
    found = trace()
    if not found.forced:
        return found
    opened = classifier(selection().model)
    return _trace(number_of(opened), found.text, "", opened, (), None)


def truncated_count() -> int:
    """Return how many words of the chosen text are beyond the limit."""
    return _trace_of(selection()).truncated


def unread_text() -> str:
    """Return the end of the chosen text that was not read, so that it is not lost."""
    return selection().text[len(trace().text) :]
