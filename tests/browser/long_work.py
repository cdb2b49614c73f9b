"""A page with work of four steps, each of which is done when "Step" is pressed."""

from threading import Semaphore

import streamlit as st

from lstm_viz.pages import job_panel, settings


@st.cache_resource
def steps():
    """One for all sessions, as is the job."""
    return Semaphore(0)


def work(pressed, progress):
    for done in range(5):
        progress(done, 4, f"Step {done} of 4")
        while done < 4 and not pressed.acquire(timeout=0.05):
            progress(done, 4)
    return "forty-two"


settings.apply()
st.button("Step", on_click=steps().release)
found = job_panel.show("key", "Count slowly", work, steps())
st.write("Nothing found" if found is None else f"Found {found}")
