"""Which colour means what? The only palette of the project, in light and dark.

Orange-red and blue can be told apart with every type of colour blindness; the gates differ in
lightness as well as in hue, and are never told apart by colour alone. The classes of a prediction
are backgrounds of text, with their names beside them.
"""

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as #RRGGBB."""

    name: str
    page: str
    panel: str
    ink: str
    muted: str
    rule: str
    negative: str
    positive: str
    forget: str
    input: str
    candidate: str
    output: str
    full_negative: str
    full_positive: str
    class_1: str
    class_2: str
    class_3: str
    class_4: str
    class_5: str

    def __getitem__(self, role: str) -> str:
        """Return the colour of a role, for instance of ``notation``'s colour keys."""
        return str(asdict(self)[role])


LIGHT = Palette(
    "light", "#FFFFFF", "#F6F7F9", "#15171C", "#565B66", "#D5D8DF", "#B3401B", "#2450C0",
    "#A0458E", "#137D4A", "#5E4200", "#3F3285", "#F3AE93", "#A3C5F7",
    "#A3C5F7", "#F4C27E", "#B9DDAE", "#E2B4DC", "#E9E07C",
)  # fmt: skip
DARK = Palette(
    "dark", "#0E1117", "#161922", "#F1F3F7", "#A6ADBB", "#333948", "#FF8F66", "#74AEFF",
    "#EBA0CF", "#8FE3B0", "#E8DE64", "#8E78D8", "#7E3216", "#1C4B93",
    "#1C4B93", "#7D4E0C", "#23603A", "#6C3566", "#5F590F",
)  # fmt: skip


def of(theme: str | None) -> Palette:
    """Return the colours of a theme; light if the theme is not known."""
    return DARK if theme == "dark" else LIGHT


def mix(first: str, second: str, share: float) -> str:
    """Return a colour between two, ``share`` of the way from the first, in sRGB."""
    start, end = (
        np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) for color in (first, second)
    )
    red, green, blue = np.rint(start + (end - start) * share).astype(int)
    return f"#{red:02X}{green:02X}{blue:02X}"
