"""Widgets that choose a field of the selection, and so are in the link and kept on every page."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from lstm_viz import session
from lstm_viz.session.selection import FIELDS


def one_of(attribute: str, label: str, names: Mapping[str, str], **more: Any) -> str:  # noqa: ANN401
    """Choose one of a few; the first is the usual one.

    Args:
        attribute: of the selection; "" stands for the usual one.
        label: of the widget.
        names: what each is called on screen.
        more: arguments of ``st.segmented_control``.

    Returns:
        The one that is chosen; the usual one in place of one that there is not.
    """
    usual = next(iter(names))
    now = getattr(session.selection(), attribute) or usual
    now = now if now in names else usual
    key = _keep(attribute, now)
    change = partial(_choose, attribute, lambda value: "" if value == usual else value)
    st.segmented_control(
        label,
        [*names],
        format_func=names.__getitem__,
        required=True,
        key=key,
        on_change=change,
        **more,
    )
    return now


def some_of(
    attribute: str, label: str, names: Mapping[str, str], fallback: tuple[str, ...]
) -> tuple[str, ...]:
    """Choose several; all of them if the selection has none.

    Args:
        attribute: of the selection.
        label: of the widget.
        names: what each is called on screen.
        fallback: what is taken when the last one is put away.
    """
    chosen = getattr(session.selection(), attribute)
    now = tuple(name for name in names if name in chosen) or tuple(names)
    key = _keep(attribute, [*now])
    change = partial(_choose, attribute, lambda value: _several(value, names, fallback))
    st.pills(
        label,
        [*names],
        format_func=names.__getitem__,
        selection_mode="multi",
        key=key,
        on_change=change,
    )
    return now


def _several(
    value: list[str], names: Mapping[str, str], fallback: tuple[str, ...]
) -> tuple[str, ...]:
    chosen = tuple(name for name in names if name in value) or fallback
    return () if chosen == tuple(names) else chosen


def layer() -> None:
    """Choose the layer that is looked into, where there are several."""
    row, layers = FIELDS["layer"], session.trace().layers
    if len(layers) < 2:
        return
    both = any(one.direction == "backward" for one in layers)
    arrows = {"forward": " →", "backward": " ←"} if both else {"forward": ""}
    names = {
        row.write((one.layer, one.direction)): f"{one.layer + 1}{arrows[one.direction]}"
        for one in layers
    }
    page = session.context()
    key = _keep("layer", row.write((page.layer.layer, page.layer.direction)))
    st.segmented_control(
        "Layer",
        [*names],
        format_func=names.__getitem__,
        required=True,
        key=key,
        on_change=_choose_layer,
    )


def _keep(attribute: str, value: Any) -> str:  # noqa: ANN401  (any value of a widget)
    """Return the key of the widget, which shows what the selection says."""
    key = FIELDS[attribute].name
    st.session_state[key] = value
    return key


def _choose(attribute: str, change: Callable[[Any], Any]) -> None:
    session.acted()
    session.choose(**{attribute: change(st.session_state[FIELDS[attribute].name])})


def _choose_layer() -> None:
    session.acted()
    row = FIELDS["layer"]
    session.choose_layer(row.parse(st.session_state[row.name]))
