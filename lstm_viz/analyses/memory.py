"""What does a layer remember, as the rest of the network can see it?"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

States = Float[np.ndarray, "*step unit"]


def memory(states: Mapping[str, States]) -> States:
    """Return tanh of the cell state; the hidden state where there is no cell state.

    Args:
        states: by name: ``layer.quantities``, or ``layer.initial`` for what was there before.
    """
    cell_state = states.get("cell_state")
    return states["hidden_state"] if cell_state is None else np.tanh(cell_state)
