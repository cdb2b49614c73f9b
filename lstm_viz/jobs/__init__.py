"""What takes longer than a blink: work in the background, with progress, that stops when asked.

A job is found by what it works on and not by who asked for it: the same page in another tab, or
after a reload, finds it on its way. ``start`` gives a job, ``find`` finds it again, ``Job.look``
says how far it is.

    job = jobs.start(("usual", model, digest), measure, classifier, texts)
    job.look().share, job.cancel(), job.result
"""

import atexit
import os

from lstm_viz.jobs.job import Job
from lstm_viz.jobs.queue import Jobs
from lstm_viz.jobs.status import State, Status

__all__ = ["Job", "Jobs", "State", "Status", "find", "start"]

# What ends in the middle of a library's work ends badly: better late than aborted.
_EXIT = 15.0  # seconds that a program which ends waits for jobs to notice, at most

_ALL = Jobs()
start, find = _ALL.start, _ALL.find

atexit.register(_ALL.stop, _EXIT)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ALL.clear)
