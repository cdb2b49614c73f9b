"""Keeps the selection and the link in the browser in agreement."""

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
    """Take the selection from the link, unless the link is the one that was written last."""
    now = state()
    ours = _ours()
    if st.query_params:  # Streamlit empties the link when the page is changed
        now.others = {name: st.query_params.get_all(name) for name in _other_names()}
    if now.selection and (not ours or ours in now.links):
        return
    if now.selection and now.acted and not _is_history_navigation():
        return  # a click that was on its way while the link was written still carries the old one
    models = available()
    default = next(iter(registered()), DEFAULT_MODEL)
    if default not in models:
        raise UnknownModelError(default, models)
    model = ours.get("model")
    text = example(model if model in models else default)
    found = link.parse(ours, models, Selection(default, text))
    # Both at once: another run may begin before this one writes a link.
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


def _is_history_navigation() -> bool:
    """Whether the reader pressed Back or Forward in the browser."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _fit_or_another() -> link.ParsedLink:
    """Fit the selection to its model, or to the first other model that opens.

    One damaged folder must not block the others, even if the default model is in it.
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
            notice = f"{wanted.model}: {refused} {name} is used instead."
            return replace(fit, notices=(notice, *fit.notices))
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
    """Replace our part of the link; all other parameters stay as they are."""
    try:
        st.query_params.from_dict({**others, **ours})  # one change, one message to the browser
    except StreamlitAPIException:  # some of the others are bound to widgets, which write them
        for name in set(_ours()) - set(ours):
            del st.query_params[name]
        st.query_params.update(ours)


def first_link() -> str:
    """Return the query of the view that the session began with.

    Streamlit itself would add a second entry to the browser's history for it.
    """
    return state().first_link or ""
