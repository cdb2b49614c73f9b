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


SHARED = {"data": DATA, "truth": TRUTH}  # what a test marked data("…") needs; data by default


def pytest_collection_modifyitems(config, items):
    """Leave the data tier out where there is no data, and put the browser last."""
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
    left_out = []
    for item in items:
        marker = item.get_closest_marker("data")
        if marker and not SHARED[marker.args[0] if marker.args else "data"].is_dir():
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_report_header():
    """Say where the data tier reads, or what of it does not run."""
    missing = [name for name, folder in SHARED.items() if not folder.is_dir()]
    if missing:
        return f"data tier: left out where it needs ../shared/{' or ../shared/'.join(missing)}"
    return f"data tier: runs on {DATA} and {TRUTH}"


@pytest.fixture(scope="session")
def classifier():
    """The packaged default model."""
    import lstm_viz

    return lstm_viz.load("imdb-lstm")


@pytest.fixture(scope="session")
def example(classifier):
    """A trace that turns half-way."""
    return classifier.trace("I wanted to love it, but the jokes are stale. Not a good film!")
