"""What can a reader download? A page that works offline, and a table of numbers."""

from lstm_viz.export.page import page
from lstm_viz.export.table import table

__all__ = ["page", "table"]
