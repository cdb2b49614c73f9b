"""Dropout inside the recurrence, which PyTorch's own layers lack.

One mask over the hidden units per text, the same at every step: h₍t−1₎ ⊙ mask takes the place of
h₍t−1₎ in the recurrent product of all gates (Gal and Ghahramani 2016, A Theoretically Grounded
Application of Dropout in Recurrent Neural Networks; ``recurrent_dropout`` of Keras).
"""

from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.trace.unrolled import recurrence
from lstm_viz.training.texts.batches import Batch


def hidden_states(
    module: nn.RNNBase, features: Float[Tensor, "batch step feature"], batch: Batch, share: float
) -> Float[Tensor, "batch step unit"]:
    """Return the hidden states of a layer with dropout in its recurrence.

    Args:
        module: of one layer in one direction.
        features: of each word.
        batch: supplies random numbers for the masks.
        share: of the hidden units that is dropped, in (0, 1).
    """
    if module.num_layers > 1 or module.bidirectional:
        raise ValueError("Recurrent dropout is for one layer in one direction.")
    mask = batch.dropout(features.new_ones(len(features), module.hidden_size), share)
    return recurrence(module, features.transpose(0, 1), mask.mul).transpose(0, 1)
