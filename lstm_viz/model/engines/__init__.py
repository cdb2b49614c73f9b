"""How is a network run on a text? ``Network`` directly, any other while it is recorded."""

from lstm_viz.model.engines.engine import Engine, engine_of

__all__ = ["Engine", "engine_of"]
