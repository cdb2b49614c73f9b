"""What a reader can choose, and what follows from it."""

from dataclasses import replace
from typing import Any

from lstm_viz.analyses.known_words import is_readable, known_words
from lstm_viz.errors import LstmVizError
from lstm_viz.session import link
from lstm_viz.session.cache import trace
from lstm_viz.session.experiments import let_go
from lstm_viz.session.link_fields import Place
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import reset_player, selection, state
from lstm_viz.text import gallery, shown

DEFAULT_REVIEW = "velvet-siege"


def choose(**changes: Any) -> None:  # noqa: ANN401  (any field of Selection)
    """Look at something else: any field of ``Selection``; a new text forgets the word."""
    if "text" in changes:
        if selection().review is None:
            state().own_text = selection().text
        changes = {"step": None, **changes, "text": shown(str(changes["text"]))}
        let_go()
        reset_player()
    state().selection = replace(selection(), **changes)


def choose_layer(place: Place) -> None:
    """Look into another layer, whose units are others."""
    choose(layer=place, unit=None)
    reset_player()


def choose_model(name: str) -> None:
    """Look at the same word with another model, whose units and words may be others.

    One that does not open is told, and the last one stays. To one that knows too few of the words
    another text is given; see ``legible``.
    """
    let_go()
    before, could = selection(), legible()
    choose(model=name, unit=None, layer=None, reference="")
    try:
        fit = link.fit(selection(), trace())
        if could and not legible():
            _give_another(fit.selection)
            fit = link.fit(selection(), trace())
    except LstmVizError as error:
        state().selection = before
        state().notices = (str(error),)
        return
    reset_player()
    state().selection = fit.selection


def _give_another(unread: Selection) -> None:
    """Look at the text that was typed last or at an example, whichever the model can read first."""
    known, count = known_words(trace())
    told = f"{unread.model} knows {known} of the {count} words of the last text"
    for text, what in ((own_text(), "one that you typed"), (example(unread.model), "an example")):
        if text is not None:
            choose(text=text)
            if legible():
                state().notices = (f"{told}: this is {what}.",)
                return
    state().selection = unread


def own_text() -> str | None:
    """Return the text that was typed last; None if there was none."""
    return selection().text if selection().review is None else state().own_text


def legible() -> bool:
    """Whether the model knows enough of the words for its verdict to be one on the text."""
    return is_readable(trace())


def example(model: str) -> str:
    """Return a text about what a model reads."""
    subject = gallery.subject_of(model)
    fitting = {name: one for name, one in gallery.reviews().items() if one.subject == subject}
    return fitting.get(DEFAULT_REVIEW, next(iter(fitting.values()))).text
