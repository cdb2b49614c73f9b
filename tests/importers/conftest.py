"""Files that Keras itself wrote, once for all tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WRITER = Path(__file__).with_name("keras_writer.py")


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Return the folder that Keras wrote, in a process of its own: it changes what it runs in."""
    folder = tmp_path_factory.mktemp("keras")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", WRITER, folder],
        env={**os.environ, "KERAS_BACKEND": "torch", "KERAS_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder
