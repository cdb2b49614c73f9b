"""What all tests share; ``lstm_viz`` is not imported here, or shapes go unchecked."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("LSTM_VIZ_DATA", ROOT / "../shared/data")).resolve()
TRUTH = (ROOT / "../shared/truth").resolve()

# No test is timed; and a machine that checks a change tries the same cases each time.
settings.register_profile("lstm-viz", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("lstm-viz")


def pytest_collection_modifyitems(config, items):
    """Leave the data tier out where there is no data, and say so in one line."""
    if DATA.is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("data")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_report_header():
    """Say where the data tier reads, or that it does not run."""
    if DATA.is_dir():
        return f"data tier: runs on {DATA}"
    return "data tier: left out, since there are no data sets (set LSTM_VIZ_DATA to their folder)"


@pytest.fixture(scope="session")
def classifier():
    """The packaged default model."""
    import lstm_viz

    return lstm_viz.load("imdb-lstm")


@pytest.fixture(scope="session")
def example(classifier):
    """A trace that turns half-way."""
    return classifier.trace("I wanted to love it, but the jokes are stale. Not a good film!")
