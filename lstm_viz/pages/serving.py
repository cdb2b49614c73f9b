"""The server: it prepares before it says that it is ready."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit import cli_util, config
from streamlit.web.server import server_util

from lstm_viz import session, threads
from lstm_viz.pages import settings

SCRIPT = Path(__file__).parent / "default_script.py"


@asynccontextmanager
async def ready(_app: st.App) -> AsyncIterator[None]:
    """Prepare what the first reader would wait for; then say where the pages are."""
    settings.apply()
    threads.limit()
    session.warm_up()
    url = server_util.get_url(config.get_option("browser.serverAddress"))
    cli_util.print_to_cli(f"\n  lstm-viz is ready: {url}\n")
    if not config.get_option("server.headless"):
        cli_util.open_browser(url)
    yield


def serve(script: Path = SCRIPT, port: int | None = None, address: str | None = None) -> None:
    """Run the server, with the program's own theme and settings, until it is stopped.

    Args:
        script: run for each reader; your own script calls ``frame.show()``.
        port: 8501 if it is not set elsewhere.
        address: to listen on; this machine alone if it is not set elsewhere.
    """
    sys.argv = [str(script)]  # so that settings beside the script count, as in ``streamlit run``
    app = st.App(script.resolve(), lifespan=ready)
    asked = {"server.port": port, "server.address": address}
    chosen = {name: value for name, value in asked.items() if value is not None}
    # Streamlit would say where the pages are before they are ready.
    app.run(config=settings.missing() | chosen | {"logger.hideWelcomeMessage": True})
