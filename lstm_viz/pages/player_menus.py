"""Which texts, models and layers can be chosen in the player, and what happens then?"""

from contextlib import suppress

from lstm_viz import session
from lstm_viz.components.player import Menus
from lstm_viz.model import available
from lstm_viz.session.link_fields import LinkError
from lstm_viz.session.selection import FIELDS, Selection
from lstm_viz.text import gallery, is_blank, replace_surrogates

OWN = "Your own text"
READS = {"film": "review", "hotel": "hotel review", "news": "news title"}


def examples(chosen: Selection) -> list[str]:
    """Return the names of the examples that fit the chosen model, and of the current text."""
    subject = gallery.subject_of(chosen.model)
    names = [name for name, one in gallery.reviews().items() if one.subject == subject]
    review = chosen.review
    if review and review.name not in names:
        names.insert(0, review.name)  # an example for models of another kind stays
    return names


def title(name: str) -> str:
    """Return the title of an example on screen."""
    review = gallery.reviews().get(name)
    return f"{review.title} · {review.kind}" if review else name


def menus() -> Menus:
    """Return the menus of the player."""
    chosen = session.selection()
    names = [(name, title(name)) for name in examples(chosen)]
    if session.own_text() is not None:
        names.append(("", OWN))
    return Menus(
        models=tuple(available()),
        model=chosen.model,
        examples=tuple(names),
        example=chosen.review.name if chosen.review else "",
        text_kind=READS[gallery.subject_of(chosen.model)],
        max_length=session.LONGEST_TEXT,
        unread_text=replace_surrogates(session.unread_text()),
    )


def answer(asked: tuple[str, str, bool] | None) -> None:
    """Do what was asked for in the player; a request that makes no sense is ignored."""
    if asked is None:
        return
    what, value, live = asked
    if what == "text" and not is_blank(value[: session.LONGEST_TEXT]):
        _open_text(value[: session.LONGEST_TEXT], live=live)
    elif what == "example" and value in gallery.reviews():
        session.choose(text=gallery.reviews()[value].text)
    elif what == "example" and value == "":
        _open_text(session.own_text() or "", live=False)
    elif what == "model" and value in available():
        session.choose_model(value)
    elif what == "layer":
        _choose_layer(value)


def _choose_layer(written: str) -> None:
    with suppress(LinkError):
        place = FIELDS["layer"].parse(written)
        if place in [(one.layer, one.direction) for one in session.trace().layers]:
            session.choose_layer(place)


def _open_text(text: str, *, live: bool) -> None:
    if not text or text == replace_surrogates(session.selection().text):
        return
    session.choose(text=text)
    if live:  # who is typing wants to see the last word
        session.choose(step=len(session.trace()) - 1)
