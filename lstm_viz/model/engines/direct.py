"""Runs a ``Network`` by its own equations: resumable, differentiable, without a lock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lstm_viz.model import scores
from lstm_viz.model.differentiable import check_features, logits_from_features
from lstm_viz.model.engines.recorded import RecordedEngine
from lstm_viz.model.engines.undisturbed import is_as_built, is_undisturbed
from lstm_viz.model.incremental import Segment
from lstm_viz.model.network import Network
from lstm_viz.model.network_input import batch_of_one
from lstm_viz.model.weights import check_materialized
from lstm_viz.trace import Force, record
from lstm_viz.trace.call import Call
from lstm_viz.trace.direct_run import run_directly


class DirectEngine:
    """Runs a ``Network``; with forces, or with hooks of a user, it is recorded instead."""

    def __init__(self, network: Network, recorded: RecordedEngine) -> None:
        """Combine both ways of running it.

        Args:
            network: of the class ``Network`` itself.
            recorded: runs the same network as any other.
        """
        self._network = network
        self._recorded = recorded

    @property
    def is_resumable(self) -> bool:
        """Whether it can continue from the states in a trace: float32, in one direction."""
        # A trace holds float32: then nothing is lost where the text continues.
        exact = all(weight.dtype == torch.float32 for weight in self._network.parameters())
        return exact and not self._network.looks_ahead

    def run(
        self, numbers: Sequence[Any], forces: list[Force] | None, prefix: Segment | None
    ) -> Segment:
        """Run the network over a text, or over the rest of it, and keep everything."""
        start = len(prefix.logits) if prefix else 0
        if prefix and start == len(numbers):
            return prefix
        with self._locked_if_disturbed(forced=bool(forces)) as undisturbed:
            inputs = batch_of_one(self._network, numbers[start:])
            if undisturbed and forces is None:
                raw, calls = self._run_directly(inputs, prefix)
            else:
                raw, calls = self._run_recorded(inputs, forces, prefix)
            logits = self._logits(raw, inputs, forces)
        layers = self._recorded.stack.traces(calls, inputs.shape[1])
        rest = Segment(layers, logits, max(call.error for call in calls))
        return prefix.then(rest) if prefix else rest

    def probabilities(self, texts: Sequence[Sequence[Any]]) -> Float[Tensor, "text label"]:
        """Return the probabilities of the labels at the end of each text, computed in batches."""
        with self._locked_if_disturbed():
            return self._network.last_logits(texts).softmax(-1)

    def features(self, numbers: Sequence[Any]) -> Float[Tensor, "step feature"]:
        """Return the output of the embedding."""
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
        check_features(features, self._network.recurrent.input_size)
        raw = logits_from_features(self._network, features)
        return self._recorded.as_logits(raw)

    @contextmanager
    def _locked_if_disturbed(self, *, forced: bool = False) -> Iterator[bool]:
        """Lock the network for this thread if anything but its own equations acts on it.

        Forces need no lock: the recording that applies them is limited to this thread.

        Yields:
            Whether nothing else acts on it.
        """
        undisturbed = is_undisturbed(self._network)
        if undisturbed or (forced and is_as_built(self._network)):
            check_materialized(self._network)
            with torch.inference_mode():
                yield undisturbed
        else:
            with self._recorded.exclusive():
                yield False

    def _run_directly(
        self, inputs: Tensor, prefix: Segment | None
    ) -> tuple[Tensor, Sequence[Call]]:
        """Run the parts of the network one after the other."""
        network = self._network
        module = network.recurrent
        features = network.embedding(inputs)
        initial = prefix.states(inputs.device) if prefix else network.zero_states(features)
        hidden, call = run_directly("recurrent", module, features, initial)
        return network.logits_from_hidden(hidden), (call,)

    def _run_recorded(
        self, inputs: Tensor, forces: list[Force] | None, prefix: Segment | None
    ) -> tuple[Tensor, Sequence[Call]]:
        """Run the network inside a recording, whatever acts on it."""
        states = prefix.states(inputs.device) if prefix else ()
        initial = (states if len(states) > 1 else states[0],) if states else ()
        with record(self._network, modules=["recurrent"], force=forces) as recording:
            raw = self._network(inputs, *initial)
        return raw, recording.calls

    def _logits(self, raw: Tensor, inputs: Tensor, forces: list[Force] | None) -> Tensor:
        """Return the logits after each word; a network that looks ahead reads each prefix anew."""
        steps, labels = inputs.shape[1], self._recorded.labels
        found = scores.rows(raw, steps, labels)
        if self._network.looks_ahead:
            shorter = range(steps - 1)  # the longest prefix that is not the text itself
            acting = [force for force in forces or () if force.acts_in(shorter)]
            with self._recorded.forced(acting):
                found = scores.prefix_scores(self._network, inputs, found, labels)
        return scores.logits_of(found, labels, self._recorded.outputs)
