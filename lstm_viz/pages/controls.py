"""Widgets that choose a field of the selection, which is in the link and shared by all pages."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from lstm_viz import session
from lstm_viz.session.selection import FIELDS


def one_of(attribute: str, label: str, names: Mapping[str, str], **more: Any) -> str:  # noqa: ANN401
    """Choose one of a few names; the first is the default.

    Args:
        attribute: of the selection; "" stands for the default.
        label: of the widget.
        names: what each name is called on screen.
        more: arguments of ``st.segmented_control``.

    Returns:
        The chosen name; the default if the selection has an unknown one.
    """
    default = next(iter(names))
    now = getattr(session.selection(), attribute) or default
    now = now if now in names else default
    key = _set_widget(attribute, now)
    change = partial(_choose, attribute, lambda value: "" if value == default else value)
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
    """Choose several names; all of them if the selection has none.

    Args:
        attribute: of the selection.
        label: of the widget.
        names: what each name is called on screen.
        fallback: chosen when the last one is deselected.
    """
    chosen = getattr(session.selection(), attribute)
    now = tuple(name for name in names if name in chosen) or tuple(names)
    key = _set_widget(attribute, [*now])
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
    """Choose the layer, where there are several."""
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
    key = _set_widget("layer", row.write((page.layer.layer, page.layer.direction)))
    st.segmented_control(
        "Layer",
        [*names],
        format_func=names.__getitem__,
        required=True,
        key=key,
        on_change=_choose_layer,
    )


def _set_widget(attribute: str, value: Any) -> str:  # noqa: ANN401  (any value of a widget)
    """Have a widget show what the selection says; return its key."""
    key = FIELDS[attribute].name
    st.session_state[key] = value
    return key


def _choose(attribute: str, change: Callable[[Any], Any]) -> None:
    session.note_action()
    session.choose(**{attribute: change(st.session_state[FIELDS[attribute].name])})


def _choose_layer() -> None:
    session.note_action()
    row = FIELDS["layer"]
    session.choose_layer(row.parse(st.session_state[row.name]))
