"""The reader's script, verdict and timeline, drawn in the browser."""

from lstm_viz.components.player.player import Choice, Opening, payload, player

__all__ = ["Choice", "Opening", "payload", "player"]
