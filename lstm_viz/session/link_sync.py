"""Keeps the selection and the link in the browser in step."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lstm_viz.errors import LstmVizError, UnknownModelError
from lstm_viz.model import available, registered
from lstm_viz.session import link
from lstm_viz.session.cache import trace
from lstm_viz.session.choices import example
from lstm_viz.session.experiments import drop_impossible
from lstm_viz.session.own_reference import drop_unknown_reference
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import reset_player, selection, state

DEFAULT_MODEL = "imdb-lstm"


def open_link() -> None:
    """Take the selection from the link, if it is another one than was written there last."""
    now = state()
    ours = _ours()
    if st.query_params:  # Streamlit empties the link when the page is changed
        now.others = {name: st.query_params.get_all(name) for name in _other_names()}
    if now.selection and (not ours or ours in now.links):
        return
    if now.selection and now.acted and not _travelled():
        return  # a click that was on its way while the link was written still carries the old one
    models = available()
    default = next(iter(registered()), DEFAULT_MODEL)
    if default not in models:
        raise UnknownModelError(default, models)
    asked = ours.get("model")
    text = example(asked if asked in models else default)
    found = link.parse(ours, models, Selection(default, text))
    # Both at once: the run may be overtaken before it writes a link, and its own be come back to.
    now.links, now.selection = [ours], found.selection
    now.notices = found.notices
    st.session_state.pop("typed", None)
    reset_player()
    drop_impossible()
    fit = _fit_or_another()
    now.selection = fit.selection
    now.notices += fit.notices
    drop_unknown_reference()


def _ours() -> dict[str, str]:
    return {name: value for name, value in st.query_params.items() if name in link.NAMES}


def _other_names() -> list[str]:
    return [name for name in st.query_params if name not in link.NAMES]


def _travelled() -> bool:
    """Whether this run is for a press of Back or Forward."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _fit_or_another() -> link.ParsedLink:
    """Fit the selection to what its model reads; of folders, the first one that can be read with.

    One damaged folder must not keep anybody from the others, also if the usual model is in it.
    """
    wanted = selection()
    try:
        return link.fit(wanted, trace())
    except LstmVizError as error:
        refused = error
    others = [name for name in (DEFAULT_MODEL, *available()) if name != wanted.model]
    for name in others if wanted.model not in registered() else ():
        state().selection = replace(wanted, model=name, unit=None, layer=None, reference="")
        with suppress(LstmVizError):
            fit = link.fit(selection(), trace())
            told = (f"{wanted.model}: {refused} This is {name}.", *fit.notices)
            return replace(fit, notices=told)
    state().selection = wanted
    raise refused


def write_link(page: str) -> bool:
    """Write the selection into the link of a page; return whether it fits there."""
    now = state()
    ours, fits = link.write(selection(), page)
    if now.first_link is None:
        now.first_link = urlencode({**now.others, **ours}, doseq=True)  # see ``first_link``
        now.links.append(ours)
    else:
        if ours != _ours():
            _put(ours, now.others)
        now.links = [ours]
    now.acted = False
    return fits


def _put(ours: Mapping[str, str], others: Mapping[str, list[str]]) -> None:
    """Put our part of the link in the place of the last one; the others stay as they are."""
    try:
        st.query_params.from_dict({**others, **ours})  # one change, one message to the browser
    except StreamlitAPIException:  # some of the others are bound to widgets, which write them
        for name in set(_ours()) - set(ours):
            del st.query_params[name]
        st.query_params.update(ours)


def first_link() -> str:
    """Return the query of the view that the session began with.

    Streamlit would put it into the browser's history behind the link that was followed here.
    """
    return state().first_link or ""
