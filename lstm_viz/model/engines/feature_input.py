"""Runs any network on features, in place of those that it looks up for numbers.

A network that reads numbers looks them up in an embedding. The output of the embedding is replaced,
and the numbers are stand-ins: those that would lead to the features are not known. Whether the
scores follow from the features alone is checked by comparing them with the network's own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from threading import get_ident
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import InputError, WrapError
from lstm_viz.model.differentiable import check_features
from lstm_viz.model.forward_call import ForwardCall
from lstm_viz.model.module_hooks import hooked
from lstm_viz.model.network_input import example_tensor
from lstm_viz.model.text_trace import EXACT

_REMEDY = (
    "What it says of texts stays exact, in trace and predict. For features, wrap a module that "
    "reads rows of features, and let encode look them up."
)
_FOLLOWS = "scores that follow from what is looked up for the numbers"
_Change = Callable[[nn.Embedding, Tensor, Tensor], Tensor | None]


class FeatureInput:
    """Runs a network on features, in place of those that it looks up for numbers."""

    def __init__(
        self,
        network: nn.Module,
        forward: ForwardCall,
        embedding: nn.Embedding | None = None,
        *,
        reads_rows: bool = False,
    ) -> None:
        """Take what is known of the network's input; by default nothing.

        Args:
            network: to be run by one thread at a time.
            forward: runs it on one text.
            embedding: that looks its numbers up.
            reads_rows: whether it reads rows of features.
        """
        self._network, self._forward = network, forward
        self._embedding, self._reads_rows = embedding, reads_rows

    def inspected(self, inputs: Tensor) -> tuple["FeatureInput", Float[Tensor, "step feature"]]:
        """Find out how the network reads such inputs; return this, and the features of these.

        Args:
            inputs: (1, step) numbers, or (1, step, feature).

        Raises:
            WrapError: numbers are not looked up in one embedding, once.
        """
        if inputs.is_floating_point():
            embedding, features = None, inputs[0]
        else:
            embedding, features = self._looked_up(inputs)
        found = FeatureInput(self._network, self._forward, embedding, reads_rows=embedding is None)
        return found, features.to(torch.float32, copy=True)

    def _looked_up(self, inputs: Tensor) -> tuple[nn.Embedding, Float[Tensor, "step feature"]]:
        """Return the embedding that looks the numbers up, and its output."""
        found: list[tuple[nn.Embedding, Tensor]] = []

        def keep(embedding: nn.Embedding, numbers: Tensor, features: Tensor) -> None:
            if numbers.numel() == inputs.numel() and torch.equal(numbers.flatten(), inputs[0]):
                found.append(
                    (embedding, features.detach().clone())
                )  # the original may change in place

        with self._embeddings(keep):
            self._forward(inputs)
        if len(found) != 1:
            came = f"{len(found)} calls of an nn.Embedding read just these"
            raise _refusal("one embedding that is called once with the numbers of a text", came)
        embedding, features = found[0]
        return embedding, features.reshape(inputs.shape[1], -1)

    def stand_ins(self) -> Sequence[int]:
        """Return numbers that can stand in for those of a text: padding, and the last one.

        A network that reads rows needs none; 0 takes their place.
        """
        embedding = self._embedding
        if embedding is None:
            return (0,)
        return sorted({embedding.padding_idx or 0, embedding.num_embeddings - 1})

    def run(self, rows: Float[Tensor, "step feature"], stand_in: int | None = None) -> Any:  # noqa: ANN401
        """Return the output of the network for features.

        Args:
            rows: the features.
            stand_in: the number at each step; by default the last one there is.
        """
        like = example_tensor(self._network)
        rows = rows.to(like.device)
        # cuDNN supports backward only for what it ran in training mode.
        with torch.backends.cudnn.flags(enabled=False) if rows.is_cuda else nullcontext():
            if self._embedding is None:
                return self._forward(rows.to(like.dtype)[None])
            number = self.stand_ins()[-1] if stand_in is None else stand_in
            return self._run_replaced(self._embedding, rows, number)

    def _run_replaced(self, looked_up: nn.Embedding, rows: Tensor, number: int) -> Any:  # noqa: ANN401
        stand_ins = torch.full((1, len(rows)), number, device=rows.device)
        calls = 0

        def replace(embedding: nn.Embedding, numbers: Tensor, features: Tensor) -> Tensor | None:
            nonlocal calls
            if embedding is not looked_up:
                return None
            calls += 1
            if numbers.numel() != len(rows):
                came = f"{numbers.numel()} numbers were looked up"
                raise _refusal(f"{len(rows)} numbers of a text to be looked up", came)
            # A copy, which the network may change in place.
            return rows.reshape(features.shape).to(features.dtype, copy=True)

        with self._embeddings(replace):
            try:
                raw = self._forward(stand_ins)
            except WrapError as error:
                if error.__cause__ is None:  # raised by lstm_viz, and complete
                    raise
                came = f"with other numbers in their place it fails ({error.__cause__})"
                raise _refusal(_FOLLOWS, came) from error.__cause__
        if calls != 1:
            raise _refusal("each text to be looked up once", f"one was looked up {calls} times")
        return raw

    def check(self, again: Tensor, logits: Tensor) -> None:
        """Compare the logits from features with those of the text itself.

        Raises:
            WrapError: they differ by more than rounding.
        """
        eps = torch.finfo(example_tensor(self._network).dtype).eps
        size = max(1.0, float(logits.abs().max()))
        off = float((again.double() - logits.double()).abs().max())
        if not off <= max(EXACT, 4 * eps) * size:  # written so that NaN is refused too
            came = (
                f"with other numbers in their place they are off by {off:.1g}: the numbers are "
                "used in another way too, as for a mask"
            )
            raise _refusal(_FOLLOWS, came)

    def check_features(self, features: Tensor) -> None:
        """Refuse features that cannot be read.

        Raises:
            InputError: they are of another kind or shape, or of more precision than the network's;
                or it is not known yet what the network reads.
        """
        embedding, like = self._embedding, example_tensor(self._network)
        if embedding is None and not self._reads_rows:
            expected = "features(text) to be called before logits(features)"
            raise InputError(expected, "it is not known yet what the network looks up")
        check_features(features, None if embedding is None else embedding.embedding_dim)
        if features.dtype == torch.float64 != like.dtype:
            came = f"float64 came, in which a network of {like.dtype} cannot be run"
            raise InputError("features in float32 (or the network made float64)", came)

    @staticmethod
    def check_graph(rows: Tensor, logits: Tensor) -> None:
        """Refuse a network that gradients do not flow through.

        Raises:
            WrapError: the features have a gradient, and none of the logits leads to them.
        """
        if torch.is_grad_enabled() and rows.requires_grad and not _leads_to(logits, rows):
            came = "the scores do not depend on the features as autograd sees it"
            remedy = "Take torch.no_grad, detach and numpy out of its forward."
            raise WrapError("scores that can be differentiated", came, remedy)

    @contextmanager
    def _embeddings(self, change: _Change) -> Iterator[None]:
        """Call a function at each call of an embedding in this thread.

        Args:
            change: takes the embedding, its input and its output; returns another output or None.
        """
        thread = get_ident()

        def hook(module: nn.Embedding, args: tuple[Any, ...], kwargs: Any, output: Any) -> Any:  # noqa: ANN401
            numbers = args[0] if args else kwargs.get("input")
            return change(module, numbers, output) if get_ident() == thread else None

        found = [m for m in self._network.modules() if isinstance(m, nn.Embedding)]
        with hooked(found, hook):
            yield


def _refusal(expected: str, came: str) -> WrapError:
    return WrapError(expected, came, _REMEDY)


def _leads_to(output: Tensor, source: Tensor) -> bool:
    """Whether a gradient of one tensor flows to another, and not to weights alone."""
    target = source.grad_fn
    waiting, visited = [output.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in visited:
            continue
        if node is target or getattr(node, "variable", None) is source:
            return True
        visited.add(node)
        waiting += [following for following, _ in node.next_functions]
    return False
