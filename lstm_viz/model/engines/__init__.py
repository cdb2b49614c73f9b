"""How is a network run on a text: ours by its own equations, anyone's as it is found."""

from lstm_viz.model.engines.engine import Engine, engine_of

__all__ = ["Engine", "engine_of"]
