"""The reader's script, verdict and timeline, drawn in the browser."""

from lstm_viz.components.player.player import Choice, payload, player

__all__ = ["Choice", "payload", "player"]
