"""What happens inside a recurrent PyTorch module? Knows nothing of text."""

from lstm_viz.trace.call import Call
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.record import Recording, record
from lstm_viz.trace.verify import Verification, verify

__all__ = ["Call", "LayerTrace", "Recording", "Verification", "record", "verify"]
