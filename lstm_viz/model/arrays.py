"""Tensors as read-only arrays, which sessions can share."""

import numpy as np
from torch import Tensor


def read_only(values: Tensor) -> np.ndarray:
    """Return a read-only float32 copy."""
    array = np.array(values.detach().cpu().float().numpy(), order="C")
    array.flags.writeable = False
    return array
