"""Which models are there? The table of the Models page."""

import streamlit as st

from lstm_viz.errors import LstmVizError
from lstm_viz.model import Summary, available, card, history, summary, unlinkable
from lstm_viz.model.history import Evaluation, History
from lstm_viz.pages.history_tables import text

_UNKNOWN = "not known"


def history_or_error(name: str) -> tuple[History | None, str]:
    """Return the history of a model, and why it cannot be read if it cannot."""
    try:
        return history(name), ""
    except LstmVizError as error:
        return None, str(error)


def card_or_error(name: str) -> tuple[str, str]:
    """Return the card of a model, and why it cannot be read if it cannot."""
    try:
        return card(name) or "", ""
    except LstmVizError as error:
        return "", str(error)


def test_result(made: History | None) -> Evaluation | None:
    """Return how good a model is on a test set, if that is known."""
    return next((one for one in made.figures if one.part == "test"), None) if made else None


def finding(name: str, made: History | None) -> str:
    """Return in a sentence how good the chosen model is."""
    best = test_result(made)
    if best is None:
        return f"{name}: no test result"
    texts = f"{best.texts.removesuffix(', test part')} test texts"
    return f"{name} gets {best.accuracy:.1%} of {best.number:,} {texts} right"


def show(chosen: str) -> None:
    """Draw a row for each model there is."""
    with st.container(key="models"):
        rows = [_row(name, chosen) for name in available()] + [
            *map(_row_of_unlinkable, unlinkable())
        ]
        st.table(
            rows,
            border="horizontal",
            alt="Every model, with its test accuracy, purpose, network and vocabulary",
        )


def _row(name: str, chosen: str) -> dict[str, str]:
    """Return what is known of a model, in words."""
    made, _ = history_or_error(name)
    best = test_result(made)
    row = {
        "Model": f"**{text(name)}** (chosen)" if name == chosen else text(name),
        "Test accuracy": f"{best.accuracy:.1%}" if best else _UNKNOWN,
        "What it is for": text(made.about) if made else _UNKNOWN,
    }
    try:
        shape = summary(name)
    except LstmVizError as error:
        return row | {"Network": text(f"It does not open. {error}"), "Vocabulary": _UNKNOWN}
    return row | {
        "Network": _network(shape),
        "Vocabulary": _UNKNOWN if shape.words is None else f"{shape.words:,}",
    }


def _row_of_unlinkable(name: str) -> dict[str, str]:
    reason = "It cannot be opened: its name is not text. Rename its folder."
    known = dict.fromkeys(("Test accuracy", "What it is for"), _UNKNOWN)
    return {"Model": text(name), **known, "Network": reason, "Vocabulary": _UNKNOWN}


def _network(shape: Summary) -> str:
    layers = "1 layer" if shape.layers == 1 else f"{shape.layers} layers"
    both = ", in both directions" if shape.directions == 2 else ""
    return f"{shape.cell}, {layers} of {shape.units:,} units{both}"
