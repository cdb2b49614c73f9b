"""Are these the weights that something was measured with?"""

from hashlib import sha256

import torch
from torch import nn


def weights_digest(network: nn.Module) -> str:
    """Return a digest of a module's weights.

    Returns:
        64 hexadecimal digits: SHA-256 of the names, types, shapes and bytes of its parameters and
        buffers; the device makes no difference.
    """
    found = sha256()
    for name, value in [*network.named_parameters(), *network.named_buffers()]:
        found.update(f"{name} {value.dtype} {[*value.shape]}\n".encode())
        bytes_of = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
        found.update(bytes_of.numpy().data)
    return found.hexdigest()
