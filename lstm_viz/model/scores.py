"""What are a module's scores after each word? Most modules give scores only for a whole text."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor

from lstm_viz.errors import WrapError

Outputs = Literal["logits", "probabilities"]
Ask = Callable[[Tensor], Any]

_SUM = 1e-3  # how far probabilities may be from adding up to 1


def check_promise(labels: Sequence[str], outputs: object) -> None:
    """Refuse labels and outputs that no classifier can have.

    Raises:
        WrapError: there are fewer than two labels, or the outputs are of no known kind.
    """
    if len(labels) < 2 or isinstance(labels, str):
        raise WrapError("two or more labels", f"{labels!r} came")
    if outputs not in ("logits", "probabilities"):
        raise WrapError("outputs as logits or probabilities", f"{outputs!r} came")


def rows(raw: Any, steps: int, labels: int) -> Tensor:  # noqa: ANN401  (what any module put out)
    """Return ``attached_rows`` without their graph."""
    return attached_rows(raw, steps, labels).detach()


def attached_rows(raw: Any, steps: int, labels: int) -> Tensor:  # noqa: ANN401
    """Return a module's output for one text as rows of scores, attached to their graph.

    Args:
        raw: (1, step, score), (1, score) or (score,); of a tuple the first part is taken, and of
            an object with ``logits`` these.
        steps: words of the text.
        labels: how many there are; two labels may share one score, of the second.

    Returns:
        (step, score), or (1, score) if the module gives scores only for the whole text.

    Raises:
        WrapError: the output has another form.
    """
    scores = getattr(raw, "logits", raw)
    scores = scores[0] if isinstance(scores, tuple | list) and scores else scores
    if not isinstance(scores, Tensor) or not scores.is_floating_point():
        what = scores.dtype if isinstance(scores, Tensor) else type(scores).__name__
        remedy = "Wrap a small module that calls this one and puts out the scores alone."
        raise WrapError("a tensor of scores", f"it put out {what}", remedy)
    shape = tuple(scores.shape)
    found = scores.cpu()
    if scores.dim() == 3 and shape[:2] == (1, steps):
        found = found[0]
    elif scores.dim() <= 1:
        found = found.reshape(1, -1)
    elif scores.dim() != 2 or len(scores) != 1:
        expected = f"scores of shape (1, {labels}) or (1, {steps}, {labels}) for {steps} words"
        raise WrapError(expected, f"their shape is {shape}")
    if found.shape[-1] != labels and (found.shape[-1], labels) != (1, 2):
        raise WrapError(f"a score for each of {labels} labels", f"{found.shape[-1]} came")
    return found if found.dtype == torch.float64 else found.float()


def prefix_scores(ask: Ask, inputs: Tensor, whole: Tensor, labels: int) -> Tensor:
    """Return the scores after tokens 0…t for every t, each prefix read separately.

    Args:
        ask: runs the module on a prefix of the text.
        inputs: of the whole text, (1, step) or (1, step, feature).
        whole: the scores of the whole text, from ``rows``.
        labels: how many there are.

    Returns:
        (step, score).
    """
    ends = range(1, inputs.shape[1])
    found = [rows(ask(inputs[:, :end]), end, labels)[-1:] for end in ends] + [whole[-1:]]
    _check_widths(found)
    return torch.cat(found)


def final_scores(ask: Ask, inputs: Tensor, labels: int) -> Tensor:
    """Return the scores of a whole text, (1, score)."""
    steps = inputs.shape[1]
    whole = rows(ask(inputs), steps, labels)[-1:]
    if whole.shape[-1] == steps > 1:  # a score for each label, or one for each word?
        _check_widths([rows(ask(inputs[:, :1]), 1, labels)[-1:], whole])
    return whole


def _check_widths(found: list[Tensor]) -> None:
    widths = sorted({scores.shape[-1] for scores in found})
    if len(widths) > 1:
        came = f"{' and '.join(map(str, widths))} came for texts of different length"
        raise WrapError("equally many scores for every text", came)


def logits_of(
    scores: Float[Tensor, "step score"], labels: int, outputs: Outputs
) -> Float[Tensor, "step label"]:
    """Return scores as logits, one per label, whose softmax is the prediction.

    Args:
        scores: of the module; a single score for two labels is that of the second.
        labels: how many there are.
        outputs: whether the scores are logits or probabilities.

    Raises:
        WrapError: they are not probabilities, or not finite.
    """
    if not scores.isfinite().all():
        raise WrapError("finite scores", "some are not")
    if outputs == "logits":
        single = scores
    elif (scores < 0).any() or (scores > 1).any():
        came = f"some lie from {float(scores.min()):.3g} to {float(scores.max()):.3g}"
        raise WrapError("probabilities from 0 to 1 (or outputs='logits')", came)
    elif scores.shape[-1] == labels and ((scores.sum(-1) - 1).abs() > _SUM).any():
        came = f"they add up to {float(scores.sum(-1)[-1]):.3g}"
        raise WrapError("probabilities that add up to 1", came)
    else:
        least = torch.finfo(scores.dtype).tiny
        single = scores.clamp_min(least).log()
        if scores.shape[-1] < labels:
            single = single - (1 - scores).clamp_min(least).log()
    if single.shape[-1] == labels:
        return single
    return torch.cat([torch.zeros_like(single), single], -1)
