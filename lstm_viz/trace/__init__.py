"""What happens inside a recurrent PyTorch module? Knows nothing of text."""

from lstm_viz.trace.call import Call
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.record import Recording, record

__all__ = ["Call", "LayerTrace", "Recording", "record"]
