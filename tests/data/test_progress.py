"""What a reader sees while a file comes: on a terminal, and in a log."""

import io

import pytest

from lstm_viz.data.progress import ProgressLine, size


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, steps, name="file.zip"):
    """Return what is written for steps of (seconds, bytes, bytes in all)."""
    now = [0.0]
    progress = ProgressLine(name, stream, lambda: now[0])
    for seconds, done, total in steps:
        now[0] = seconds
        progress(done, total)
    progress.close()
    return stream.getvalue()


def test_a_terminal_shows_one_line_with_bar_rate_and_time_left():
    steps = [(100.0, 0, 8_000_000), (102.0, 2_000_000, 8_000_000), (108.0, 8_000_000, 8_000_000)]
    first, second, last = shown(Terminal(), steps).split("\r\x1b[K")[1:]
    assert first == f"file.zip  {'░' * 24}  0 bytes of 8.0 MB  0 %"
    bar = "█" * 6 + "░" * 18
    assert second == f"file.zip  {bar}  2.0 MB of 8.0 MB  25 %  1.0 MB/s  6 s left"
    assert last == f"file.zip  {'█' * 24}  8.0 MB of 8.0 MB  100 %  1.0 MB/s\n"


def test_the_rate_is_of_what_came_now_and_not_before():
    steps = [(0.0, 6_000_000, 8_000_000), (2.0, 7_000_000, 8_000_000)]
    assert "7.0 MB of 8.0 MB  87 %  500.0 kB/s  2 s left" in shown(Terminal(), steps)


def test_a_terminal_is_redrawn_ten_times_a_second_at_most():
    steps = [(second / 1000, second, 10_000) for second in range(1000)]
    assert 9 <= shown(Terminal(), steps).count("\r") <= 11


def test_elsewhere_a_plain_line_comes_now_and_then():
    steps = [(second, int(1000 * second), 30_000) for second in map(float, range(31))]
    lines = shown(io.StringIO(), steps).splitlines()
    assert lines[0] == "file.zip  0 bytes of 30.0 kB  0 %"
    assert lines[1] == "file.zip  10.0 kB of 30.0 kB  33 %  1.0 kB/s  20 s left"
    assert lines[-1] == "file.zip  30.0 kB of 30.0 kB  100 %  1.0 kB/s"
    assert len(lines) == 4
    assert not any("\x1b" in line or "\r" in line for line in lines)


def test_without_a_length_there_is_neither_share_nor_time_left():
    out = shown(Terminal(), [(0.0, 0, None), (1.0, 1500, None)])
    assert out.endswith("file.zip  1.5 kB  1.5 kB/s\n")


def test_nothing_that_came_leaves_no_line():
    assert shown(Terminal(), []) == ""


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (84_125_825, "84.1 MB"), (5e9, "5.0 GB")],
)
def test_sizes(count, text):
    assert size(count) == text
