"""One thread for each numeric library, where many sessions share few processor cores.

Libraries start a thread for each core, which wait for each other by spinning. A server already has
a thread for each session; more threads only slow it down. Training and programs that use
``lstm_viz`` keep their threads: importing this changes nothing.
"""

import sys
from contextlib import suppress
from threading import Lock, local

import pyarrow
import torch
from threadpoolctl import ThreadpoolController

_lock = Lock()
_openmp: ThreadpoolController | None = None
_modules = 0  # how many were loaded when pools were last looked for
_limited = local()  # how many modules were loaded when the calling thread was limited


def limit() -> None:
    """Limit all thread pools to one thread, in the process and for the calling thread.

    Call it in every thread that computes: OpenMP has a limit for each thread. Pools are looked for
    again whenever another library was loaded; otherwise it takes microseconds.
    """
    global _openmp, _modules
    modules = len(sys.modules)
    if getattr(_limited, "modules", None) == modules:
        return
    with _lock:
        if _openmp is None or _modules != modules:
            _openmp, _modules = _limit_process(), modules
        _openmp.limit(limits=1)
    torch.set_num_threads(1)
    _limited.modules = modules


def _limit_process() -> ThreadpoolController:
    """Limit the pools of the process; return those that each thread must limit for itself."""
    controller = ThreadpoolController()
    controller.limit(limits=1)
    if torch.get_num_interop_threads() != 1:
        with suppress(RuntimeError):  # a number was set before, or they are already running
            torch.set_num_interop_threads(1)
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    numexpr = sys.modules.get("numexpr")  # pandas uses it where it is installed
    if numexpr is not None:
        numexpr.set_num_threads(1)
    return controller.select(user_api="openmp")
