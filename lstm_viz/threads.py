"""One thread for each numeric library, where many sessions share few processor cores.

Libraries start a thread for each core, which wait for each other by spinning. A server already has
a thread for each session, and those of libraries only take its time. Training and programs that
use ``lstm_viz`` keep theirs: nothing here acts on import.
"""

import sys
from contextlib import suppress
from threading import Lock, local

import pyarrow
import torch
from threadpoolctl import ThreadpoolController

_turn = Lock()
_openmp: ThreadpoolController | None = None
_modules = 0  # how many were loaded when pools were looked for
_held = local()  # with how many the calling thread was held


def limit() -> None:
    """Hold all pools of threads to one, in the whole process and for the calling thread.

    To be called in every thread that computes: OpenMP counts for each thread anew. Pools are looked
    for again whenever another library was loaded; otherwise it takes microseconds.
    """
    global _openmp, _modules
    modules = len(sys.modules)
    if getattr(_held, "modules", None) == modules:
        return
    with _turn:
        if _openmp is None or _modules != modules:
            _openmp, _modules = _limit_process(), modules
        _openmp.limit(limits=1)
    torch.set_num_threads(1)
    _held.modules = modules


def _limit_process() -> ThreadpoolController:
    """Limit what holds for all threads; return what each has to be told for itself."""
    found = ThreadpoolController()
    found.limit(limits=1)
    if torch.get_num_interop_threads() != 1:
        with suppress(RuntimeError):  # somebody has chosen a number, or they are at work already
            torch.set_num_interop_threads(1)
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    numexpr = sys.modules.get("numexpr")  # pandas uses it where it is installed
    if numexpr is not None:
        numexpr.set_num_threads(1)
    return found.select(user_api="openmp")
