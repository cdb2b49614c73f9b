"""One review on screen: every word tinted, the verdict after each, the gates under it.

The browser gets the whole course of the reading once; going from word to word sends nothing but
the word that was chosen.
"""

import re
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from jaxtyping import Float

from lstm_viz import palette
from lstm_viz.analyses.cell import Term
from lstm_viz.analyses.classes import Band, bands
from lstm_viz.analyses.reading import PerStep, Reading, strongest_units, vote
from lstm_viz.figures import theme
from lstm_viz.model import TextTrace
from lstm_viz.notation import gates_among, kind_of
from lstm_viz.text import shown

_HERE = Path(__file__).parent
_CHIPS = 3  # units named at each word, for having changed their vote most
_DIGITS = 6


def _script() -> str:
    """Return the modules as one: Streamlit takes a component's script as a single text."""
    parts = [
        (_HERE / name).read_text(encoding="utf-8")
        for name in ("numbers.js", "drawing.js", "player.js")
    ]
    inner = re.sub(r"^import .*?;\n", "", "\n".join(parts), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^export (?!default)", "", inner, flags=re.MULTILINE)


_PLAYER = st.components.v2.component(
    "lstm_viz_player",
    html=(_HERE / "player.html").read_text(encoding="utf-8"),
    css=(_HERE / "player.css").read_text(encoding="utf-8"),
    js=_script(),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a text was opened.

    Attributes:
        step: where the reader stood.
        visit: counts the openings of a session: what was chosen in an earlier one is over.
    """

    step: int
    visit: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen in the browser.

    Attributes:
        step: the current word.
        unit: the unit that is looked at; None for all together.
    """

    step: int
    unit: int | None


def payload(
    trace: TextTrace,
    course: Reading,
    unit: int | None,
    opening: Opening,
    beyond: int,
    usual: dict[str, float],
) -> dict[str, Any]:
    """Return what the browser needs to draw a reading, as JSON values.

    Args:
        trace: of the text.
        course: of the same trace.
        unit: the one that is looked at; None for all together.
        opening: where the reader stands when the text is new.
        beyond: words behind the stated limit, which were not read.
        usual: mean of each gate on held-out sentences; empty where that is not known.
    """
    texts = []
    end = 0
    for token in trace.tokens:
        texts.append([shown(trace.text[end : token.start]), shown(token.text), token.known])
        end = token.end
    opposite = 1 - course.label if len(trace.labels) == 2 else None
    return {
        "id": _identity(trace, opening),
        "words": texts,
        "tail": shown(trace.text[end:]),
        "about": _about(trace),
        "label": trace.labels[course.label],
        "opposite": "other" if opposite is None else trace.labels[opposite],
        "before": round(course.before, _DIGITS),
        "course": {
            "probability": _rounded(course.probability),
            "moved": _rounded(course.moved),
        },
        "bands": [_band(band) for band in bands(trace)] if opposite is None else [],
        "kind": kind_of(trace.top.quantities),
        "terms": [_term(term, unit) for term in course.terms],
        "gates": [gate.name for gate in gates_among(trace.top.quantities)],
        "turningPoint": course.turning_point,
        "movers": [_chips(trace, at, course.label) for at in range(len(trace))],
        "unit": None if unit is None else _unit(trace, course, unit),
        "units": trace.top.hidden_state.shape[1],
        "step": opening.step,
        "beyond": beyond,
        "usual": {name: round(value, _DIGITS) for name, value in usual.items()},
        "tint": {"least": theme.LEAST_TINT, "full": theme.FULL_TINT},
        "palettes": {"light": asdict(palette.LIGHT), "dark": asdict(palette.DARK)},
    }


def player(data: dict[str, Any], key: str) -> Choice | None:
    """Put a reading on the page.

    Args:
        data: from ``payload``.
        key: of the element; its browser state lives as long as the key.

    Returns:
        What was chosen there; None before anything was.
    """
    outcome = _PLAYER(key=key, data=data, on_chosen_change=lambda: None, default={"chosen": None})
    chosen = outcome.chosen
    if not isinstance(chosen, dict) or chosen.get("id") != data["id"]:
        return None  # of another text, or nothing yet
    step = _index(chosen.get("step"), len(data["words"]))
    return None if step is None else Choice(step, _index(chosen.get("unit"), data["units"]))


def _index(value: object, count: int) -> int | None:
    # What comes from a browser is checked like any other input.
    return value if type(value) is int and 0 <= value < count else None


def _identity(trace: TextTrace, opening: Opening) -> str:
    """Return what tells the browser that another text, or another place in it, was opened."""
    raw = f"{trace.model}\0{trace.text}\0{opening.visit}".encode("utf-8", "replace")
    return blake2b(raw, digest_size=8).hexdigest()


def _about(trace: TextTrace) -> str:
    """Say which of several layers is shown, and what a prediction half-way means."""
    if len(trace.layers) == 1:
        return ""
    layers = max(layer.layer for layer in trace.layers) + 1
    which = f"Shown is layer {trace.top.layer + 1} of {layers}, in the direction of the text."
    if all(layer.direction == "forward" for layer in trace.layers):
        return which
    return (
        f"{which} This model reads in two directions: each prediction is for the text up to that "
        "word, read for itself; gates and states are those in the whole text."
    )


def _band(band: Band) -> dict[str, Any]:
    return {"label": band.label, "values": _rounded(band.probability), "rest": band.rest}


def _chips(trace: TextTrace, step: int, label: int) -> list[list[float | int]]:
    return [[unit, change] for unit, change in strongest_units(trace, step, label, _CHIPS)]


def _term(term: Term, unit: int | None) -> dict[str, Any]:
    about = "" if unit is not None else "mean size" if term.signed else "mean"
    return {
        "name": term.name,
        "label": term.label,
        "color": term.color,
        "about": about,
        "values": _rounded(term.mean if unit is None else term.values[:, unit]),
    }


def _unit(trace: TextTrace, course: Reading, unit: int) -> dict[str, Any]:
    said = vote(trace, unit, course.label)
    about = {} if said is None else {"weight": said.weight, "vote": _rounded(said.vote)}
    return {"unit": unit, **about}


def _rounded(values: PerStep | Float[np.ndarray, " step"]) -> list[float]:
    digits: list[float] = np.round(values.astype(np.float64), _DIGITS).tolist()
    return digits
