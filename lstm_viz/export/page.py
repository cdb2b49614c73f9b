"""One view as one file: a page with the player and its trace, which works without a network."""

import base64
from functools import cache
from pathlib import Path

from lstm_viz import palette
from lstm_viz.components.bundle import script, text

# The typed text is in the file as base64 only, so nothing of it can act as markup.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; \
base-uri 'none'; form-action 'none'">
<title>lstm-viz</title>
<style>
/* Reading Sans, a part of Source Sans 3, © 2023 Adobe; SIL Open Font License 1.1 */
@font-face {{ font-family: "Reading Sans"; font-weight: 400 700; \
src: url("data:font/woff2;base64,{type}") format("woff2"); }}
:root {{ color-scheme: light dark; --st-background-color: {light}; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: {dark}; }} }}
body {{ margin: 0; padding: 12px 32px 0; background: var(--st-background-color); }}
@media (max-width: 640px) {{ body {{ padding: 12px 14px 0; }} }}
{style}
</style>
</head>
<body>
{body}
<script type="text/plain" id="trace">{trace}</script>
<script type="module">
{script}
const raw = atob(document.getElementById("trace").textContent);
const nobody = {{ chosen() {{}}, asked() {{}} }};
const player = new Player(document.querySelector(".player"), nobody);
player.show(Uint8Array.from(raw, (sign) => sign.charCodeAt(0)));
</script>
</body>
</html>
"""


@cache
def _type() -> str:
    """Return the font of the player as base64, for readers who do not have it installed."""
    font = Path(__file__).with_name("reading-sans.woff2")
    return base64.b64encode(font.read_bytes()).decode("ascii")


def page(data: bytes) -> str:
    """Return the trace of a text as a page of its own.

    Args:
        data: from the player's ``payload``, without menus.
    """
    return _PAGE.format(
        light=palette.LIGHT.page,
        dark=palette.DARK.page,
        type=_type(),
        style=text("player/player.css"),
        body=text("player/player.html"),
        trace=base64.b64encode(data).decode("ascii"),
        script=script("player/js/player.js"),
    )
