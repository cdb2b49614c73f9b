"""How is anyone's network run? As it is found, recorded, and asked again whether it is steady."""

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
    in_parts,
)
from lstm_viz.model.determinism import DeterminismCheck, Prefixes, StateBefore
from lstm_viz.model.engines.substitute import Substitute
from lstm_viz.model.forward_call import ForwardCall
from lstm_viz.model.incremental import Segment
from lstm_viz.model.layer_stack import LayerStack
from lstm_viz.model.module_hooks import checked_embeddings, collected_outputs
from lstm_viz.model.network_input import batch_of_one
from lstm_viz.model.network_lock import NetworkLock
from lstm_viz.model.state_snapshot import restored
from lstm_viz.trace import Force, Recording, record
from lstm_viz.trace.modules import Module


class AnyonesEngine:
    """Runs a network of which nothing is known, one thread at a time.

    It may look ahead, whatever it puts out after each word. So each beginning of a text is read for
    itself, and then it is seen whether the network keeps to its word.

    Attributes:
        stack: the layers of its modules.
        exclusive: a context in which this thread alone uses the network.
        labels: how many there are.
        outputs: what the network puts out.
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
        """Look at the network's signature, and run nothing yet.

        Args:
            network: see ``engine_of``, as for the next three.
            modules: see there.
            labels: see there.
            outputs: see there.
            embedding: in which the network is known to look its numbers up, if that is known.
        """
        self._network, self._modules = network, modules
        self.labels, self.outputs = labels, outputs
        self.stack = LayerStack(modules)
        self.exclusive = NetworkLock(network)
        self._ask = ForwardCall(network)
        self._substitute = Substitute(network, self._ask, embedding)
        self._steadiness = DeterminismCheck(network)
        self._in_order = False  # whether it was seen to read in order

    def read(
        self, numbers: Sequence[Any], forces: list[Force] | None, begun: Segment | None = None
    ) -> Segment:
        """Run the network over a text, and over each of its beginnings, and keep everything."""
        del begun  # it is not resumable
        inputs = batch_of_one(self._network, numbers)
        steps = inputs.shape[1]
        with self.exclusive():
            before = self._steadiness.before()
            run = self._run(inputs, forces)
            layers = self.stack.traces(run.recording.calls, steps)
            if forces:
                check_forcible(run.recording.calls, steps)
            with self.forced(forces) as forced:
                ask = as_one_sequence(self._ask, forced) if run.joined and forced else self._ask
                found = scores.prefix_scores(ask, inputs, run.scores, self.labels)
                self._check_finite(inputs, found)
                logits = self.as_logits(found)
                self._check_steadiness(before, ask, inputs, found, run)
        return Segment(layers, logits, max(call.error for call in run.recording.calls))

    def probabilities(self, texts: Sequence[Sequence[Any]]) -> Float[Tensor, "text label"]:
        """Return what the network thinks at the end of each text.

        They are read one by one: nothing is known of what padding does to it.
        """
        found = torch.empty(len(texts), self.labels)
        before, runs = self._steadiness.before(), []
        self._check_order(texts)
        for index, numbers in enumerate(texts):
            inputs = batch_of_one(self._network, numbers)
            with self.exclusive(), checked_embeddings(self._network):
                last = scores.final_scores(self._ask, inputs, self.labels)
            self._check_finite(inputs, last)
            found[index] = self.as_logits(last).softmax(-1)[0]
            runs.append((inputs, last))
        if runs:
            shortest = min(range(len(runs)), key=lambda index: len(texts[index]))
            with self.exclusive():
                self._steadiness.check(before, self._last_scores, runs, shortest)
        return found

    def features(self, numbers: Sequence[Any]) -> Float[Tensor, "step feature"]:
        """Return the rows that are read, or what the embedding puts out for the numbers.

        Raises:
            WrapError: the scores do not follow from the features alone.
        """
        inputs = batch_of_one(self._network, numbers)
        logits = self.read(numbers, None).logits
        with torch.inference_mode(mode=False), torch.no_grad():
            with self.exclusive():
                trial, found = self._substitute.of(inputs)
            for number in trial.stand_ins():
                trial.check(self._logits_of_rows(trial, found, number), logits)
        self._substitute = trial
        return found

    def logits(
        self, features: Float[Tensor, "batch step feature"]
    ) -> Float[Tensor, "batch step label"]:
        """Return the logits after each step of each row, read for itself."""
        self._substitute.check_features(features)
        return torch.stack([self._logits_of_rows(self._substitute, rows) for rows in features])

    def as_logits(self, found: Float[Tensor, "*batch score"]) -> Float[Tensor, "*batch label"]:
        """Return scores as logits, one per label; see ``scores.logits_of``."""
        flat = scores.logits_of(found.flatten(0, -2), self.labels, self.outputs)
        return flat.reshape(*found.shape[:-1], self.labels)

    def forced(self, forces: list[Force] | None) -> AbstractContextManager[Recording | None]:
        """Return a context in which the network is forced, and nothing kept."""
        return self._recording(forces, quantities=()) if forces else nullcontext()

    def _logits_of_rows(
        self, substitute: Substitute, rows: Tensor, stand_in: int | None = None
    ) -> Tensor:
        """Run the network over each beginning of some features, with their graph of gradients."""
        found = []
        # What it keeps for these features must not be taken for that of a text of the stand-ins.
        with self.exclusive(gradients=True), restored(self._network):
            for end in range(1, len(rows) + 1):
                raw = substitute.run(rows[:end], stand_in)
                found.append(scores.attached_rows(raw, end, self.labels)[-1:])
        logits = self.as_logits(torch.cat(found)).to(rows.device, rows.dtype)
        substitute.check_graph(rows, logits)
        return logits

    def _run(self, inputs: Tensor, forces: list[Force] | None) -> Run:
        """Record how the network reads a text; calls for parts of it are joined."""
        run = None
        try:
            run = self._run_once(inputs, forces, join=False)
            if not in_parts(run.recording.calls, inputs.shape[1]):
                return run
            return self._run_once(inputs, forces, join=True)
        except SequenceError:
            if run:  # what reads backwards in parts cannot be joined
                return run
            return self._run_once(inputs, forces, join=True)  # forced in a loop over the steps

    def _run_once(self, inputs: Tensor, forces: list[Force] | None, *, join: bool) -> Run:
        steps = inputs.shape[1]
        with self._recording(forces) as recording, collected_outputs(self._modules) as outputs:
            with checked_embeddings(self._network):
                raw = as_one_sequence(self._ask, recording)(inputs) if join else self._ask(inputs)
            check_order(recording.calls, self._modules, steps)
            found = scores.rows(raw, steps, self.labels)
        return Run(recording, found, outputs, join)

    def _recording(
        self, forces: list[Force] | None, quantities: tuple[str, ...] | None = None
    ) -> Recording:
        return record(self._network, modules=self._modules, force=forces, quantities=quantities)

    def _check_order(self, texts: Sequence[Sequence[Any]]) -> None:
        """Look once whether the network reads the words of a text in order."""
        longer = next((numbers for numbers in texts if len(numbers) > 1), None)
        if self._in_order or longer is None:
            return
        # What cannot be recorded may well be asked.
        with suppress(UnsupportedModuleError, SequenceError), self.exclusive():
            with (
                self._recording(None, quantities=()) as recording,
                checked_embeddings(self._network),
            ):
                self._ask(batch_of_one(self._network, longer))
            check_order(recording.calls, self._modules, len(longer))
        self._in_order = True

    def _check_steadiness(
        self, before: StateBefore, ask: scores.Ask, inputs: Tensor, found: Tensor, run: Run
    ) -> None:
        """Refuse a network that says something else when it is asked again."""

        def last_scores(inputs: Tensor) -> Tensor:
            return scores.rows(ask(inputs), inputs.shape[1], self.labels)[-1:]

        with collected_outputs(self._modules) as second:
            again = last_scores(inputs)
        # What answers from what it kept of an earlier call may be right in doing so.
        first, alike = run.outputs, len(run.outputs) == len(second)
        pairs = zip(second, first, strict=True) if alike else ()
        both = [(again, found[-1:]), *pairs]
        self._steadiness.check(before, last_scores, Prefixes(inputs, found), 0, both)

    def _last_scores(self, inputs: Tensor) -> Tensor:
        """Return the scores at the end of a text, (1, score)."""
        return scores.rows(self._ask(inputs), inputs.shape[1], self.labels)[-1:]

    @staticmethod
    def _check_finite(inputs: Tensor, found: Tensor) -> None:
        """Refuse features that are no numbers, if they made the scores such."""
        wrong = ~inputs.isfinite().flatten(2).all(2)[0] if inputs.dim() > 2 else torch.zeros(0)
        if wrong.any() and not found.isfinite().all():
            at = int(wrong.nonzero()[0]) + 1
            raise EncodingError(
                "finite features", f"those of token {at} are infinite or no numbers"
            )
