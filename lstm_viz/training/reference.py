"""``python -m lstm_viz.training.reference [MODEL …]``: measure what is usual for models."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from lstm_viz.analyses.reference import measure_reference
from lstm_viz.errors import DataError, LstmVizError
from lstm_viz.model import reference_file
from lstm_viz.model.history import History
from lstm_viz.model.model_folders import exists, file_names
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.model.registry import folder, folder_of, load_unmeasured
from lstm_viz.progress import Progress
from lstm_viz.terminal import TerminalLine
from lstm_viz.training import card
from lstm_viz.training.texts import sources
from lstm_viz.training.texts.sources import HeldOut

MOST = 1_000  # texts: enough for a mean to two digits and a percentile to one part in a hundred

Item = TypeVar("Item")


def main() -> int:
    """Measure reference statistics of the gates and the memory of models, on held-out texts.

    They are written into the folder of each model. Which texts were held out is read from the
    model's history.json, or given with --data.
    """
    parser = argparse.ArgumentParser(prog=reference_file.COMMAND, description=main.__doc__)
    parser.add_argument(
        "models", nargs="*", metavar="MODEL", help="name or folder; all packaged models by default"
    )
    parser.add_argument(
        "--data", type=Path, help="a CSV, TSV or Parquet file as for training, its held-out part"
    )
    arguments = parser.parse_args()
    line = TerminalLine(sys.stderr)
    try:
        for name in arguments.models or sorted(file_names(folder())):
            place = folder_of(name)
            line.name = f"{place.name}, texts"
            card.list_files(place, measure(place, _held_out(place, arguments.data), line))
            line.close()
    except (LstmVizError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The model that was being measured is unchanged.\n")
        return 130
    return 0


def measure(place: Path, held_out: HeldOut, progress: Progress) -> ReferenceStatistics:
    """Measure the reference statistics of a model, and write them into its folder.

    Args:
        place: folder of the model.
        held_out: texts, of which at most 1,000 are used, evenly spaced: data sets are sorted.
        progress: called with the number of texts done.
    """
    classifier = load_unmeasured(place)
    texts = evenly_spaced(held_out.texts, MOST)
    found = measure_reference(classifier, texts, source=held_out.name, progress=progress)
    found.save(place / reference_file.NAME)
    return found


def evenly_spaced(items: Sequence[Item], most: int) -> list[Item]:
    """Return all items, or this many of them from the first to the last."""
    count = min(most, len(items))
    return [items[number * len(items) // count] for number in range(count)]


def _held_out(place: Path, file: Path | None) -> HeldOut:
    """Return the texts that the history of a model names, or those of a table."""
    if file is not None:
        found = sources.held_out("", 0.0, file)
    else:
        data, share = _data_of(place)
        found = sources.held_out(data, share)
    if not found.texts:
        raise DataError(found.name, "there is none: all texts are training or test texts")
    return found


def _data_of(place: Path) -> tuple[str, float]:
    """Return the data set of a model, and the share of it that was held out."""
    path = place / "history.json"
    recipe = History.open(path).recipe if exists(path) else {}
    text = recipe.get("text")
    share = text.get("held_out_share") if isinstance(text, dict) else None
    if not isinstance(recipe.get("data"), str) or not isinstance(share, int | float):
        expected = f"{path.name} in {place.name} that names the data, or --data with a table"
        raise DataError(expected, "there is neither")
    return recipe["data"], float(share)


if __name__ == "__main__":
    sys.exit(main())
