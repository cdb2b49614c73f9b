"""Fetching a data set: downloaded, converted, checked, and only then given its name."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lstm_viz.data import tables, web
from lstm_viz.data.catalogue import Dataset
from lstm_viz.data.download import Origin, download, has_sha256
from lstm_viz.errors import DataFileError
from lstm_viz.terminal import Screen, TerminalLine, size

Say = Callable[[str], None]
DOWNLOADS = "downloads"  # beside the Parquet files, until they are made


def fetch(
    dataset: Dataset, folder: Path, say: Say, screen: Screen, allowed: web.Rule = web.is_https
) -> None:
    """Write the Parquet files of a data set; existing ones are checked and kept.

    Args:
        dataset: to fetch.
        folder: of its files; downloads are kept in ``downloads`` inside it.
        say: called with every line of output.
        screen: where progress is shown.
        allowed: which addresses may be requested.

    Raises:
        DownloadError: an archive cannot be downloaded.
        DataFileError: an archive, or an existing file, is not the expected one.
        MissingPackageError: pyarrow is not installed.
    """
    tables.need_pyarrow()  # before 84 MB are downloaded in vain
    missing = [name for name in dataset.expected if not _exists(dataset, name, folder, say)]
    if not missing:
        return
    say(f"{dataset.title}\n  Terms: {dataset.terms}\n  Cite:  {dataset.cite}")
    own = folder / DOWNLOADS / dataset.name
    own.mkdir(parents=True, exist_ok=True)
    files = {
        origin.name: _download(origin, own, say, screen, allowed) for origin in dataset.origins
    }
    say("Reading and checking the rows.")
    _convert(dataset, files, missing, folder)
    for name in missing:
        say(f"Made {folder / name}.parquet: {dataset.expected[name].rows:,} rows, as expected.")
    _clean(dataset, own)


def _clean(dataset: Dataset, own: Path) -> None:
    """Remove the downloads, and nothing else that somebody put beside them."""
    for origin in dataset.origins:
        for ending in ("", ".part", ".part.json"):
            (own / f"{origin.name}{ending}").unlink(missing_ok=True)
    for folder in (own, own.parent):
        with suppress(OSError):  # it holds something else: another data set may be under way
            folder.rmdir()


def _exists(dataset: Dataset, name: str, folder: Path, say: Say) -> bool:
    path = folder / f"{name}.parquet"
    if not os.path.lexists(path):
        return False
    remedy = "Move it away, or choose another folder with --to; it was left unchanged."
    tables.check(str(path), tables.read_parquet(path), dataset.expected[name], remedy)
    say(f"{path} is there, with the rows expected.")
    return True


def _download(origin: Origin, folder: Path, say: Say, screen: Screen, allowed: web.Rule) -> Path:
    to = folder / origin.name
    if to.is_file() and (origin.sha256 is None or has_sha256(to, origin.sha256)):
        return to
    say(f"From {origin.address}")
    progress = TerminalLine(screen, origin.name, amount=size)
    try:
        download(origin, to, progress, allowed)
    finally:
        progress.close()
    return to


def _convert(
    dataset: Dataset, files: Mapping[str, Path], names: Sequence[str], folder: Path
) -> None:
    remedy = "Nothing was written. The file at its address has changed."
    try:
        made = dataset.convert(files)
        for name in names:
            tables.check(f"{name}.parquet", made[name], dataset.expected[name], remedy)
    except DataFileError:
        for origin in dataset.origins:  # it may be damaged: the next call downloads it again
            if origin.sha256 is None:
                files[origin.name].unlink(missing_ok=True)
        raise
    for name in names:
        tables.write_parquet(folder / f"{name}.parquet", made[name])
