"""The window and not one picture in it: its history, and whether the server answers."""

from lstm_viz.components.browser.browser import browser

__all__ = ["browser"]
