"""Gates: how open is each gate, for each unit, at each word?"""

from functools import partial

import streamlit as st

from lstm_viz import session
from lstm_viz.analyses import units
from lstm_viz.analyses.gates import furthest
from lstm_viz.analyses.reading import reading, unit_weight
from lstm_viz.figures import gates, maps, saturation
from lstm_viz.figures.word_figure import Words
from lstm_viz.link import units_of
from lstm_viz.notation import BY_NAME, among, gates_among
from lstm_viz.pages.literal import literal

CONFIG = {"displayModeBar": False, "scrollZoom": False}
ORDERS: dict[units.Order, str] = {
    "similarity": "Similarity",
    "weight": "Weight in the verdict",
    "index": "Index",
}

trace = session.trace()
colors = session.colors()
usual = session.usual()
course = reading(trace)
layer = trace.top
weight = unit_weight(trace, course.label)
quantities, gate_list = among(layer.quantities), gates_among(layer.quantities)
unit = session.selection().unit
orders = [order for order in ORDERS if order != "weight" or weight is not None]

if session.beyond():
    st.info(
        f"These are the first {session.LIMIT:,} words; {session.beyond():,} more were not read."
    )
st.caption("How open is each gate, for each unit, at each word?")
lead = (gate_list or quantities)[0]
spoken = layer.quantities[lead.name]
mean_usual = float(usual[lead.name].mean()) if lead.name in usual else None
finding = (
    gates.headline(lead, spoken, mean_usual, trace.tokens)
    if gate_list
    else "A plain RNN has no gates: its hidden state is all there is"
)
st.title(literal(finding), anchor=False)
st.markdown(
    f"Columns are words, rows are the {units_of(layer)} units in the same order in "
    f"all maps. {'Gates run from 0, shut, to 1, open; what' if gate_list else 'What'} has a sign "
    "is drawn around 0. The scales are the same for every text."
)
with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    drawn = "Openness"
    if usual:
        drawn = st.segmented_control(
            "Gates drawn as",
            ["Openness", "Departure from usual"],
            default="Openness",
            required=True,
            key="drawn",
            persist_state="session",
        )
    order_name = st.segmented_control(
        "Order of the units",
        orders,
        format_func=ORDERS.__getitem__,
        default="similarity",
        required=True,
        key="order",
        persist_state="session",
    )
    names = st.pills(
        "Maps",
        [q.name for q in quantities],
        format_func=lambda name: BY_NAME[name].label,
        selection_mode="multi",
        default=[q.name for q in quantities],
        key="maps",
        persist_state="session",
    )

strongest = furthest(spoken.mean(1), mean_usual or float(spoken.mean()), 12)
words = Words(trace.tokens, strongest, session.selection().step)
shown = [quantity for quantity in quantities if quantity.name in (names or [])]
departure = usual if drawn == "Departure from usual" else None
picture = maps.maps(
    layer.quantities,
    shown or gate_list or quantities,
    units.ordered(order_name, layer, weight),
    words,
    colors,
    departure,
)
st.plotly_chart(picture.figure, key="gate_maps", alt=picture.alt, config=CONFIG, theme=None)

if gate_list:
    st.header("Mean over units, word by word", anchor=False)
    dotted = "the same mean on held-out sentences" if usual else "the mean over this text"
    st.markdown(f"Line: mean over units; band: 10th to 90th percentile; dotted: {dotted}.")
    picture = gates.means(layer.quantities, usual, words, colors)
    st.plotly_chart(picture.figure, key="gate_means", alt=picture.alt, config=CONFIG, theme=None)

    st.header(saturation.headline(layer.quantities), anchor=False)
    st.markdown(
        f"One dot a unit{'' if weight is None else ', as large as its weight in the verdict'}. "
        "Right: shut at most words; top: open at most words; lower left: works in between. "
        "A click on a dot chooses the unit."
    )
    for column, gate in zip(st.columns(len(gate_list)), gate_list, strict=True):
        picture = saturation.scatter(gate, layer.quantities[gate.name], weight, unit, colors)
        key = f"saturation_{gate.name}"
        column.plotly_chart(
            picture.figure,
            key=key,
            alt=picture.alt,
            config=CONFIG,
            theme=None,
            on_select=partial(session.choose_clicked_unit, key),
            selection_mode="points",
        )

    st.header("Where openness comes from", anchor=False)
    picture = saturation.sources(layer.quantities, colors)
    st.plotly_chart(picture.figure, key="gate_sources", alt=picture.alt, config=CONFIG, theme=None)
