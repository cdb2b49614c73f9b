"""Which trace or call is in a file?"""

from collections.abc import Callable
from pathlib import Path

from lstm_viz import archive
from lstm_viz.errors import TraceFileError
from lstm_viz.model.text_trace import TextTrace
from lstm_viz.trace import Call

_KINDS: dict[str, Callable[[archive.Archive], TextTrace | Call]] = {
    "text": TextTrace.of,
    "call": Call.of,
}


def read(path: str | Path) -> TextTrace | Call:
    """Read what ``trace.save`` or ``call.save`` wrote; nothing in the file is executed.

    Args:
        path: ends in .npz or .json.

    Raises:
        TraceFileError: the file is missing, damaged, too large, or of another format.
    """
    path = Path(path)
    found = archive.read(path)
    try:
        return _KINDS[found.kind](found)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        came = f"its parts do not fit together ({error})"
        raise TraceFileError(path.name, "a trace or a call", came) from error
