"""What every page ends with: how exact it is, and the numbers to take home."""

import streamlit as st

from lstm_viz import session


def show(*, fits: bool) -> None:
    """Draw the mark of exactness and the download.

    Args:
        fits: whether the view fits into a link.
    """
    trace = session.trace()
    with st.container(horizontal=True, vertical_alignment="center", key="foot"):
        exact = trace.exact
        st.badge(
            f"{'exact to' if exact else 'not exact: off by'} {trace.error:.0e}",
            icon=":material/check:" if exact else ":material/warning:",
            color="green" if exact else "orange",
        )
        st.markdown(
            "Largest difference between the gates, states and scores rebuilt here and the model's "
            "own output.",
            width="content",
        )
        st.download_button(
            "Numbers of every word (CSV)",
            session.table,
            file_name="lstm-viz.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
    if not fits:
        st.info(
            "This text is too long for a link. Keep the downloaded numbers, or send the text.",
            icon=":material/link_off:",
        )
