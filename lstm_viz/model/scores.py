"""What does a module say after each word? Most say something only at the end of a text."""

from collections.abc import Callable
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor

from lstm_viz.errors import WrapError

Outputs = Literal["logits", "probabilities"]
Ask = Callable[[Tensor], Any]

_SAME = 1e-4  # what rounding may do to a score when the same words are read in a shorter text


def rows(raw: Any, steps: int, labels: int) -> Tensor:  # noqa: ANN401  (what any module put out)
    """Return a module's output for one text as rows of scores.

    Args:
        raw: (1, step, score), (1, score) or (score,); a tuple counts by its first part, and an
            object with ``logits`` by these.
        steps: words of the text.
        labels: how many there are; two labels may share one score, of the second.

    Returns:
        (step, score), or (1, score) of a module that says something only at the end.

    Raises:
        WrapError: it is something else.
    """
    scores = getattr(raw, "logits", raw)
    scores = scores[0] if isinstance(scores, tuple | list) and scores else scores
    if not isinstance(scores, Tensor):
        raise WrapError("a tensor of scores", f"it put out {type(scores).__name__}")
    shape = tuple(scores.shape)
    found = scores.detach().cpu()
    if scores.dim() == 3 and shape[:2] == (1, steps):
        found = found[0]
    elif scores.dim() <= 1:
        found = found.reshape(1, -1)
    elif scores.dim() != 2 or len(scores) != 1:
        expected = f"scores of shape (1, {labels}) or (1, {steps}, {labels}) for {steps} words"
        raise WrapError(expected, f"their shape is {shape}")
    if found.shape[-1] != labels and (found.shape[-1], labels) != (1, 2):
        raise WrapError(f"a score for each of {labels} labels", f"{found.shape[-1]} came")
    return found.float()


def looks_back_only(ask: Ask, inputs: Tensor, whole: Tensor, labels: int) -> bool:
    """Whether what a module says after each word does not depend on words not yet read.

    Args:
        ask: runs the module on the beginning of the text.
        inputs: of a text of two words or more, (1, step) or (1, step, feature).
        whole: what ``rows`` made of the whole text.
        labels: how many there are.
    """
    if len(whole) < inputs.shape[1]:
        return False
    half = inputs.shape[1] // 2
    beginning = rows(ask(inputs[:, :half]), half, labels)
    return len(beginning) == half and bool(
        torch.allclose(beginning, whole[:half], rtol=_SAME, atol=_SAME)
    )


def of_beginnings(ask: Ask, inputs: Tensor, whole: Tensor, labels: int) -> Tensor:
    """Return the scores after reading tokens 0…t for every t, each beginning read for itself.

    Args:
        ask: runs the module on the beginning of the text.
        inputs: of the whole text, (1, step) or (1, step, feature).
        whole: what ``rows`` made of it.
        labels: how many there are.

    Returns:
        (step, score).
    """
    ends = range(1, inputs.shape[1])
    beginnings = [rows(ask(inputs[:, :end]), end, labels)[-1:] for end in ends]
    return torch.cat([*beginnings, whole[-1:]])


def logits_of(
    scores: Float[Tensor, "step score"], labels: int, outputs: Outputs
) -> Float[Tensor, "step label"]:
    """Return scores as logits, one per label, of which the softmax is the prediction.

    Args:
        scores: as the module puts them out; one for two labels is that of the second.
        labels: how many there are.
        outputs: whether the scores are logits or probabilities.

    Raises:
        WrapError: they are no probabilities, or not finite.
    """
    if not scores.isfinite().all():
        raise WrapError("finite scores", "some are not")
    if outputs == "logits":
        single = scores
    elif (scores < 0).any() or (scores > 1).any():
        came = f"some lie from {float(scores.min()):.3g} to {float(scores.max()):.3g}"
        raise WrapError("probabilities from 0 to 1 (or outputs='logits')", came)
    else:
        least = torch.finfo(scores.dtype).tiny
        single = scores.clamp_min(least).log()
        if scores.shape[-1] < labels:
            single = single - (1 - scores).clamp_min(least).log()
    if single.shape[-1] == labels:
        return single
    return torch.cat([torch.zeros_like(single), single], -1)
