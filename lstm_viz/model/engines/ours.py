"""How is a network of ours run? By its own equations: resumable, differentiable, without a lock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lstm_viz.model import scores
from lstm_viz.model.differentiable import features_in, logits_from_features
from lstm_viz.model.engines.anyones import AnyonesEngine
from lstm_viz.model.engines.undisturbed import is_as_built, is_undisturbed
from lstm_viz.model.incremental import Segment
from lstm_viz.model.network import Network
from lstm_viz.model.network_input import batch_of_one
from lstm_viz.model.weights import check_materialized
from lstm_viz.trace import Force, record
from lstm_viz.trace.call import Call
from lstm_viz.trace.direct_run import run_directly


class OurEngine:
    """Runs a ``Network``; what is forced, or disturbed by a user's hooks, is recorded."""

    def __init__(self, network: Network, recorded: AnyonesEngine) -> None:
        """Join both ways of running it.

        Args:
            network: of the class ``Network`` itself.
            recorded: runs the same network as if nothing were known of it.
        """
        self._network = network
        self._recorded = recorded

    @property
    def is_resumable(self) -> bool:
        """Whether it goes on from the states that a trace keeps: float32, in one direction."""
        # As all states of a trace, so that nothing is lost where the text is taken up.
        alike = all(weight.dtype == torch.float32 for weight in self._network.parameters())
        return alike and not self._network.looks_ahead

    def read(
        self, numbers: Sequence[Any], forces: list[Force] | None, begun: Segment | None
    ) -> Segment:
        """Run the network over a text, or over what is left of it, and keep everything."""
        start = len(begun.logits) if begun else 0
        if begun and start == len(numbers):
            return begun
        with self._settled(forced=bool(forces)) as undisturbed:
            inputs = batch_of_one(self._network, numbers[start:])
            if undisturbed and forces is None:
                raw, calls = self._run_directly(inputs, begun)
            else:
                raw, calls = self._run_recorded(inputs, forces, begun)
            logits = self._logits(raw, inputs, forces)
        layers = self._recorded.stack.traces(calls, inputs.shape[1])
        read = Segment(layers, logits, max(call.error for call in calls))
        return begun.then(read) if begun else read

    def probabilities(self, texts: Sequence[Sequence[Any]]) -> Float[Tensor, "text label"]:
        """Return what the network thinks at the end of each text; many are read at once."""
        with self._settled():
            return self._network.last_logits(texts).softmax(-1)

    def features(self, numbers: Sequence[Any]) -> Float[Tensor, "step feature"]:
        """Return what the embedding puts out."""
        if not is_undisturbed(self._network):
            return self._recorded.features(numbers)
        with torch.inference_mode(mode=False), torch.no_grad():
            check_materialized(self._network)
            found: Tensor = self._network.embedding(batch_of_one(self._network, numbers))
            return found[0].to(torch.float32, copy=True)

    def logits(
        self, features: Float[Tensor, "batch step feature"]
    ) -> Float[Tensor, "batch step label"]:
        """Return the logits after each step, computed in the features' own precision."""
        if not is_undisturbed(self._network):
            return self._recorded.logits(features)
        check_materialized(self._network)
        features_in(features, self._network.recurrent.input_size)
        raw = logits_from_features(self._network, features)
        return self._recorded.as_logits(raw)

    @contextmanager
    def _settled(self, *, forced: bool = False) -> Iterator[bool]:
        """Keep the network for this thread alone if something else than its equations acts on it.

        A recording may be the thread's own, and sees nothing of other threads: what is forced needs
        no lock.

        Yields:
            Whether nothing else acts.
        """
        undisturbed = is_undisturbed(self._network)
        if undisturbed or (forced and is_as_built(self._network)):
            check_materialized(self._network)
            with torch.inference_mode():
                yield undisturbed
        else:
            with self._recorded.exclusive():
                yield False

    def _run_directly(self, inputs: Tensor, begun: Segment | None) -> tuple[Tensor, Sequence[Call]]:
        """Run the parts of the network one after the other."""
        network = self._network
        module = network.recurrent
        features = network.embedding(inputs)
        initial = begun.states(inputs.device) if begun else network.zero_states(features)
        hidden, call = run_directly("recurrent", module, features, initial)
        return network.logits_from_hidden(hidden), (call,)

    def _run_recorded(
        self, inputs: Tensor, forces: list[Force] | None, begun: Segment | None
    ) -> tuple[Tensor, Sequence[Call]]:
        """Run the network as a recording sees it, whatever acts on it."""
        states = begun.states(inputs.device) if begun else ()
        joined = (states if len(states) > 1 else states[0],) if states else ()
        with record(self._network, modules=["recurrent"], force=forces) as recording:
            raw = self._network(inputs, *joined)
        return raw, recording.calls

    def _logits(self, raw: Tensor, inputs: Tensor, forces: list[Force] | None) -> Tensor:
        """Return the logits after each word; one that looks ahead reads each beginning anew."""
        steps, labels = inputs.shape[1], self._recorded.labels
        found = scores.rows(raw, steps, labels)
        if self._network.looks_ahead:
            shorter = range(steps - 1)  # the longest beginning that is not the text itself
            acting = [force for force in forces or () if force.acts_in(shorter)]
            with self._recorded.forced(acting):
                found = scores.prefix_scores(self._network, inputs, found, labels)
        return scores.logits_of(found, labels, self._recorded.outputs)
