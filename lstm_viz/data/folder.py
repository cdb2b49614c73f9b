"""The folder of the data sets."""

import os
from pathlib import Path


def data_folder() -> Path:
    """Return the folder of the Parquet files: LSTM_VIZ_DATA, or ../shared/data."""
    return Path(os.environ.get("LSTM_VIZ_DATA", "../shared/data"))
