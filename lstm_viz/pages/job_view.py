"""A running job: how far it is, how long it will take, and a button that stops it."""

import streamlit as st

from lstm_viz import session
from lstm_viz.jobs import Job, State, Status
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.progress import duration


def show(label: str, job: Job) -> None:
    """Draw the job, every second as a fragment; run the page again once the job has ended."""
    status = job.look()
    if status.state.is_end:
        session.rerun()  # the whole page, which shows the result
    st.progress(status.share or 0.0, text=escape_markdown(_progress_line(label, status)))
    st.button(
        "Stopping" if status.stopping else "Cancel",
        key=f"job_cancel_{label}",
        on_click=job.cancel,
        disabled=status.stopping,
        icon=":material/close:",
    )


def _progress_line(label: str, status: Status) -> str:
    """Return in one line what is being done, how far it is, and how long it will take."""
    if status.state is State.WAITING:
        return f"{label}: waiting, {status.before} ahead of it"
    parts = [status.sentence or label]
    if status.share is not None:
        parts.append(f"{status.share:.0%}")
    if status.stopping:
        parts.append("stopping at its next step")
    elif status.seconds_left is not None and status.share != 1:
        parts.append(f"about {duration(status.seconds_left)} left")
    return ", ".join(parts)
