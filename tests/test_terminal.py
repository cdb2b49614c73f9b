"""Progress of a command: a bar and sentences on a terminal, plain lines in a log."""

import io

import pytest

from lstm_viz.terminal import TerminalLine, size

CLEAR = "\r\x1b[K"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def output(stream, steps, name="file.zip", **options):
    """Return what is written for steps of (seconds, done, total, sentence if there is one)."""
    now = [0.0]
    progress = TerminalLine(stream, name, clock=lambda: now[0], **options)
    for seconds, *call in steps:
        now[0] = seconds
        progress(*call)
    progress.close()
    return stream.getvalue()


def test_a_terminal_shows_one_line_with_bar_rate_and_time_left():
    steps = [(100.0, 0, 8_000_000), (102.0, 2_000_000, 8_000_000), (108.0, 8_000_000, 8_000_000)]
    first, second, last = output(Terminal(), steps, amount=size).split(CLEAR)[1:]
    assert first == f"file.zip  {'░' * 24}  0 bytes of 8.0 MB  0 %"
    bar = "█" * 6 + "░" * 18
    assert second == f"file.zip  {bar}  2.0 MB of 8.0 MB  25 %  1.0 MB/s  6 s left"
    assert last == f"file.zip  {'█' * 24}  8.0 MB of 8.0 MB  100 %  1.0 MB/s\n"


def test_the_rate_is_of_this_run_alone():
    steps = [(0.0, 6_000_000, 8_000_000), (2.0, 7_000_000, 8_000_000)]
    assert "7.0 MB of 8.0 MB  87 %  500.0 kB/s  2 s left" in output(Terminal(), steps, amount=size)


def test_a_terminal_is_redrawn_ten_times_a_second_at_most():
    steps = [(second / 1000, second, 10_000) for second in range(1000)]
    assert 9 <= output(Terminal(), steps).count("\r") <= 11


def test_a_log_gets_a_plain_line_every_ten_seconds():
    steps = [(second, int(1000 * second), 30_000) for second in map(float, range(31))]
    lines = output(io.StringIO(), steps, amount=size).splitlines()
    assert lines == [
        "file.zip  0 bytes of 30.0 kB  0 %",
        "file.zip  10.0 kB of 30.0 kB  33 %  1.0 kB/s  20 s left",
        "file.zip  20.0 kB of 30.0 kB  66 %  1.0 kB/s  10 s left",
        "file.zip  30.0 kB of 30.0 kB  100 %  1.0 kB/s",
    ]


def test_without_a_length_there_is_neither_share_nor_time_left():
    out = output(Terminal(), [(0.0, 0, None), (1.0, 1500, None)], amount=size)
    assert out.endswith("file.zip  1.5 kB  1.5 kB/s\n")


SENTENCES = [
    (50.0, 0, None, "reading"),
    (50.0, 100, 400),
    (70.0, 200, 400, "step 200"),
    (150.0, 300, 400, "step 300"),
    (151.0, 400, 400, "step 400"),
    (151.0, 400, 400),
]


def test_a_log_gets_sentences_with_the_time_left():
    lines = output(io.StringIO(), SENTENCES, every=None).splitlines()
    assert lines == [
        "reading", "step 200, 40 s left", "step 300, 50 s left", "step 400, 0 s left"
    ]  # fmt: skip


def test_a_sentence_takes_the_place_of_the_bar():
    out = output(Terminal(), SENTENCES, "")
    bar = f"{'█' * 6}{'░' * 18}  100 of 400  25 %"
    assert out.startswith(f"{CLEAR}reading\n{CLEAR}{bar}{CLEAR}step 200, 40 s left\n")
    assert out.endswith(f"{CLEAR}{'█' * 24}  400 of 400  100 %  3/s\n")


def test_no_call_leaves_no_line():
    assert output(Terminal(), []) == ""


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (84_125_825, "84.1 MB"), (5e9, "5.0 GB")],
)
def test_sizes(count, text):
    assert size(count) == text
