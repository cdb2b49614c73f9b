"""What does the Gates page say, and what are its smaller figures?"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from lstm_viz.analyses import units
from lstm_viz.analyses.gates import furthest
from lstm_viz.analyses.units import units_of
from lstm_viz.figures import gates, saturation
from lstm_viz.figures.words import Words
from lstm_viz.notation import Quantity, among, gates_among
from lstm_viz.pages import chart
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.session import Context


def finding(page: Context) -> str:
    """Return the finding of the page: at which word its first gate is open widest."""
    gate_list = gates_among(page.layer.quantities)
    if not gate_list:
        return "A plain RNN has no gates: its hidden state is all there is"
    lead = gate_list[0]
    values = page.layer.quantities[lead.name]
    found = gates.headline(lead, values, _usual_mean(page), page.trace.tokens)
    return f"In this experiment, {found}" if page.trace.forced else found


def how_to_read(page: Context, *, departure: bool) -> str:
    """Return an explanation of the maps."""
    count = units_of(page.layer)
    values = "Values have a sign and are drawn around 0."
    if _lead(page).scale == "gate":
        values = "Gates run from 0 (shut) to 1 (open); signed values are drawn around 0."
        if departure:
            values = "Gates are drawn as their difference from usual, all signed values around 0."
    return (
        f"Columns are words; rows are the {count} units, in the same order in all maps. "
        f"{values} The scales are the same for every text."
    )


def words(page: Context) -> Words:
    """Return the word axis; the words furthest from the usual value are named first."""
    values = page.layer.quantities[_lead(page).name]
    reference = _usual_mean(page) or float(values.mean())
    strongest = furthest(values.mean(1), reference, len(page.words.strongest))
    return replace(page.words, strongest=strongest)


def order(page: Context, name: str) -> np.ndarray:
    """Return the units in the order of that name."""
    return units.unit_order(name, page.layer, page.weight)  # type: ignore[arg-type]


def _lead(page: Context) -> Quantity:
    found = page.layer.quantities
    return (gates_among(found) or among(found))[0]


def _usual_mean(page: Context) -> float | None:
    mean = page.reference_means.get(_lead(page).name)
    return None if mean is None else float(mean.mean())


def means(page: Context, axis: Words) -> None:
    """Draw the mean of each gate, word by word."""
    st.header("Mean over units, word by word", anchor=False)
    dotted = "mean over this text"
    if page.reference_means and page.reference:
        dotted = f"usual value ({page.reference.source})"
    st.markdown(
        f"Line: mean over units; band: 10th to 90th percentile; dotted: {escape_markdown(dotted)}."
    )
    picture = gates.means(page.layer.quantities, page.reference_means, axis, page.colors)
    chart.show(picture, "gate_means", clicks=chart.over_words(page))


def saturation_of(page: Context, gate_list: Sequence[Quantity]) -> None:
    """Draw how often each unit's gates are all but shut, and how often wide open."""
    st.header(saturation.headline(page.layer.quantities), anchor=False)
    size = "" if page.weight is None else "; its size is its weight in the prediction"
    st.markdown(
        f"One dot per unit{size}. Right: shut at most words. Top: open at most words. "
        "Lower left: in between. Click a dot to choose the unit."
    )
    dots = partial(saturation.parse_click, units=units_of(page.layer))
    for column, gate in zip(st.columns(len(gate_list)), gate_list, strict=True):
        values = page.layer.quantities[gate.name]
        unit = page.selection.unit
        picture = saturation.scatter(gate, values, page.weight, unit, page.colors)
        chart.show(picture, f"saturation_{gate.name}", clicks=dots, where=column)


def sources(page: Context) -> None:
    """Draw how much of a gate's variance comes from units, words, and both."""
    st.header("What openness depends on", anchor=False)
    picture = saturation.sources(page.layer.quantities, page.colors)
    chart.show(picture, "gate_sources")
