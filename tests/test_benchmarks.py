"""The history of benchmarks: written, read back, and compared."""

import re
import sys
from datetime import date

from benchmarks import history, recording
from benchmarks.history import Figure, Row

OLD = [
    Row("2026-01-01", "aaaaaaa", "one, 2 cores", "recorded", 2.0, "× plain"),
    Row("2026-01-02", "bbbbbbb", "one, 2 cores", "recorded", 1.6, "× plain"),
    Row("2026-01-03", "ccccccc", "another, 8 cores", "recorded", 9.0, "× plain"),
]


def test_rows_are_read_as_they_were_written(tmp_path):
    file = tmp_path / "history.csv"
    assert history.read(file) == []
    history.append(OLD[:1], file)
    history.append(OLD[1:], file)
    assert history.read(file) == OLD
    assert file.read_text("utf-8").splitlines()[0] == "date,commit,processor,figure,value,unit"


def test_a_row_is_compared_with_the_last_of_its_processor():
    new = [
        Row("2026-01-04", "ddddddd", "one, 2 cores", "recorded", 2.0, "× plain"),
        Row("2026-01-04", "ddddddd", "one, 2 cores", "cell by cell", 4.0, "× recorded"),
    ]
    assert history.compared(new, OLD) == [
        "recorded: 2 × plain, 1.25 × 1.6 (2026-01-02, bbbbbbb)",
        "cell by cell: 4 × recorded",
    ]


def test_figures_are_kept_where_it_is_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(history, "FILE", tmp_path / "history.csv")
    monkeypatch.setattr(sys, "argv", ["benchmark"])
    history.report([Figure("recorded", 1.77193, "× plain")])
    assert "recorded: 1.772 × plain" in capsys.readouterr().out
    assert not history.FILE.exists()
    monkeypatch.setattr(sys, "argv", ["benchmark", "--record", "--people", "1"])
    history.report([Figure("recorded", 1.77193, "× plain")])
    (row,) = history.read(history.FILE)
    assert (row.figure, row.value, row.processor) == ("recorded", 1.772, history.processor())
    history.report([Figure("recorded", 0.886, "× plain")])
    assert "0.886 × plain, 0.50 × 1.772" in capsys.readouterr().out


def test_a_size_of_the_recording_benchmark():
    figures = {one.name: one for one in recording.measured("tiny", 1, 6, 4, 1)}
    assert figures["tiny: error"].value < 2e-5
    assert figures["tiny: memory at its peak"].value >= 1


def test_the_history_is_whole():
    rows = history.read(history.FILE)
    assert all(date.fromisoformat(row.date) <= date.max for row in rows)
    assert all(re.fullmatch(r"[0-9a-f]{7,}\+?", row.commit) for row in rows)
    assert all(row.value >= 0 and row.figure and row.processor for row in rows)
