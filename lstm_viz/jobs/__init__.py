"""Long work in the background, with progress, that stops when asked.

A job is found by its key and not by who asked for it: the same page in another tab, or after a
reload, finds it running. ``start`` returns a job, ``find`` finds it again, ``Job.look`` returns its
status.

    job = jobs.start(("reference", model, digest), measure, classifier, texts)
    job.look().share, job.cancel(), job.result
"""

import atexit
import os

from lstm_viz.jobs.job import Job
from lstm_viz.jobs.queue import Jobs
from lstm_viz.jobs.status import State, Status

__all__ = ["Job", "Jobs", "State", "Status", "find", "start"]

# A process that exits inside a library's code may abort: it waits for its jobs instead.
_EXIT = 15.0  # seconds, at most

_ALL = Jobs()
start, find = _ALL.start, _ALL.find

atexit.register(_ALL.stop, _EXIT)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ALL.clear)
