"""The only caches: models that were opened, and texts that were read."""

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

LIMIT = 1_000  # words read of one text on a page; more would be neither drawn nor seen

_NUMBERED: WeakKeyDictionary[Classifier, int] = WeakKeyDictionary()
_NUMBERS = count()


def classifier(name: str) -> Classifier:
    """Return a model: one that a program registered as it is, else opened once for all sessions."""
    return load(name) if name in registered() else _load(name)


@st.cache_resource(show_spinner=False)
def _load(name: str) -> Classifier:
    model = load(name)
    collect()
    return model


def collect() -> None:
    """Take what is there by now out of the sight of Streamlit's collection of garbage.

    Streamlit collects after each run. Among all that libraries hold that takes a quarter of a
    second, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()


@st.cache_resource(max_entries=64, show_spinner=False)
def _traced(
    model: int,
    text: str,
    forces: str,
    _by: Classifier,
    _forces: tuple[Force, ...],
    _after: TextTrace | None,
) -> TextTrace:
    # A resource and not data: traces are frozen, so that sessions can share one without a copy.
    # What was read before saves time and changes nothing: the underscore keeps it out of the key.
    del model, forces  # the keys for the classifier itself and the forces
    threads.limit()  # a run of a fragment has a thread of its own
    return _by.trace(text, _forces or None, after=_after)


def number_of(model: Classifier) -> int:
    """Return what tells a model from all others, also from those that are gone, unlike ``id``."""
    return _NUMBERED.setdefault(model, next(_NUMBERS))


def _read(chosen: Selection) -> LastTrace:
    last = state().last
    if last and (last.model, *last.key[1:]) == (chosen.model, *_asked(chosen)) and not registered():
        return last  # asked for many times in a run
    opened = classifier(chosen.model)
    key = (number_of(opened), *_asked(chosen))
    if last is None or last.key != key:
        # As many words as characters at most: what is short need not be cut to be counted.
        tokens = opened.tokenize(chosen.text).tokens if len(chosen.text) > LIMIT else ()
        text = chosen.text if len(tokens) <= LIMIT else chosen.text[: tokens[LIMIT - 1].end]
        spelled, forces = spell_forces(chosen.forces), chosen.forces
        after = last.trace if last else None
        found = _traced(number_of(opened), text, spelled, opened, forces, after)
        last = LastTrace(key, found, max(0, len(tokens) - LIMIT), chosen.model)
        state().last = last
    return last


def _asked(chosen: Selection) -> tuple[object, ...]:
    """Return all that a trace depends on beside the model."""
    return chosen.text, chosen.forces


def trace() -> TextTrace:
    """Return the trace of the chosen text, read up to the limit.

    Of a text that begins like the last one, only the words from the first other one on are read.
    """
    return _read(selection()).trace


def unforced_trace() -> TextTrace:
    """Return the trace of the chosen text as the model reads it by itself."""
    found = trace()
    if not found.forced:
        return found
    opened = classifier(selection().model)
    return _traced(number_of(opened), found.text, "", opened, (), None)


def truncated_count() -> int:
    """Return how many words of the chosen text lie behind the limit."""
    return _read(selection()).truncated


def unread_text() -> str:
    """Return what of the chosen text was not read, so that it is not lost."""
    return selection().text[len(trace().text) :]
