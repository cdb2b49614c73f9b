"""Models: which are there, how were they made, and how good are they?"""

import streamlit as st

from lstm_viz import session
from lstm_viz.errors import LstmVizError
from lstm_viz.model import Summary, available, card, history, summary, unnamed
from lstm_viz.model.history import Figure, History
from lstm_viz.pages import bar
from lstm_viz.pages import history as drawn
from lstm_viz.pages.history import text
from lstm_viz.pages.literal import harmless, literal

_UNKNOWN = "not known"
_LONGEST_CARD = 100_000  # characters that are shown


def _opened(name: str) -> tuple[History | None, str]:
    """Return the history of a model, and what is wrong with it if it cannot be read."""
    try:
        return history(name), ""
    except LstmVizError as error:
        return None, str(error)


def _described(name: str) -> tuple[str, str]:
    """Return the card of a model, and what is wrong with it if it cannot be read."""
    try:
        return card(name) or "", ""
    except LstmVizError as error:
        return "", str(error)


def _tested(made: History | None) -> Figure | None:
    return next((one for one in made.figures if one.part == "test"), None) if made else None


def _row(name: str) -> dict[str, str]:
    """Return what is known of a model, in words."""
    made, _ = _opened(name)
    tested = _tested(made)
    row = {
        "Model": f"**{text(name)}** (chosen)" if name == chosen else text(name),
        "Right on the test part": f"{tested.accuracy:.1%}" if tested else _UNKNOWN,
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


def _switch() -> None:
    bar.take_model(st.session_state["chosen_model"])


chosen = session.selection().model
made, wrong = _opened(chosen)
described, unread = _described(chosen)
best = _tested(made)

st.caption("Which models are there, how were they made, and how good are they?")
if best:
    finding = f"{chosen} reads {best.accuracy:.1%} of {best.number:,} texts rightly: {best.texts}"
else:
    finding = f"{chosen}: how good it is on a test part is not known"
st.title(text(finding), anchor=False)
if made:
    st.markdown(text(made.about))
if len(available()) > 1:
    st.session_state["chosen_model"] = chosen
    st.radio(
        "Read the text with",
        available(),
        format_func=literal,
        key="chosen_model",
        horizontal=True,
        on_change=_switch,
        help="Text and word stay.",
    )
with st.container(key="models"):
    rows = [*map(_row, available()), *map(_row_of_unnamed, unnamed())]
    st.table(rows, border="horizontal", alt="The models there are")

for told in filter(None, (wrong, unread)):
    st.warning(literal(told), icon=":material/warning:")
if not wrong and made is None:
    st.info("This model comes without a history of how it was made.", icon=":material/info:")
if made and made.figures:
    st.header("How good is it?", anchor=False)
    drawn.figures(made.figures)
if made and made.capabilities:
    st.header("What can it do?", anchor=False)
    drawn.capabilities(made.capabilities)
if made and made.stages:
    st.header("How was it trained?", anchor=False)
    st.markdown("Thin lines: ends of epochs. Strong line: the update whose weights were kept.")
    drawn.stages(made.stages)
if made:
    drawn.recipe(made)
if described:
    with st.expander("Model card", key="card"):
        st.markdown(harmless(described[:_LONGEST_CARD]))
        if len(described) > _LONGEST_CARD:
            st.caption(f"The first {_LONGEST_CARD:,} characters; the file has all.")
elif not unread:
    st.caption("This model has no card.")
with st.container(horizontal=True):
    for kind, content, file in (
        ("History", made.as_json() if made else None, "history.json"),
        ("Card", described, "README.md"),
    ):
        if content:
            st.download_button(
                f"{kind} ({file})",
                content,
                file_name=file,
                on_click="ignore",
                icon=":material/download:",
            )
