"""What would happen if a gate, a candidate or a state were something else?"""

from lstm_viz.trace.force.force import Force, listed_forces
from lstm_viz.trace.force.several import parse_forces, spell_forces

__all__ = ["Force", "listed_forces", "parse_forces", "spell_forces"]
