"""``python -m lstm_viz.data NAME``: fetch a data set from its original address."""

import argparse
import sys
from functools import partial
from pathlib import Path

from lstm_viz.data.catalogue import DATASETS
from lstm_viz.data.fetch import fetch
from lstm_viz.data.folder import data_folder
from lstm_viz.errors import LstmVizError


def main() -> int:
    """Fetch data sets from their original addresses, check them, and write Parquet files.

    A stopped download is resumed by the same command.
    """
    parser = argparse.ArgumentParser(prog="python -m lstm_viz.data", description=main.__doc__)
    parser.add_argument(
        "names", nargs="+", choices=DATASETS, metavar="NAME", help=", ".join(DATASETS)
    )
    parser.add_argument(
        "--to", type=Path, default=data_folder(), help="folder of the files (default: %(default)s)"
    )
    arguments = parser.parse_args()
    try:
        for name in arguments.names:
            fetch(DATASETS[name], arguments.to, partial(print, flush=True), sys.stderr)
    except (LstmVizError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Run the same command again to resume.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
