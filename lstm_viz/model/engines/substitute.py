"""What would anyone's network say of other features than those that it looks up?

A network that is given numbers looks them up in an embedding. What this puts out is replaced, and
the numbers are stand-ins: those that would lead to the features are not known. Whether the scores
follow from the features alone is seen by comparing them with the network's own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import InputError, WrapError
from lstm_viz.model.differentiable import features_in
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


class Substitute:
    """Runs a network on features, in place of those that it looks up for numbers."""

    def __init__(
        self,
        network: nn.Module,
        ask: ForwardCall,
        embedding: nn.Embedding | None = None,
        *,
        reads_rows: bool = False,
    ) -> None:
        """Take what is known of what the network reads; by default that is nothing.

        Args:
            network: to be run by one thread at a time.
            ask: runs it on one text.
            embedding: in which it looks its numbers up.
            reads_rows: whether it is given rows of features.
        """
        self._network, self._ask = network, ask
        self._embedding, self._reads_rows = embedding, reads_rows

    def of(self, inputs: Tensor) -> tuple["Substitute", Float[Tensor, "step feature"]]:
        """Return the one for a network that reads such inputs, and the features of these.

        Args:
            inputs: (1, step) numbers, or (1, step, feature).

        Raises:
            WrapError: numbers are not looked up in one embedding, once.
        """
        if inputs.is_floating_point():
            embedding, features = None, inputs[0]
        else:
            embedding, features = self._looked_up(inputs)
        found = Substitute(self._network, self._ask, embedding, reads_rows=embedding is None)
        return found, features.to(torch.float32, copy=True)

    def _looked_up(self, inputs: Tensor) -> tuple[nn.Embedding, Float[Tensor, "step feature"]]:
        """Return where the network looks numbers up, and what it finds there."""
        found: list[tuple[nn.Embedding, Tensor]] = []

        def keep(embedding: nn.Embedding, numbers: Tensor, features: Tensor) -> None:
            if numbers.numel() == inputs.numel() and torch.equal(numbers.flatten(), inputs[0]):
                found.append((embedding, features.detach().clone()))  # what may be changed in place

        with self._embeddings(keep):
            self._ask(inputs)
        if len(found) != 1:
            came = f"{len(found)} calls of an nn.Embedding read just these"
            raise _refusal("one embedding that is called once with the numbers of a text", came)
        embedding, features = found[0]
        return embedding, features.reshape(inputs.shape[1], -1)

    def stand_ins(self) -> Sequence[int]:
        """Return numbers to be given in place of a text's: that of padding, and the last one.

        A network that is given rows needs none, for which 0 stands.
        """
        embedding = self._embedding
        if embedding is None:
            return (0,)
        return sorted({embedding.padding_idx or 0, embedding.num_embeddings - 1})

    def run(self, rows: Float[Tensor, "step feature"], stand_in: int | None = None) -> Any:  # noqa: ANN401
        """Return what the network puts out for features.

        Args:
            rows: the features.
            stand_in: the number to be given at each step; by default the last one there is.
        """
        like = example_tensor(self._network)
        rows = rows.to(like.device)
        # cuDNN can only go back through what it ran in training.
        with torch.backends.cudnn.flags(enabled=False) if rows.is_cuda else _unchanged():
            if self._embedding is None:
                return self._ask(rows.to(like.dtype)[None])
            number = self.stand_ins()[-1] if stand_in is None else stand_in
            return self._run_replaced(self._embedding, rows, number)

    def _run_replaced(self, looked_up: nn.Embedding, rows: Tensor, number: int) -> Any:  # noqa: ANN401
        numbers = torch.full((1, len(rows)), number, device=rows.device)
        calls = 0

        def replace(embedding: nn.Embedding, given: Tensor, features: Tensor) -> Tensor | None:
            nonlocal calls
            if embedding is not looked_up:
                return None
            calls += 1
            if given.numel() != len(rows):
                came = f"{given.numel()} numbers were looked up"
                raise _refusal(f"{len(rows)} numbers of a text to be looked up", came)
            # A copy, which the network may change in place.
            return rows.reshape(features.shape).to(features.dtype, copy=True)

        with self._embeddings(replace):
            try:
                raw = self._ask(numbers)
            except WrapError as error:
                if error.__cause__ is None:  # it is one of ours, and says all
                    raise
                came = f"with other numbers in their place it fails ({error.__cause__})"
                raise _refusal(_FOLLOWS, came) from error.__cause__
        if calls != 1:
            raise _refusal("each text to be looked up once", f"one was looked up {calls} times")
        return raw

    def check(self, again: Tensor, logits: Tensor) -> None:
        """Compare what follows from features with what the network says of the text itself.

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
        features_in(features, None if embedding is None else embedding.embedding_dim)
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
        """Tell what the embeddings read and put out in this thread; an answer replaces the latter.

        Args:
            change: is given the embedding, what it read and what it put out.
        """
        thread = get_ident()

        def tell(module: nn.Embedding, given: tuple[Any, ...], named: Any, output: Any) -> Any:  # noqa: ANN401
            numbers = given[0] if given else named.get("input")
            return change(module, numbers, output) if get_ident() == thread else None

        found = [m for m in self._network.modules() if isinstance(m, nn.Embedding)]
        with hooked(found, tell):
            yield


@contextmanager
def _unchanged() -> Iterator[None]:
    yield


def _refusal(expected: str, came: str) -> WrapError:
    return WrapError(expected, came, _REMEDY)


def _leads_to(output: Tensor, source: Tensor) -> bool:
    """Whether a gradient of one tensor flows to another, and not to weights alone."""
    wanted = source.grad_fn
    waiting, seen = [output.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        if node is wanted or getattr(node, "variable", None) is source:
            return True
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
    return False
