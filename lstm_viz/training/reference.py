"""``python -m lstm_viz.training.reference [MODEL …]``: measure what is usual for models."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from lstm_viz.analyses.reference import measure_reference
from lstm_viz.data.progress import PLAIN, REDRAWN, Screen
from lstm_viz.errors import DataError, LstmVizError
from lstm_viz.model import reference_file
from lstm_viz.model.history import History
from lstm_viz.model.model_folders import exists, file_names
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.model.registry import folder, folder_of, load_unmeasured
from lstm_viz.training import card
from lstm_viz.training.texts import sources
from lstm_viz.training.texts.sources import HeldOut

MOST = 1_000  # texts: a mean to two digits, a percentile to one of a hundred

Item = TypeVar("Item")


def main() -> int:
    """Measure what is usual for the gates and the memory of models, on held-out texts.

    It is written into the folder of each model, which has to be the one that it was trained in,
    or to be told the texts.
    """
    parser = argparse.ArgumentParser(prog=reference_file.COMMAND, description=main.__doc__)
    parser.add_argument(
        "models", nargs="*", metavar="MODEL", help="name or folder; all in the box by default"
    )
    parser.add_argument(
        "--data", type=Path, help="a CSV, TSV or Parquet file as for training, its held-out part"
    )
    arguments = parser.parse_args()
    try:
        for name in arguments.models or sorted(file_names(folder())):
            place = folder_of(name)
            found = measure(place, _held_out(place, arguments.data))
            card.list_files(place, found)
    except (LstmVizError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. What was measured before is as it was.\n")
        return 130
    return 0


def measure(place: Path, held_out: HeldOut) -> ReferenceStatistics:
    """Measure what is usual for the model of a folder, and write it there.

    Args:
        place: of the model.
        held_out: texts, of which at most 1,000 are read, evenly spaced: data sets are sorted.
    """
    classifier = load_unmeasured(place)
    texts = evenly(held_out.texts, MOST)
    progress = Progress(place.name, sys.stderr)
    found = measure_reference(classifier, texts, source=held_out.name, progress=progress)
    found.save(place / reference_file.NAME)
    return found


def evenly(items: Sequence[Item], most: int) -> list[Item]:
    """Return all items, or so many of them from the beginning to the end."""
    count = min(most, len(items))
    return [items[number * len(items) // count] for number in range(count)]


class Progress:
    """How many texts are done: one line on a terminal, drawn again; elsewhere one now and then."""

    def __init__(
        self, name: str, stream: Screen, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.stream = stream
        self.clock = clock
        self.last = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        """Take note, and say so now and then, and at the end."""
        now, drawn = self.clock(), self.stream.isatty()
        if done < total and now - self.last < (REDRAWN if drawn else PLAIN):
            return
        self.last = now
        line = f"{self.name}: {done:,} of {total:,} texts"
        end = "\n" if done == total or not drawn else ""
        self.stream.write(f"\r\x1b[K{line}{end}" if drawn else f"{line}\n")
        self.stream.flush()


def _held_out(place: Path, file: Path | None) -> HeldOut:
    """Return the texts that the history of a model names, or those of a table."""
    if file is not None:
        found = sources.held_out("", 0.0, file)
    else:
        data, share = _data_of(place)
        found = sources.held_out(data, share)
    if not found.texts:
        raise DataError(found.name, "there is none: all texts are trained or tested on")
    return found


def _data_of(place: Path) -> tuple[str, float]:
    """Return which data set a model was made of, and which share of it was held out."""
    path = place / "history.json"
    made = History.open(path).recipe if exists(path) else {}
    text = made.get("text")
    share = text.get("held_out_share") if isinstance(text, dict) else None
    if not isinstance(made.get("data"), str) or not isinstance(share, int | float):
        expected = f"{path.name} in {place.name} that names the data, or --data with a table"
        raise DataError(expected, "there is neither")
    return made["data"], float(share)


if __name__ == "__main__":
    sys.exit(main())
