"""What happens inside a recurrent PyTorch module? Independent of text."""

from lstm_viz.trace.call import Call
from lstm_viz.trace.force import Force, parse_forces, spell_forces
from lstm_viz.trace.layer_trace import LayerTrace, PreActivation
from lstm_viz.trace.record import Recording, record
from lstm_viz.trace.verify import Verification, verify

__all__ = [
    "Call",
    "Force",
    "LayerTrace",
    "PreActivation",
    "Recording",
    "Verification",
    "parse_forces",
    "record",
    "spell_forces",
    "verify",
]
