"""``lstm-viz app``: the pages in a browser, without a checkout."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from lstm_viz.errors import MissingPackageError
from lstm_viz.extras import need

_PACKAGES = ("streamlit", "plotly", "pandas", "threadpoolctl")  # without which no page opens


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says."""
    parser = ArgumentParser(prog="lstm-viz", description="A visual explorer of LSTM internals.")
    app = parser.add_subparsers(required=True).add_parser("app", help="show the pages in a browser")
    app.add_argument("script", nargs="?", type=Path, help="your own; it calls frame.show()")
    app.add_argument("--port", type=int, help="8501 if you do not set it elsewhere")
    app.add_argument("--address", help="to listen on; by default this machine alone")
    asked = parser.parse_args(arguments)
    if asked.script and not asked.script.is_file():
        parser.error(f"Expected a Python script, but there is no file {asked.script}.")
    try:
        for package in _PACKAGES:
            need(package, "The app", "app")
    except MissingPackageError as error:
        sys.exit(str(error))
    from lstm_viz.pages import serving

    serving.serve(asked.script or serving.SCRIPT, asked.port, asked.address)


if __name__ == "__main__":
    main()
