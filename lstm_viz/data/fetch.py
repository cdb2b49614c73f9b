"""How does a data set get into a folder? Fetched, converted, checked, and only then named."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lstm_viz.data import tables, web
from lstm_viz.data.catalogue import Dataset
from lstm_viz.data.download import Origin, download, has_sum
from lstm_viz.data.progress import ProgressLine, Screen
from lstm_viz.errors import DataFileError

Say = Callable[[str], None]
DOWNLOADS = "downloads"  # beside the Parquet files, until they are made


def fetch(
    dataset: Dataset, folder: Path, say: Say, screen: Screen, allowed: web.Rule = web.is_https
) -> None:
    """Make the Parquet files of a data set; those that are there are checked and kept.

    Args:
        dataset: which.
        folder: where its files go; what is being fetched lies in ``downloads`` inside it.
        say: called with every line for the reader.
        screen: where progress is shown.
        allowed: which addresses may be asked.

    Raises:
        DownloadError: an archive cannot be fetched.
        DataFileError: an archive, or a file that is already there, is not what it should be.
        MissingPackageError: pyarrow is not installed.
    """
    tables.need_pyarrow()  # before 84 MB are fetched for nothing
    missing = [name for name in dataset.expected if not _is_there(dataset, name, folder, say)]
    if not missing:
        return
    say(f"{dataset.title}\n  Terms: {dataset.terms}\n  Cite:  {dataset.cite}")
    own = folder / DOWNLOADS / dataset.name
    own.mkdir(parents=True, exist_ok=True)
    files = {origin.name: _fetched(origin, own, say, screen, allowed) for origin in dataset.origins}
    say("Reading and checking the rows.")
    _convert(dataset, files, missing, folder)
    for name in missing:
        say(f"Made {folder / name}.parquet: {dataset.expected[name].rows:,} rows, as expected.")
    _clean(dataset, own)


def _clean(dataset: Dataset, own: Path) -> None:
    """Remove what was fetched, and nothing else that somebody put beside it."""
    for origin in dataset.origins:
        for ending in ("", ".part", ".part.json"):
            (own / f"{origin.name}{ending}").unlink(missing_ok=True)
    for folder in (own, own.parent):
        with suppress(OSError):  # it holds something else: another data set may be under way
            folder.rmdir()


def _is_there(dataset: Dataset, name: str, folder: Path, say: Say) -> bool:
    path = folder / f"{name}.parquet"
    if not os.path.lexists(path):
        return False
    remedy = "Move it away, or name another folder with --to; it was left as it is."
    tables.check(str(path), tables.read(path), dataset.expected[name], remedy)
    say(f"{path} is there, with the rows expected.")
    return True


def _fetched(origin: Origin, folder: Path, say: Say, screen: Screen, allowed: web.Rule) -> Path:
    to = folder / origin.name
    if to.is_file() and (origin.sha256 is None or has_sum(to, origin.sha256)):
        return to
    say(f"From {origin.address}")
    progress = ProgressLine(origin.name, screen)
    try:
        download(origin, to, progress, allowed)
    finally:
        progress.close()
    return to


def _convert(
    dataset: Dataset, files: Mapping[str, Path], names: Sequence[str], folder: Path
) -> None:
    remedy = "Nothing was written. The file at its address is another one than it was."
    try:
        made = dataset.convert(files)
        for name in names:
            tables.check(f"{name}.parquet", made[name], dataset.expected[name], remedy)
    except DataFileError:
        for origin in dataset.origins:  # it may have come wrong: the next call fetches it anew
            if origin.sha256 is None:
                files[origin.name].unlink(missing_ok=True)
        raise
    for name in names:
        tables.write(folder / f"{name}.parquet", made[name])
