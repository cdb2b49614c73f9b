"""What can be chosen on the Gates page? The layer, how gates are drawn, the order, the maps."""

from dataclasses import dataclass

import streamlit as st

from lstm_viz.notation import BY_NAME, among, gates_among
from lstm_viz.pages import controls, reference_panel
from lstm_viz.session import Context

ORDERS = {
    "similarity": "Similarity",
    "weight": "Weight",
    "index": "Index",
}
DRAWN = {"openness": "Openness", "departure": "Departure from usual"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen on the page.

    Attributes:
        order: of the units.
        maps: the quantities that are drawn.
        departure: whether gates are drawn as their difference from the usual value.
    """

    order: str
    maps: tuple[str, ...]
    departure: bool


def choose(page: Context) -> Choices:
    """Draw the controls."""
    quantities, gate_list = among(page.layer.quantities), gates_among(page.layer.quantities)
    drawn = "openness"
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        controls.layer()
        if page.reference_means:
            drawn = controls.one_of("drawn", "Gates drawn as", DRAWN)
        orders = {name: label for name, label in ORDERS.items() if _has(page, name)}
        order = controls.one_of("order", "Order of the units", orders)
        names = {quantity.name: BY_NAME[quantity.name].label for quantity in quantities}
        fallback = tuple(quantity.name for quantity in gate_list or quantities)
        maps = controls.some_of("maps", "Maps", names, fallback)
        reference_panel.show(page)
    reference_panel.show_job(page)
    return Choices(order, maps, drawn == "departure")


def _has(page: Context, order: str) -> bool:
    return order != "weight" or page.weight is not None
