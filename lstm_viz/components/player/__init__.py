"""The player: one reading on the page, and everything that moves with the playhead."""

from lstm_viz.components.player.payload import Menus, identity, payload
from lstm_viz.components.player.player import has_spoken, player, player_choice, player_request
from lstm_viz.components.player.view import Chosen, PlayerStart, PlayerView

__all__ = [
    "Chosen",
    "Menus",
    "PlayerStart",
    "PlayerView",
    "has_spoken",
    "identity",
    "payload",
    "player",
    "player_choice",
    "player_request",
]
