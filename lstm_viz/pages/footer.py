"""What every page ends with: the link to it, how exact it is, and its downloads."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lstm_viz import session
from lstm_viz.components.player import player_choice
from lstm_viz.components.window import window

PLAYER, FRAGMENT = "player", "footer"
_BYTES, _JSON = "application/octet-stream", "application/json"


@st.fragment(key=FRAGMENT)
def show(page: str) -> None:
    """Write the chosen word and unit into the link; draw the badge of exactness and downloads.

    Only this runs again when another word or unit is chosen in the player.

    Args:
        page: stem of the current page.
    """
    session.accept_player_choice(player_choice(PLAYER))
    fits = session.write_link(page)
    window(session.first_link(), "window")
    trace = session.trace()
    with st.container(horizontal=True, vertical_alignment="center", key="footer"):
        exact = trace.exact
        st.badge(
            f"{'✓ exact to' if exact else 'not exact: off by'} {trace.error:.0e}",
            icon=None if exact else ":material/warning:",  # the font of icons is large
            color="green" if exact else "orange",
        )
        st.markdown(
            "Largest difference between the gates, states and scores rebuilt here and the model's "
            "own output.",
            width="content",
        )
    with st.container(horizontal=True, vertical_alignment="center", key="downloads"):
        st.markdown("Download:", width="content")
        for label, make, name, mime in _files(session.downloads()):
            st.download_button(
                label, make, name, mime, key=f"take_{mime}_{label}", on_click="ignore"
            )
    if not fits:
        st.info(
            "This is too long for a link. Use the downloads, or send the text itself.",
            icon=":material/link_off:",
        )


def _files(files: session.Downloads) -> list[tuple[str, Callable[[], str | bytes], str, str]]:
    """Return each download: its button, how it is made, the file's name and its type."""
    name = files.name
    return [
        ("This view, to open offline (HTML)", files.page, f"{name}.html", "text/html"),
        ("Numbers for every word (CSV)", files.table, f"{name}.csv", "text/csv"),
        ("Whole trace (npz)", partial(files.file, ".npz"), f"{name}.npz", _BYTES),
        ("Whole trace (Parquet)", partial(files.file, ".parquet"), f"{name}.parquet", _BYTES),
        ("Whole trace (JSON)", partial(files.file, ".json"), f"{name}.json", _JSON),
    ]
