"""How does a figure compare with the one before? Rows of history.csv, one a figure and run.

Only rows of the same processor are compared, and nothing fails: what a figure means for a change is
for people to say.
"""

import csv
import os
import platform
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).with_name("history.csv")
OPTIONS = ArgumentParser(add_help=False)
OPTIONS.add_argument("--record", action="store_true", help="append the figures to history.csv")


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that was measured.

    Attributes:
        name: the same in every run.
        value: of it; of a ratio, without a unit.
        unit: such as ms, KB or "×".
    """

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of one run.

    Attributes:
        date: on which it was measured, as 2026-11-27.
        commit: what was measured; with "+" where files had changed since.
        processor: its name, and how many cores the program had.
        figure: name of what was measured.
        value: see ``Figure``, with four digits.
        unit: likewise.
    """

    date: str
    commit: str
    processor: str
    figure: str
    value: float
    unit: str


def read(file: Path) -> list[Row]:
    """Return all rows, the oldest first; none where there is no file yet."""
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as lines:
        return [Row(**{**row, "value": float(row["value"])}) for row in csv.DictReader(lines)]  # type: ignore[arg-type]


def append(rows: Sequence[Row], file: Path) -> None:
    """Write rows below those that are there."""
    new = not file.exists()
    with file.open("a", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        if new:
            writer.writerow([field.name for field in fields(Row)])
        writer.writerows(astuple(row) for row in rows)


def compared(rows: Sequence[Row], earlier: Sequence[Row]) -> list[str]:
    """Return a line a row: its value, and its ratio to the last one on the same processor."""
    last = {(row.figure, row.processor): row for row in earlier}
    lines = []
    for row in rows:
        line = f"{row.figure}: {row.value:g} {row.unit}".rstrip()
        before = last.get((row.figure, row.processor))
        if before and before.value:
            ratio = row.value / before.value
            line += f", {ratio:.2f} × {before.value:g} ({before.date}, {before.commit})"
        lines.append(line)
    return lines


def report(figures: Sequence[Figure]) -> None:
    """Print what was measured and how it compares; with ``--record`` keep it."""
    date, version, name = f"{datetime.now(UTC):%Y-%m-%d}", commit(), processor()
    rows = [
        Row(date, version, name, figure.name, float(f"{figure.value:.4g}"), figure.unit)
        for figure in figures
    ]
    print("\n".join(["", *compared(rows, read(FILE))]))
    if OPTIONS.parse_known_args()[0].record:
        append(rows, FILE)


def commit() -> str:
    """Return what is checked out; "unknown" outside a checkout."""
    told = subprocess.run(
        ["git", "describe", "--always", "--exclude=*", "--dirty=+"],  # noqa: S607  (as whoever measures finds it)
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip() or "unknown"


def processor() -> str:
    """Return the name of the processor, and how many of its cores there are for the program."""
    about = Path("/proc/cpuinfo")
    text = about.read_text("utf-8") if about.exists() else ""
    named = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    name = named[1].strip() if named else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return f"{name}, {cores} cores"
