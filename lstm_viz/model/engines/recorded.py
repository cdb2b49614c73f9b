"""Runs any network as it is: recorded, and run again to check that it is deterministic."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import EncodingError, SequenceError, UnsupportedModuleError
from lstm_viz.model import scores
from lstm_viz.model.call_alignment import (
    Run,
    as_one_sequence,
    check_forcible,
    check_order,
    is_read_in_parts,
)
from lstm_viz.model.determinism import DeterminismCheck, Prefixes, StateBefore
from lstm_viz.model.engines.feature_input import FeatureInput
from lstm_viz.model.forward_call import ForwardCall
from lstm_viz.model.incremental import Segment
from lstm_viz.model.layer_stack import LayerStack
from lstm_viz.model.module_hooks import checked_embeddings, collected_outputs
from lstm_viz.model.network_input import batch_of_one
from lstm_viz.model.network_lock import NetworkLock
from lstm_viz.model.state_snapshot import preserve_state
from lstm_viz.trace import Force, Recording, record
from lstm_viz.trace.modules import Module


class RecordedEngine:
    """Runs a network of which nothing is known, one thread at a time.

    Its output after a word may depend on later words. So each prefix of a text is run on its own,
    and then the network is run again to check that it gives the same.

    Attributes:
        stack: the layers of its modules.
        exclusive: a context in which this thread alone uses the network.
        labels: how many there are.
        outputs: what the scores of the network are.
    """

    is_resumable = False

    def __init__(
        self,
        network: nn.Module,
        modules: Mapping[str, Module],
        labels: int,
        outputs: scores.Outputs,
        embedding: nn.Embedding | None = None,
    ) -> None:
        """Inspect the network's signature, and run nothing yet.

        Args:
            network: see ``engine_of``, as for the next three.
            modules: see there.
            labels: see there.
            outputs: see there.
            embedding: that looks the numbers up, if that is known.
        """
        self._network, self._modules = network, modules
        self.labels, self.outputs = labels, outputs
        self.stack = LayerStack(modules)
        self.exclusive = NetworkLock(network)
        self._forward = ForwardCall(network)
        self._feature_input = FeatureInput(network, self._forward, embedding)
        self._determinism = DeterminismCheck(network)
        self._in_order = False  # whether a text has shown that it reads in order

    def run(
        self, numbers: Sequence[Any], forces: list[Force] | None, prefix: Segment | None = None
    ) -> Segment:
        """Run the network over a text, and over each of its prefixes, and keep everything."""
        del prefix  # it is not resumable
        inputs = batch_of_one(self._network, numbers)
        steps = inputs.shape[1]
        with self.exclusive():
            before = self._determinism.before()
            run = self._run(inputs, forces)
            layers = self.stack.traces(run.recording.calls, steps)
            if forces:
                check_forcible(run.recording.calls, steps)
            with self.forced(forces) as forced:
                forward: scores.Ask = self._forward
                if run.joined and forced:
                    forward = as_one_sequence(forward, forced)
                found = scores.prefix_scores(forward, inputs, run.scores, self.labels)
                self._check_finite(inputs, found)
                logits = self.as_logits(found)
                self._check_determinism(before, forward, inputs, found, run)
        return Segment(layers, logits, max(call.error for call in run.recording.calls))

    def probabilities(self, texts: Sequence[Sequence[Any]]) -> Float[Tensor, "text label"]:
        """Return the probabilities of the labels at the end of each text.

        Texts are run one by one: what padding would change is not known.
        """
        found = torch.empty(len(texts), self.labels)
        before, runs = self._determinism.before(), []
        self._check_order(texts)
        for index, numbers in enumerate(texts):
            inputs = batch_of_one(self._network, numbers)
            with self.exclusive(), checked_embeddings(self._network):
                last = scores.final_scores(self._forward, inputs, self.labels)
            self._check_finite(inputs, last)
            found[index] = self.as_logits(last).softmax(-1)[0]
            runs.append((inputs, last))
        if runs:
            shortest = min(range(len(runs)), key=lambda index: len(texts[index]))
            with self.exclusive():
                self._determinism.check(before, self._last_scores, runs, shortest)
        return found

    def features(self, numbers: Sequence[Any]) -> Float[Tensor, "step feature"]:
        """Return the rows of features, or the output of the embedding for the numbers.

        Raises:
            WrapError: the scores do not follow from the features alone.
        """
        inputs = batch_of_one(self._network, numbers)
        logits = self.run(numbers, None).logits
        with torch.inference_mode(mode=False), torch.no_grad():
            with self.exclusive():
                trial, found = self._feature_input.inspected(inputs)
            for number in trial.stand_ins():
                trial.check(self._logits_of_rows(trial, found, number), logits)
        self._feature_input = trial
        return found

    def logits(
        self, features: Float[Tensor, "batch step feature"]
    ) -> Float[Tensor, "batch step label"]:
        """Return the logits after each step of each row, run one by one."""
        self._feature_input.check_features(features)
        return torch.stack([self._logits_of_rows(self._feature_input, rows) for rows in features])

    def as_logits(self, found: Float[Tensor, "*batch score"]) -> Float[Tensor, "*batch label"]:
        """Return scores as logits, one per label; see ``scores.logits_of``."""
        flat = scores.logits_of(found.flatten(0, -2), self.labels, self.outputs)
        return flat.reshape(*found.shape[:-1], self.labels)

    def forced(self, forces: list[Force] | None) -> AbstractContextManager[Recording | None]:
        """Return a context in which the network is forced, and nothing is recorded."""
        return self._recording(forces, quantities=()) if forces else nullcontext()

    def _logits_of_rows(
        self, feature_input: FeatureInput, rows: Tensor, stand_in: int | None = None
    ) -> Tensor:
        """Run the network over each prefix of some features, and keep the graph."""
        found = []
        # What the network caches for these features must not be reused for the stand-ins.
        with self.exclusive(gradients=True), preserve_state(self._network):
            for end in range(1, len(rows) + 1):
                raw = feature_input.run(rows[:end], stand_in)
                found.append(scores.attached_rows(raw, end, self.labels)[-1:])
        logits = self.as_logits(torch.cat(found)).to(rows.device, rows.dtype)
        feature_input.check_graph(rows, logits)
        return logits

    def _run(self, inputs: Tensor, forces: list[Force] | None) -> Run:
        """Record how the network reads a text; calls for parts of it are joined."""
        run = None
        try:
            run = self._run_once(inputs, forces, join=False)
            if not is_read_in_parts(run.recording.calls, inputs.shape[1]):
                return run
            return self._run_once(inputs, forces, join=True)
        except SequenceError:
            if run:  # a module that reads backward in parts cannot be joined
                return run
            return self._run_once(inputs, forces, join=True)  # with forces in a loop over the steps

    def _run_once(self, inputs: Tensor, forces: list[Force] | None, *, join: bool) -> Run:
        steps = inputs.shape[1]
        with self._recording(forces) as recording, collected_outputs(self._modules) as outputs:
            with checked_embeddings(self._network):
                raw = (
                    as_one_sequence(self._forward, recording)(inputs)
                    if join
                    else self._forward(inputs)
                )
            check_order(recording.calls, self._modules, steps)
            found = scores.rows(raw, steps, self.labels)
        return Run(recording, found, outputs, join)

    def _recording(
        self, forces: list[Force] | None, quantities: tuple[str, ...] | None = None
    ) -> Recording:
        return record(self._network, modules=self._modules, force=forces, quantities=quantities)

    def _check_order(self, texts: Sequence[Sequence[Any]]) -> None:
        """Check once whether the network reads the words of a text in order."""
        longer = next((numbers for numbers in texts if len(numbers) > 1), None)
        if self._in_order or longer is None:
            return
        # A network that cannot be recorded can still be run.
        with suppress(UnsupportedModuleError, SequenceError), self.exclusive():
            with (
                self._recording(None, quantities=()) as recording,
                checked_embeddings(self._network),
            ):
                self._forward(batch_of_one(self._network, longer))
            check_order(recording.calls, self._modules, len(longer))
        self._in_order = True

    def _check_determinism(
        self,
        before: StateBefore,
        forward: scores.Ask,
        inputs: Tensor,
        found: Tensor,
        run: Run,
    ) -> None:
        """Refuse a network that gives another output when it is run again."""

        def last_scores(inputs: Tensor) -> Tensor:
            return scores.rows(forward(inputs), inputs.shape[1], self.labels)[-1:]

        with collected_outputs(self._modules) as second:
            again = last_scores(inputs)
        # A network that answers from a cache may skip its modules the second time.
        comparable = len(run.outputs) == len(second)
        pairs = zip(second, run.outputs, strict=True) if comparable else ()
        both = [(again, found[-1:]), *pairs]
        self._determinism.check(before, last_scores, Prefixes(inputs, found), 0, both)

    def _last_scores(self, inputs: Tensor) -> Tensor:
        """Return the scores at the end of a text, (1, score)."""
        return scores.rows(self._forward(inputs), inputs.shape[1], self.labels)[-1:]

    @staticmethod
    def _check_finite(inputs: Tensor, found: Tensor) -> None:
        """Refuse features that are not finite, if the scores are not finite either."""
        wrong = ~inputs.isfinite().flatten(2).all(2)[0] if inputs.dim() > 2 else torch.zeros(0)
        if wrong.any() and not found.isfinite().all():
            at = int(wrong.nonzero()[0]) + 1
            raise EncodingError(
                "finite features", f"those of token {at} are infinite or no numbers"
            )
