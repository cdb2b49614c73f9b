"""One thread for each numeric library, where many sessions share few processor cores.

Libraries start a thread for each core, which wait for each other by spinning. A server already has
a thread for each session, and those of libraries only take its time. Training and programs that
use ``lstm_viz`` keep theirs: nothing here acts on import.
"""

import sys
from contextlib import suppress
from threading import Lock

import pyarrow
import torch
from threadpoolctl import ThreadpoolController

_turn = Lock()
_pools: ThreadpoolController | None = None
_modules = 0  # how many were loaded when pools were looked for


def limit() -> None:
    """Hold all pools of threads to one, in the whole process and for the calling thread.

    To be called in every thread that computes: OpenMP counts for each thread anew. It takes some
    microseconds, and looks for pools again whenever another library was loaded.
    """
    global _pools, _modules
    with _turn:
        if _pools is None or _modules != len(sys.modules):
            _limit_process()
            _pools, _modules = ThreadpoolController(), len(sys.modules)
        _pools.limit(limits=1)  # BLAS in the process, OpenMP in this thread
    torch.set_num_threads(1)


def _limit_process() -> None:
    if torch.get_num_interop_threads() != 1:
        with suppress(RuntimeError):  # somebody has chosen a number, or they are at work already
            torch.set_num_interop_threads(1)
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    numexpr = sys.modules.get("numexpr")  # pandas uses it where it is installed
    if numexpr is not None:
        numexpr.set_num_threads(1)
