"""Long work on a page: a button that starts it, its progress, and its result.

A page calls ``show`` in each of its runs. The job is found by its key, so another tab, a reload or
a later visit shows the same job.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from lstm_viz import jobs
from lstm_viz.errors import LstmVizError
from lstm_viz.jobs import Job, State, Status
from lstm_viz.jobs.job import PATIENCE
from lstm_viz.pages import job_view
from lstm_viz.pages.markdown import escape_markdown

Result = TypeVar("Result")

EVERY = 1.0  # seconds between two looks at a running job
_SHOWN, _REFUSED = "job_panel_shown", "job_panel_refused"
KEYS = (_SHOWN, _REFUSED)  # of the session: by label, the key shown last and a refusal


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be done, and its label."""

    label: str
    key: Hashable
    function: Callable[..., object]
    args: tuple[object, ...]

    def start(self) -> None:
        try:
            jobs.start(self.key, self.function, *self.args)
        except LstmVizError as error:
            _session_values(_REFUSED)[self.label] = str(error)


def show(
    key: Hashable,
    label: str,
    function: Callable[..., Result],
    *args: Any,  # noqa: ANN401
    at_once: bool = False,
) -> Result | None:
    """Show long work on a page, and return its result.

    Args:
        key: everything that the result depends on; a digest in place of a text.
        label: of the button, such as "Measure my texts"; unique on its page.
        function: called as ``function(*args, progress=progress)`` in another thread, which has no
            session; see ``lstm_viz.progress``.
        args: for the function; nothing may change them meanwhile.
        at_once: whether to start without a click; not again once it was stopped or has failed.

    Returns:
        What the function returned; None until then. All sessions share it: do not change it.
    """
    work = _Work(label, key, function, args)
    _leave_another(label, key)
    if at_once and jobs.find(key) is None:
        work.start()
    job = jobs.find(key)
    status = job.look() if job else None
    with st.container(key=f"job_{label}"):
        if job is not None and status is not None and not status.state.is_end:
            st.fragment(job_view.show, run_every=EVERY)(label, job)
        elif job is None or status is None or status.state is not State.DONE:
            _start_button(work, status)
    found: Result | None = job.result if job and status and status.state is State.DONE else None
    return found


def keep_running() -> None:
    """Keep the reader's jobs going while other pages are shown; called on every page."""
    known = [jobs.find(key) for key in _session_values(_SHOWN).values()]
    running = [job for job in known if job is not None and not job.state.is_end]
    if running:
        st.fragment(_look, run_every=PATIENCE / 4)(running)


def _look(running: list[Job]) -> None:
    for job in running:
        job.look()


def _leave_another(label: str, key: Hashable) -> None:
    """Tell the job that was shown here before that its reader has moved on."""
    shown = _session_values(_SHOWN)
    before = jobs.find(shown[label]) if shown.get(label, key) != key else None
    if before is not None:
        before.leave()
    shown[label] = key


def _session_values(name: str) -> dict[str, Any]:
    found: dict[str, Any] = st.session_state.setdefault(name, {})
    return found


def _start_button(work: _Work, status: Status | None) -> None:
    """Say why there is no result, if that is known, and draw a button that starts the work."""
    refused = _session_values(_REFUSED).pop(work.label, "")
    if refused:
        st.error(escape_markdown(refused), icon=":material/error:")
    elif status and status.state is State.FAILED:
        st.error(escape_markdown(status.sentence), icon=":material/error:")
    elif status:
        st.info(escape_markdown(status.sentence), icon=":material/info:")
    label = escape_markdown(work.label) if status is None else "Try again"
    st.button(label, key=f"job_start_{work.label}", on_click=work.start)
