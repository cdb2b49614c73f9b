"""The only cache and the only session state; keeps the selection and the link in step."""

import gc
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lstm_viz import export, link, palette, threads
from lstm_viz.analyses.reading import known_words, readable, reading
from lstm_viz.components.player import Chosen, Opening, identity, payload, said
from lstm_viz.errors import LstmVizError, UnknownModelError
from lstm_viz.link import Selection
from lstm_viz.model import Classifier, TextTrace, available, load, offered
from lstm_viz.text import gallery, shown
from lstm_viz.text.file_names import file_name
from lstm_viz.trace import LayerTrace

LIMIT = 1_000  # words read of one text on a page; more would be neither drawn nor seen
DEFAULT_MODEL = "imdb-lstm"
DEFAULT_REVIEW = "velvet-siege"

_SELECTION, _LINK, _NOTICES = "selection", "written_link", "notices"
_OPENED, _SHOWN, _VISITS = "opened", "shown", "visits"
_LEFT, _LAST, _FIRST = "left", "last_read", "first_link"
_OWN, _RUNS = "own_text", "player_runs"

_NUMBERED: WeakKeyDictionary[Classifier, int] = WeakKeyDictionary()
_NUMBERS = count()


def classifier(name: str) -> Classifier:
    """Return a model: one that a program offers as it is, else opened once for all sessions."""
    return load(name) if name in offered() else _opened(name)


def prepare() -> None:
    """Open the usual model and have it read once, so that nobody has to wait for what is begun."""
    review = gallery.reviews()[DEFAULT_REVIEW]
    found = _opened(DEFAULT_MODEL).trace(review.text)
    payload(found, found.top, reading(found), Opening(0))
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def _opened(name: str) -> Classifier:
    model = load(name)
    # Streamlit collects garbage after each run. Among all that libraries hold that takes a quarter
    # of a second, in which nobody is answered; what is there by now stays as long as the program.
    gc.collect()
    gc.freeze()
    return model


@st.cache_resource(max_entries=64, show_spinner=False)
def _trace(model: int, text: str, _by: Classifier, _after: TextTrace | None) -> TextTrace:
    # A resource and not data: traces are frozen, so that sessions can share one without a copy.
    # What was read before saves time and changes nothing: the underscore keeps it out of the key.
    del model  # the key for the classifier itself
    threads.limit()  # a run of a fragment has a thread of its own
    return _by.trace(text, after=_after)


def _number(model: Classifier) -> int:
    """Return what tells a model from all others, also from those that are gone, unlike ``id``."""
    return _NUMBERED.setdefault(model, next(_NUMBERS))


def selection() -> Selection:
    """Return what is looked at."""
    chosen: Selection = st.session_state[_SELECTION]
    return chosen


def choose(**changes: object) -> None:
    """Look at something else: any field of ``Selection``; a new text forgets the word."""
    if "text" in changes:
        if selection().review is None:
            st.session_state[_OWN] = selection().text
        changes = {"step": None, **changes, "text": shown(str(changes["text"]))}
        _leave()
    st.session_state[_SELECTION] = replace(selection(), **changes)  # type: ignore[arg-type]


def _leave() -> None:
    """Open the text anew: what was chosen in the player before is over."""
    for name in (_OPENED, _SHOWN):
        st.session_state.pop(name, None)


def _give_another(unread: Selection) -> None:
    """Look at the text that was typed last or at an example, whichever the model can read first."""
    known, count = known_words(trace())
    told = f"{unread.model} knows {known} of the {count} words of the last text"
    for text, what in ((own(), "one that you typed"), (_example(unread.model), "an example")):
        if text is not None:
            choose(text=text)
            if legible():
                st.session_state[_NOTICES] = (f"{told}: this is {what}.",)
                return
    st.session_state[_SELECTION] = unread


def own() -> str | None:
    """Return the text that was typed last; None if there was none."""
    chosen = selection()
    kept: str | None = st.session_state.get(_OWN)
    return chosen.text if chosen.review is None else kept


def legible() -> bool:
    """Whether the model knows enough of the words for its verdict to be one on the text."""
    return readable(trace())


def choose_layer(place: tuple[int, str]) -> None:
    """Look into another layer, whose units are others."""
    choose(layer=place, unit=None)
    _leave()


def choose_model(name: str) -> None:
    """Look at the same word with another model, whose units and words may be others.

    One that does not open is told, and the last one stays. To one that knows too few of the words
    another text is given; see ``legible``.
    """
    before, could = selection(), legible()
    choose(model=name, unit=None, layer=None)
    try:
        fit = _fitted(selection())
        if could and not legible():
            _give_another(fit.selection)
            fit = _fitted(selection())
    except LstmVizError as error:
        st.session_state[_SELECTION] = before
        st.session_state[_NOTICES] = (str(error),)
        return
    _leave()
    st.session_state[_SELECTION] = fit.selection


def begin() -> None:
    """Take the selection from the link, if it is not the one that was written there last."""
    params = dict(st.query_params)
    known = _SELECTION in st.session_state
    if known and (not params or params == st.session_state.get(_LINK)):
        return  # Streamlit empties the link when the page is changed
    if known and not _travelled() and _acted():
        return  # a click that was on its way while the link was written still carries the old one
    models = available()
    default = next(iter(offered()), DEFAULT_MODEL)
    if default not in models:
        raise UnknownModelError(default, models)
    asked = params.get("model")
    text = _example(asked if asked in models else default)
    found = link.opened(params, models, Selection(default, text))
    # Both at once: the run may be overtaken before it writes a link, and its own be come back to.
    st.session_state[_LINK], st.session_state[_SELECTION] = params, found.selection
    st.session_state[_NOTICES] = found.notices
    st.session_state.pop("typed", None)
    _leave()
    fit = _opening()
    st.session_state[_SELECTION] = fit.selection
    st.session_state[_NOTICES] += fit.notices


def _opening() -> link.Opened:
    """Fit the selection to what its model reads; of folders, the first one that can be read with.

    One damaged folder must not keep anybody from the others, also if the usual model is in it.
    """
    wanted = selection()
    try:
        return _fitted(wanted)
    except LstmVizError as error:
        refused = error
    others = [name for name in (DEFAULT_MODEL, *available()) if name != wanted.model]
    for name in others if wanted.model not in offered() else ():
        st.session_state[_SELECTION] = replace(wanted, model=name, unit=None, layer=None)
        with suppress(LstmVizError):
            fit = _fitted(selection())
            told = (f"{wanted.model}: {refused} This is {name}.", *fit.notices)
            return replace(fit, notices=told)
    st.session_state[_SELECTION] = wanted
    raise refused


def _example(model: str) -> str:
    """Return a text about what the model reads."""
    subject = gallery.subject_of(model)
    fitting = {name: one for name, one in gallery.reviews().items() if one.subject == subject}
    return fitting.get(DEFAULT_REVIEW, next(iter(fitting.values()))).text


def finish() -> bool:
    """Write the selection into the link; return whether it fits there."""
    params, fits = link.parameters(selection())
    if _FIRST not in st.session_state:
        st.session_state[_FIRST] = urlencode(params)  # written in the browser: see first_link
    elif params != dict(st.query_params):
        st.query_params.from_dict(params)
    st.session_state[_LINK] = params
    st.session_state[_LEFT] = _widgets(at_rest=True)
    return fits


def first_link() -> str:
    """Return the query of the view that the session began with.

    Streamlit would put it into the browser's history behind the link that was followed here.
    """
    query: str = st.session_state[_FIRST]
    return query


def _travelled() -> bool:
    """Whether this run is for a press of Back or Forward."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _acted() -> bool:
    """Whether the reader did something since the last run, other than going to another link."""
    return _widgets() != st.session_state.get(_LEFT)


def _widgets(*, at_rest: bool = False) -> dict[str, str]:
    """Return what each widget says; at rest, without what is said in one run and is then over."""
    own = (
        *(_SELECTION, _LINK, _NOTICES, _OPENED, _SHOWN, _VISITS),
        *(_LEFT, _LAST, _FIRST, _OWN, _RUNS),
    )
    said = {str(key): value for key, value in st.session_state.items() if key not in own}
    return {key: repr(_said(value, at_rest=at_rest)) for key, value in said.items()}


def _said(value: object, *, at_rest: bool) -> object:
    if value is True:  # a button; no page has a box to be ticked
        return not at_rest
    if not isinstance(value, Mapping):
        return value
    over = {"asked"} if at_rest else set()  # of the player
    return {name: one for name, one in value.items() if one is not None and name not in over}


def notices() -> tuple[str, ...]:
    """Return what of the link could not be kept; each is told once."""
    told: tuple[str, ...] = st.session_state.pop(_NOTICES, ())
    return told


@dataclass(frozen=True, slots=True)
class _Last:
    """What was read last, by which model, of which text; how many words lay behind the limit."""

    of: tuple[int, str]
    trace: TextTrace
    beyond: int
    model: str


def _read() -> _Last:
    chosen = selection()
    last: _Last | None = st.session_state.get(_LAST)
    if last and (last.model, last.of[1]) == (chosen.model, chosen.text) and not offered():
        return last  # asked for many times in a run
    opened = classifier(chosen.model)
    of = (_number(opened), chosen.text)
    if last is None or last.of != of:
        # As many words as characters at most: what is short need not be cut to be counted.
        tokens = opened.reader.read(chosen.text)[0] if len(chosen.text) > LIMIT else ()
        text = chosen.text if len(tokens) <= LIMIT else chosen.text[: tokens[LIMIT - 1].end]
        found = _trace(of[0], text, opened, last.trace if last else None)
        last = _Last(of, found, max(0, len(tokens) - LIMIT), chosen.model)
        st.session_state[_LAST] = last
    return last


def trace() -> TextTrace:
    """Return the trace of the chosen text, read up to the limit.

    Of a text that begins like the last one, only the words from the first other one on are read.
    """
    return _read().trace


def _fitted(wanted: Selection) -> link.Opened:
    return link.fitted(wanted, trace())


def beyond() -> int:
    """Return how many words of the chosen text lie behind the limit."""
    return _read().beyond


def rest() -> str:
    """Return what of the chosen text was not read, so that it is not lost."""
    return selection().text[len(trace().text) :]


def layer() -> LayerTrace[np.ndarray]:
    """Return the layer of the trace that is looked into."""
    return link.layer_of(trace(), selection().layer)


def keep(chosen: Chosen | None) -> None:
    """Take over what was chosen in the player, if it concerns what is on the page now."""
    if chosen is None or chosen.opening != st.session_state.get(_SHOWN):
        return
    units = link.units_of(layer())
    if chosen.step >= len(trace()) or (chosen.unit is not None and chosen.unit >= units):
        return
    view = {"order": chosen.order, "map": chosen.map}
    known = {name: value if value in link.VIEW[name] else "" for name, value in view.items()}
    choose(step=chosen.step, unit=chosen.unit, **known)


def opening(key: str) -> Opening:
    """Return how the chosen text was opened in the component of that key.

    It stays the same while the reader walks through the text, so that walking sends nothing back.
    """
    if key not in st.session_state or _OPENED not in st.session_state:
        visit = st.session_state.get(_VISITS, 0) + 1
        st.session_state[_VISITS] = visit
        st.session_state[_OPENED] = _here(visit)
    opened: Opening = st.session_state[_OPENED]
    st.session_state[_SHOWN] = identity(trace(), layer(), opened)
    return opened


def player_runs(key: str) -> bool:
    """Whether the code of the player of that key is in the browser: it has said something."""
    st.session_state[_RUNS] = st.session_state.get(_RUNS, False) or said(key)
    return bool(st.session_state[_RUNS])


def _here(visit: int = 0) -> Opening:
    now = selection()
    return Opening(now.step or 0, now.unit, now.order, now.map, visit)


def choose_clicked_unit(key: str) -> None:
    """Look at the unit whose dot was clicked in the chart of that key."""
    points = st.session_state[key].selection.points
    if points:
        choose(unit=int(points[0]["customdata"]))


@dataclass(frozen=True, slots=True)
class Home:
    """What is taken home; made when a button is pressed, outside of a run, where is no session."""

    _trace: TextTrace
    _layer: LayerTrace[np.ndarray]
    _beyond: int
    _place: Opening

    @property
    def name(self) -> str:
        """What the files are called, without an ending."""
        words = [token.text for token in self._trace.tokens]
        return file_name(self._trace.text, words, self._place.step)

    def table(self) -> str:
        """Return the numbers of every word as CSV."""
        return export.table(self._trace)

    def page(self) -> str:
        """Return what is looked at in the player as a page that opens without a network."""
        found = reading(self._trace)
        return export.page(payload(self._trace, self._layer, found, self._place, self._beyond))

    def file(self, suffix: str) -> bytes:
        """Return the trace as a file of one of the kinds that ``TextTrace.save`` writes."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"trace{suffix}"
            self._trace.save(path)
            return path.read_bytes()


def home() -> Home:
    """Return what can be taken home of what is on the page now."""
    return Home(trace(), layer(), beyond(), _here())


def usual() -> Mapping[str, np.ndarray]:
    """Return the mean of each gate and unit on held-out sentences, if the model knows it."""
    return classifier(selection().model).usual


def colors() -> palette.Palette:
    """Return the palette of the theme in the reader's browser."""
    return palette.of(st.context.theme.type)
