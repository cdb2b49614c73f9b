"""The parts of the Gates page: what it says, and its smaller pictures."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from lstm_viz.analyses import units
from lstm_viz.analyses.gates import furthest
from lstm_viz.figures import gates, saturation
from lstm_viz.figures.words import Words
from lstm_viz.notation import Quantity, among, gates_among
from lstm_viz.pages import chart
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.session import Context
from lstm_viz.session.link_fields import units_of


def finding(page: Context) -> str:
    """Return what the page found: what its first gate does at which word."""
    gate_list = gates_among(page.layer.quantities)
    if not gate_list:
        return "A plain RNN has no gates: its hidden state is all there is"
    lead = gate_list[0]
    values = page.layer.quantities[lead.name]
    found = gates.headline(lead, values, _usual(page), page.trace.tokens)
    return f"As it is forced, {found}" if page.trace.forced else found


def how_to_read(page: Context, *, departure: bool) -> str:
    """Return how the maps are read."""
    count = units_of(page.layer)
    openness = "What"
    if _lead(page).scale == "gate":
        openness = "Gates run from 0, shut, to 1, open; what"
        if departure:
            openness = "Gates are drawn as what they are above or below usual; what else"
    return (
        f"Columns are words, rows are the {count} units in the same order in all maps. "
        f"{openness} has a sign is drawn around 0. The scales are the same for every text."
    )


def words(page: Context) -> Words:
    """Return the word axis, on which the words are named that are furthest from the usual."""
    values = page.layer.quantities[_lead(page).name]
    usual = _usual(page) or float(values.mean())
    strongest = furthest(values.mean(1), usual, len(page.words.strongest))
    return replace(page.words, strongest=strongest)


def order(page: Context, name: str) -> np.ndarray:
    """Return the units in the order of that name."""
    return units.ordered(name, page.layer, page.weight)  # type: ignore[arg-type]


def _lead(page: Context) -> Quantity:
    found = page.layer.quantities
    return (gates_among(found) or among(found))[0]


def _usual(page: Context) -> float | None:
    mean = page.reference_means.get(_lead(page).name)
    return None if mean is None else float(mean.mean())


def means(page: Context, axis: Words) -> None:
    """Draw the mean of each gate, word by word."""
    st.header("Mean over units, word by word", anchor=False)
    dotted = "the mean over this text"
    if page.reference_means and page.reference:
        dotted = f"what is usual ({page.reference.source})"
    st.markdown(
        f"Line: mean over units; band: 10th to 90th percentile; dotted: {escape_markdown(dotted)}."
    )
    picture = gates.means(page.layer.quantities, page.reference_means, axis, page.colors)
    chart.show(picture, "gate_means", clicks=chart.over_words(page))


def saturation_of(page: Context, gate_list: Sequence[Quantity]) -> None:
    """Draw how often each unit's gates are all but shut or wide open."""
    st.header(saturation.headline(page.layer.quantities), anchor=False)
    st.markdown(
        f"One dot a unit{'' if page.weight is None else ', as large as its weight in the verdict'}."
        " Right: shut at most words; top: open at most words; lower left: works in between. "
        "A click on a dot chooses the unit."
    )
    dots = partial(saturation.clicked, units=units_of(page.layer))
    for column, gate in zip(st.columns(len(gate_list)), gate_list, strict=True):
        values = page.layer.quantities[gate.name]
        unit = page.selection.unit
        picture = saturation.scatter(gate, values, page.weight, unit, page.colors)
        chart.show(picture, f"saturation_{gate.name}", clicks=dots, where=column)


def sources(page: Context) -> None:
    """Draw how much of a gate's variance comes from units, words, and both."""
    st.header("Where openness comes from", anchor=False)
    picture = saturation.sources(page.layer.quantities, page.colors)
    chart.show(picture, "gate_sources")
