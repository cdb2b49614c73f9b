"""Which models are there? The table of the Models page."""

import streamlit as st

from lstm_viz.errors import LstmVizError
from lstm_viz.model import Summary, available, card, history, summary, unlinkable
from lstm_viz.model.history import Evaluation, History
from lstm_viz.pages.history_tables import text

_UNKNOWN = "not known"


def opened(name: str) -> tuple[History | None, str]:
    """Return the history of a model, and what is wrong with it if it cannot be read."""
    try:
        return history(name), ""
    except LstmVizError as error:
        return None, str(error)


def described(name: str) -> tuple[str, str]:
    """Return the card of a model, and what is wrong with it if it cannot be read."""
    try:
        return card(name) or "", ""
    except LstmVizError as error:
        return "", str(error)


def tested(made: History | None) -> Evaluation | None:
    """Return how good a model was on a test part, if that is known."""
    return next((one for one in made.figures if one.part == "test"), None) if made else None


def finding(name: str, made: History | None) -> str:
    """Return how good the chosen model is, in a sentence."""
    best = tested(made)
    if best is None:
        return f"{name}: how good it is on a test part is not known"
    return f"{name} reads {best.accuracy:.1%} of {best.number:,} texts rightly: {best.texts}"


def show(chosen: str) -> None:
    """Draw a row for each model there is."""
    with st.container(key="models"):
        rows = [_row(name, chosen) for name in available()] + [*map(_row_of_unnamed, unlinkable())]
        st.table(rows, border="horizontal", alt="The models there are")


def _row(name: str, chosen: str) -> dict[str, str]:
    """Return what is known of a model, in words."""
    made, _ = opened(name)
    best = tested(made)
    row = {
        "Model": f"**{text(name)}** (chosen)" if name == chosen else text(name),
        "Right on the test part": f"{best.accuracy:.1%}" if best else _UNKNOWN,
        "What it is for": text(made.about) if made else _UNKNOWN,
    }
    try:
        shape = summary(name)
    except LstmVizError as error:
        return row | {"Network": text(f"It does not open. {error}"), "Words known": _UNKNOWN}
    return row | {
        "Network": _network(shape),
        "Words known": _UNKNOWN if shape.words is None else f"{shape.words:,}",
    }


def _row_of_unnamed(name: str) -> dict[str, str]:
    told = "It cannot be asked for: its name is no text. Give its folder another name."
    known = dict.fromkeys(("Right on the test part", "What it is for"), _UNKNOWN)
    return {"Model": text(name), **known, "Network": told, "Words known": _UNKNOWN}


def _network(shape: Summary) -> str:
    layers = "1 layer" if shape.layers == 1 else f"{shape.layers} layers"
    both = ", in both directions" if shape.directions == 2 else ""
    return f"{shape.cell}, {layers} of {shape.units:,} units{both}"
