"""What work says of how far it is, as people read it."""

import pytest

from lstm_viz.progress import duration


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.6, "1:00 min"), (65, "1:05 min"), (7_260, "2:01 h")]
)
def test_durations(seconds, text):
    assert duration(seconds) == text
