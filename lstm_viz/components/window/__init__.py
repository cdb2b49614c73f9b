"""The window and not one picture in it: its history, and whether the server answers."""

from lstm_viz.components.window.window import window

__all__ = ["window"]
