"""A long text in a link: compressed, and in letters that a link may hold."""

import base64
import zlib

from lstm_viz.text import is_blank, replace_surrogates


def pack(text: str) -> str:
    """Return a text as letters that need no escape in a link; lone surrogates as U+FFFD."""
    raw = replace_surrogates(text).encode("utf-8")
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode("ascii").rstrip("=")


def unpack(packed: str, longest: int) -> str | None:
    """Return the text that was packed.

    Args:
        packed: whatever a link holds.
        longest: characters that it may unfold to.

    Returns:
        None for what is damaged, too long, or has no word.
    """
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unfolding = zlib.decompressobj()
        text = unfolding.decompress(raw, 4 * longest).decode("utf-8")
    except (ValueError, zlib.error):
        return None
    return text if unfolding.eof and len(text) <= longest and not is_blank(text) else None
