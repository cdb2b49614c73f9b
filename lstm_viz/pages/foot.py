"""What every page ends with: how exact it is, and the numbers to take home."""

import streamlit as st

from lstm_viz import session

EXACT = 2e-5  # float32: above this a trace is not called exact


def show(*, fits: bool) -> None:
    """Draw the mark of exactness and the download.

    Args:
        fits: whether the view fits into a link.
    """
    trace = session.trace()
    with st.container(horizontal=True, vertical_alignment="center", key="foot"):
        if trace.error <= EXACT:
            st.badge(f"exact: rebuilt gates and states differ from the model's own output by at "
                     f"most {trace.error:.0e}", icon=":material/check:", color="green")  # fmt: skip
        else:
            st.badge(f"not exact: rebuilt gates and states differ from the model's own output by "
                     f"{trace.error:.0e}", icon=":material/warning:", color="orange")  # fmt: skip
        st.download_button(
            "Numbers of every word (CSV)", session.table, file_name="lstm-viz.csv",
            mime="text/csv", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
    if not fits:
        st.info(
            "This text is too long for a link. Keep the downloaded numbers, or send the text.",
            icon=":material/link_off:",
        )
