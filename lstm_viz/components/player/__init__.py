"""The player: one reading on the page, and everything that moves with the playhead."""

from lstm_viz.components.player.payload import Menus, Opening, identity, payload
from lstm_viz.components.player.player import Chosen, asked, chosen, player, said

__all__ = ["Chosen", "Menus", "Opening", "asked", "chosen", "identity", "payload", "player", "said"]
