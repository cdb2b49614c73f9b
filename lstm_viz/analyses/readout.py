"""How much does each unit of the last layer speak for a label?"""

import numpy as np
from jaxtyping import Float

from lstm_viz.analyses.units import units_of
from lstm_viz.model import TextTrace


def readout_contrast(trace: TextTrace, label: int) -> Float[np.ndarray, " unit"] | None:
    """Return each unit's read-out weight for a label minus the mean of its weights for the others.

    Returns:
        In logits per unit of hidden state; None where the prediction is not a weighted sum of the
        hidden state.

    Law:
        With two labels, hidden_state · contrast + the difference of the biases is the log-odds.
    """
    if trace.readout_weight is None:
        return None
    others = np.delete(trace.readout_weight, label, axis=0)
    contrast: Float[np.ndarray, " unit"] = trace.readout_weight[label] - others.mean(0)
    return contrast


def unit_readout_contrast(trace: TextTrace, label: int) -> Float[np.ndarray, " unit"] | None:
    """Return ``readout_contrast`` where it belongs to the units that hold the memory.

    Returns:
        None also behind a projection, whose outputs are not the units.
    """
    contrast = readout_contrast(trace, label)
    return None if contrast is None or len(contrast) != units_of(trace.top) else contrast
