"""What can a reader choose, and what follows from it?"""

from dataclasses import replace
from typing import Any

from lstm_viz.analyses.known_words import is_readable, known_words
from lstm_viz.errors import LstmVizError
from lstm_viz.session import link
from lstm_viz.session.cache import trace
from lstm_viz.session.experiments import clear
from lstm_viz.session.link_fields import Place
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import reset_player, selection, state
from lstm_viz.text import gallery, replace_surrogates

DEFAULT_REVIEW = "velvet-siege"


def choose(**changes: Any) -> None:  # noqa: ANN401  (any field of Selection)
    """Change any fields of ``Selection``; a new text resets the word."""
    if "text" in changes:
        if selection().review is None:
            state().own_text = selection().text
        changes = {"step": None, **changes, "text": replace_surrogates(str(changes["text"]))}
        clear()
        reset_player()
    state().selection = replace(selection(), **changes)


def choose_layer(place: Place) -> None:
    """Choose another layer, whose units are different."""
    choose(layer=place, unit=None)
    reset_player()


def choose_model(name: str) -> None:
    """Read the same text with another model, whose units and known words may be different.

    If it does not open, a notice says so and the last model stays. If it knows too few of the
    words, it is given another text; see ``is_legible``.
    """
    clear()
    before, could = selection(), is_legible()
    choose(model=name, unit=None, layer=None, reference="")
    try:
        fit = link.fit(selection(), trace())
        if could and not is_legible():
            _replace_text(fit.selection)
            fit = link.fit(selection(), trace())
    except LstmVizError as error:
        state().selection = before
        state().notices = (str(error),)
        return
    reset_player()
    state().selection = fit.selection


def _replace_text(unread: Selection) -> None:
    """Choose the text that was typed last, or an example, whichever the model can read."""
    known, count = known_words(trace())
    reason = f"{unread.model} knows {known} of the {count} words of the last text"
    for text, what in ((own_text(), "your own text"), (example(unread.model), "an example")):
        if text is not None:
            choose(text=text)
            if is_legible():
                state().notices = (f"{reason}: {what} is shown instead.",)
                return
    state().selection = unread


def own_text() -> str | None:
    """Return the text that was typed last; None if there was none."""
    return selection().text if selection().review is None else state().own_text


def is_legible() -> bool:
    """Whether the model knows enough words for its prediction to be about the text."""
    return is_readable(trace())


def example(model: str) -> str:
    """Return an example of the kind that a model reads."""
    subject = gallery.subject_of(model)
    fitting = {name: one for name, one in gallery.reviews().items() if one.subject == subject}
    return fitting.get(DEFAULT_REVIEW, next(iter(fitting.values()))).text
