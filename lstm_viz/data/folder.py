"""Where do the Parquet files of the data sets lie?"""

import os
from pathlib import Path


def data_folder() -> Path:
    """Return where the Parquet files of the data sets lie: LSTM_VIZ_DATA, or ../shared/data."""
    return Path(os.environ.get("LSTM_VIZ_DATA", "../shared/data"))
