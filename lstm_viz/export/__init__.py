"""What a reader takes home."""

from lstm_viz.export.page import page
from lstm_viz.export.table import table

__all__ = ["page", "table"]
