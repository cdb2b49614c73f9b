"""Which trace or call does a file hold?"""

from collections.abc import Callable
from pathlib import Path

from lstm_viz import archive, plain_file
from lstm_viz.errors import TraceFileError
from lstm_viz.model.text_trace import TextTrace
from lstm_viz.model.trace_check import check_text_trace
from lstm_viz.trace import Call
from lstm_viz.trace.structure_check import check_call


def read(path: str | Path) -> TextTrace | Call:
    """Read what ``trace.save`` or ``call.save`` wrote; nothing in the file is executed.

    Args:
        path: ends in .npz or .json.

    Raises:
        TraceFileError: the file is missing, damaged, too large, of another format, or holds numbers
            that no model can have computed.
    """
    path = Path(path)
    found = archive.read(path)
    try:
        return _KINDS[found.kind](found)
    except Exception as error:  # a file may be wrong in any way
        came = f"its parts do not fit together ({plain_file.reason(error)})"
        raise TraceFileError(path.name, "a trace or a call", came) from error


def _text(found: archive.Archive) -> TextTrace:
    trace = TextTrace.of(found)
    check_text_trace(trace)
    return trace


def _call(found: archive.Archive) -> Call:
    call = Call.of(found)
    check_call(call)
    return call


_KINDS: dict[str, Callable[[archive.Archive], TextTrace | Call]] = {"text": _text, "call": _call}
