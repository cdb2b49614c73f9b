"""How does a recording look in a notebook? Plain HTML with small heat maps inside."""

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from jaxtyping import Float

from lstm_viz.notation import BY_NAME
from lstm_viz.palette import LIGHT

_WIDEST, _HIGHEST = 400, 64  # pixels of a map: more cannot be told apart in a small picture
_LIMIT = 2.0  # of the colour scale of a state without a bound

Map = Float[np.ndarray, "step unit"]


def recording_html(
    title: str, facts: Sequence[str], layers: Sequence[tuple[str, Mapping[str, Map]]]
) -> str:
    """Return the HTML that a notebook shows for a recording.

    Args:
        title: what was recorded; any text, which is escaped.
        facts: shapes, the error and so on, which are escaped too.
        layers: name of each layer, and its quantities by name; words across, units down.
    """
    rows = "".join(_layer(name, quantities) for name, quantities in layers)
    about = " · ".join(_escape(fact) for fact in facts)
    return (
        '<div style="font: 14px/1.4 sans-serif; max-width: 60em">'
        f"<div><b>{_escape(title)}</b> · {about}</div>{rows}</div>"
    )


def _escape(text: str) -> str:
    """Return a text as HTML; a lone surrogate becomes U+FFFD."""
    return escape(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _layer(name: str, quantities: Mapping[str, Map]) -> str:
    cells = "".join(_cell(quantity, values) for quantity, values in quantities.items())
    steps, units = next(iter(quantities.values())).shape if quantities else (0, 0)
    return (
        f'<div style="margin-top: 8px">{_escape(name)} · {steps} steps × {units} units</div>'
        f'<div style="display: flex; flex-wrap: wrap; gap: 8px 12px">{cells}</div>'
    )


def _cell(name: str, values: Map) -> str:
    quantity = BY_NAME[name]
    if not values.size:
        return f"<div>{quantity.label}: no steps</div>"
    span = f"{values.min():.2f} to {values.max():.2f}"
    alt = f"{quantity.label}, words across, units down, from {span}"
    return (
        f'<div style="width: 200px"><img alt="{alt}" src="{_picture(name, values)}" style="'
        "width: 100%; height: 64px; image-rendering: pixelated; border: 1px solid #8886"
        f'"><div style="font-size: 12px">{quantity.label}: {span}</div></div>'
    )


def _picture(name: str, values: Map) -> str:
    """Return a map as a picture, more opaque for larger values: it works on any background."""
    quantity = BY_NAME[name]
    small = _coarser(_coarser(values, 0, _WIDEST), 1, _HIGHEST).T
    limit = quantity.limit or _LIMIT
    roles = ("negative", "positive")
    colors = [quantity.color] * 2 if quantity.scale == "gate" else roles
    inks = np.array([[int(LIGHT[role][k : k + 2], 16) for k in (1, 3, 5)] for role in colors])
    opacity = np.nan_to_num(np.minimum(np.abs(small) / limit, 1) * 255)
    pixels = np.concatenate([inks[(small > 0).astype(int)], opacity[..., None]], -1)
    return "data:image/png;base64," + base64.b64encode(_png(pixels)).decode("ascii")


def _png(pixels: Float[np.ndarray, "height width 4"]) -> bytes:
    """Return pixels, red, green, blue and opacity from 0 to 255, as a PNG file."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels.astype(np.uint8))  # 0: no filter
    head = struct.pack(">2I5B", width, height, 8, 6, 0, 0, 0)  # 8 bits each; with opacity
    parts = {b"IHDR": head, b"IDAT": zlib.compress(rows), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts.items()
    )


def _coarser(values: np.ndarray, axis: int, most: int) -> np.ndarray:
    """Average neighbours until an axis has at most so many entries."""
    parts = min(most, values.shape[axis])
    groups = np.array_split(values, parts, axis)
    return np.stack([group.mean(axis) for group in groups], axis)
