"""What does a model think of a text, and what happened inside it?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from threading import Lock
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import (
    BlankTextError,
    EncodingError,
    ForceError,
    SequenceError,
    TextError,
    UnsupportedModuleError,
    WrapError,
)
from lstm_viz.model import scores
from lstm_viz.model.asking import Asking
from lstm_viz.model.continued import Made, Stretch
from lstm_viz.model.fitting import Run, check_forcible, check_order, fitted, in_parts, joining
from lstm_viz.model.guards import check_present, guarded, put_out
from lstm_viz.model.network import Network
from lstm_viz.model.readout import readout_of
from lstm_viz.model.reference import Reference
from lstm_viz.model.steady import Beginnings, Steadiness
from lstm_viz.model.text_trace import Steps, TextTrace, last_forward
from lstm_viz.text import Reader, Token
from lstm_viz.trace import Force, LayerTrace, Recording, record
from lstm_viz.trace.force import listed_forces
from lstm_viz.trace.kinds import Module, layers_in, recurrent_modules


class Classifier:
    """A trained network, and how it reads a text.

    One classifier may serve many threads: it is never changed, and its calls take turns.

    Attributes:
        name: the model's name.
        labels: what each output stands for; ``labels[k]`` is label k of the data.
        reader: cuts a text into tokens and gives each its number.
        network: the module itself.
        reference: what is usual for its gates and memory, measured on held-out texts; None where
            that is not known.
        usual: of that, the mean of each gate of each unit of the layer that is read out, by the
            gate's name; read only.
        modules: the recurrent modules that are recorded, by name.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        reader: Reader,
        network: nn.Module,
        *,
        outputs: scores.Outputs = "logits",
        reference: Reference | None = None,
        modules: Iterable[str] | None = None,
    ) -> None:
        """Join the parts; the network is set to evaluation mode.

        Args:
            name: of the model.
            labels: two or more.
            reader: of texts.
            network: reads (1, step) numbers.
            outputs: what its scores are.
            reference: see above.
            modules: names of the recurrent modules to record; all by default, see ``record``.

        Raises:
            NoRecurrentModuleError: the network holds no recurrent module.
            UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
            UnknownModuleError: a name in ``modules`` that no recurrent module has.
            WrapError: fewer than two labels, or a forward that needs more than a text.
        """
        self.name = name
        self.labels = tuple(map(str, labels))
        if len(self.labels) < 2 or isinstance(labels, str):
            raise WrapError("two or more labels", f"{labels!r} came")
        if outputs not in ("logits", "probabilities"):
            raise WrapError("outputs as logits or probabilities", f"{outputs!r} came")
        self.reader = reader
        self.network = network
        network.eval()  # whose own `train` may return nothing
        self.reference = reference
        self.usual: Mapping[str, np.ndarray] = reference.gate_means if reference else {}
        self._outputs: scores.Outputs = outputs
        # Evaluation mode, and what a module may keep, are the network's: one call at a time.
        self._turn = _TURNS.setdefault(network, Lock())
        self.modules = recurrent_modules(network, modules)
        self._layers = _numbered(self.modules)
        self._made = Made()
        self._ask = Asking(network)
        self._steady = Steadiness(network)
        self._in_order = False  # whether it was seen to read in order

    def trace(
        self,
        text: str,
        force: Force | Iterable[Force] | None = None,
        after: TextTrace | None = None,
    ) -> TextTrace:
        """Read a text word by word and keep everything.

        Args:
            text: any string with at least one token; of any length.
            force: what to change on the way (see ``Force``); the layers are counted as in
                ``trace.layers``. None reads the text as the model does by itself.
            after: what this very object returned for an earlier text, its network unchanged. The
                words before the first other one are taken from there, and only the rest is read,
                if the network is a ``Network`` that reads in one direction and nothing is or was
                forced. In any other case the whole text is read, which takes longer.

        Raises:
            BlankTextError: the text holds nothing apart from white space.
            UnknownQuantityError, ForceError: what is to be forced is impossible here.
            EncodingError, WrapError: the text, or what the network makes of it, has another form
                than the one that was promised; or it raises an error, or says something else when
                it is asked again, since it keeps something or draws at random.

        Law:
            ``error`` compares gates, states and logits with the network's own output. ``after``
            changes nothing but rounding; the error may then be the larger one of the earlier text.
        """
        tokens, numbers = self.reader.read(_text(text))
        if not tokens:
            raise BlankTextError
        given = None if force is None else listed_forces(force)
        forces = None if given is None else [self._placed(one, len(tokens)) for one in given]
        begun = self._begun(after, tokens, numbers) if given is None else None
        with self._alone():
            found = self._read(numbers, len(tokens), forces, begun)
            logits = found.logits
            hidden = torch.tensor(last_forward(found.layers).hidden_state)
            readout = readout_of(self.network, hidden, logits, self._outputs)
        errors = [found.error]
        if readout and self._outputs == "logits":
            again = hidden @ readout[0].T + readout[1]
            gap = again.log_softmax(-1) - logits.log_softmax(-1)  # a constant changes no prediction
            errors.append(float(gap.abs().max()))
        weight, bias = map(_frozen, readout) if readout else (None, None)
        trace = TextTrace(
            model=self.name,
            text=text,
            tokens=tokens,
            labels=self.labels,
            logits=_frozen(logits),
            probabilities=_frozen(logits.softmax(-1)),
            layers=found.layers,
            error=max(errors),
            readout_weight=weight,
            readout_bias=bias,
            forced=tuple(map(str, given or ())),
        )
        if begun and not trace.exact:
            # The error may be that of words which are gone, whose states were larger.
            return self.trace(text)
        if given is None and self._reads_on:
            self._made.add(trace, numbers)
        return trace

    def predict(self, texts: Sequence[str]) -> Float[np.ndarray, "text label"]:
        """Return what the model thinks at the end of each text.

        Args:
            texts: any number of strings, each with at least one token.

        Returns:
            float32 probabilities; each row sums to 1.

        Raises:
            BlankTextError: one of the texts holds nothing apart from white space.

        Law:
            Equal to the last row of ``trace(text).probabilities``, to rounding.
        """
        if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
            raise TextError("a list of texts", texts)
        numbers = [self.reader.read(_text(text))[1] for text in texts]
        if not all(map(len, numbers)):
            raise BlankTextError
        if not self._is_ours:
            return self._at_the_end(numbers)
        with self._alone():
            return _frozen(cast(Network, self.network).last_logits(numbers).softmax(-1))

    def _at_the_end(self, texts: Sequence[Sequence[Any]]) -> Float[np.ndarray, "text label"]:
        """Return what a user's module says of each text.

        They are read one by one: nothing is known of what padding does to it.
        """
        found = np.empty((len(texts), len(self.labels)), np.float32)
        before, runs = self._steady.before(), []
        self._check_order(texts)
        for index, numbers in enumerate(texts):
            with self._alone(), guarded(self.network):
                inputs = self._inputs(numbers)
                said = scores.at_the_end(self._ask, inputs, len(self.labels))
            self._check_finite(inputs, said)
            logits = scores.logits_of(said, len(self.labels), self._outputs)
            found[index] = logits.softmax(-1)[0].float().numpy()
            runs.append((inputs, said))
        if runs:
            shortest = min(range(len(runs)), key=lambda index: len(texts[index]))
            with self._alone():
                self._steady.check(before, self._last_said, runs, shortest)
        return found

    @property
    def _is_ours(self) -> bool:
        """Whether everything is known of the network; nothing is of a class made from ours."""
        return type(self.network) is Network

    @property
    def _reads_on(self) -> bool:
        """Whether the network goes on from the states that a trace keeps.

        Ours does in one direction.
        """
        if not self._is_ours or self.network.looks_ahead:
            return False
        # As all states of a trace, so that nothing is lost where the text is taken up.
        return all(weight.dtype == torch.float32 for weight in self.network.parameters())

    def _begun(
        self, after: TextTrace | None, tokens: Sequence[Token], numbers: Sequence[Any]
    ) -> Stretch | None:
        """Return what of an earlier trace need not be read again, if there is such a thing."""
        if after is None or not self._reads_on:
            return None
        steps = self._made.shared(after, tokens, numbers)
        return Stretch.beginning(after, steps) if steps else None

    def _read(
        self,
        numbers: Sequence[Any],
        steps: int,
        forces: list[Force] | None,
        begun: Stretch | None,
    ) -> Stretch:
        """Run the network over a text, or over what is left of it, and record everything."""
        start = len(begun.logits) if begun else 0
        if begun and start == steps:
            return begun
        inputs = self._inputs(numbers[start:])
        if not self._is_ours:
            return self._read_anyones(inputs, forces)
        with self._recorded(forces) as recording:
            states = (begun.states(inputs.device),) if begun else ()
            raw = self.network(inputs, *states)
            said = scores.rows(raw, steps - start, len(self.labels))
        if self.network.looks_ahead:
            shorter = range(steps - 1)  # the longest beginning that is not the text itself
            with self._forced([force for force in forces or () if force.reaches(shorter)]):
                said = scores.of_beginnings(self.network, inputs, said, len(self.labels))
        logits = scores.logits_of(said, len(self.labels), self._outputs)
        layers = self._found(recording, steps - start)
        read = Stretch(layers, logits, max(call.error for call in recording.calls))
        return begun.then(read) if begun else read

    def _read_anyones(self, inputs: Tensor, forces: list[Force] | None) -> Stretch:
        """Run a user's module over a text and record everything.

        Nothing is known of it: it may look ahead, whatever it puts out after each word. So each
        beginning of the text is read for itself, and then it is seen whether it keeps to its word.
        """
        steps, labels = inputs.shape[1], len(self.labels)
        before = self._steady.before()
        run = self._run(inputs, forces)
        layers = self._found(run.recording, steps)
        if forces:
            check_forcible(run.recording.calls, steps)
        with self._forced(forces) as forced:
            ask = joining(self._ask, forced) if run.joined and forced else self._ask

            def last_said(inputs: Tensor) -> Tensor:
                return scores.rows(ask(inputs), inputs.shape[1], labels)[-1:]

            said = scores.of_beginnings(ask, inputs, run.said, labels)
            self._check_finite(inputs, said)
            logits = scores.logits_of(said, labels, self._outputs)
            with put_out(self.modules) as second:
                again = last_said(inputs)
            # What answers from what it kept of an earlier call may be right in doing so.
            first, alike = run.outputs, len(run.outputs) == len(second)
            pairs = zip(second, first, strict=True) if alike else ()
            both = [(again, said[-1:]), *pairs]
            self._steady.check(before, last_said, Beginnings(inputs, said), 0, both)
        return Stretch(layers, logits, max(call.error for call in run.recording.calls))

    def _run(self, inputs: Tensor, forces: list[Force] | None) -> Run:
        """Record how a user's module reads a text; calls for parts of it are joined."""
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
        with self._recorded(forces) as recording, put_out(self.modules) as outputs:
            with guarded(self.network):
                raw = joining(self._ask, recording)(inputs) if join else self._ask(inputs)
            check_order(recording.calls, self.modules, steps)
            said = scores.rows(raw, steps, len(self.labels))
        return Run(recording, said, outputs, join)

    def _check_order(self, texts: Sequence[Sequence[Any]]) -> None:
        """Look once whether a user's module reads the words of a text in order."""
        longer = next((numbers for numbers in texts if len(numbers) > 1), None)
        if self._in_order or longer is None:
            return
        # What cannot be recorded may well be asked.
        with suppress(UnsupportedModuleError, SequenceError), self._alone():
            with self._recorded(None, quantities=()) as recording, guarded(self.network):
                self._ask(self._inputs(longer))
            check_order(recording.calls, self.modules, len(longer))
        self._in_order = True

    def _last_said(self, inputs: Tensor) -> Tensor:
        """Return the scores at the end of a text, (1, score)."""
        return scores.rows(self._ask(inputs), inputs.shape[1], len(self.labels))[-1:]

    def _forced(self, forces: list[Force] | None) -> AbstractContextManager[Recording | None]:
        """Return a context in which the network is forced, and nothing kept."""
        return self._recorded(forces, quantities=()) if forces else nullcontext()

    def _recorded(
        self, forces: list[Force] | None, quantities: tuple[str, ...] | None = None
    ) -> Recording:
        return record(self.network, modules=self.modules, force=forces, quantities=quantities)

    def _check_finite(self, inputs: Tensor, said: Tensor) -> None:
        """Refuse features that are no numbers, if they made the scores such."""
        wrong = ~inputs.isfinite().flatten(2).all(2)[0] if inputs.dim() > 2 else torch.zeros(0)
        if wrong.any() and not said.isfinite().all():
            at = int(wrong.nonzero()[0]) + 1
            raise EncodingError(
                "finite features", f"those of token {at} are infinite or no numbers"
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else use the network, and let it neither learn nor drop anything out."""
        # Nobody can learn with a tensor of the faster mode, and anyone's module may keep one.
        with self._turn, torch.inference_mode() if self._is_ours else torch.no_grad():
            check_present(self.network)
            learning = [module for module in self.network.modules() if module.training]
            self.network.eval()
            try:
                yield
            finally:
                for module in learning:
                    module.training = True

    def _inputs(self, numbers: Sequence[Any]) -> Tensor:
        """Return a text as a batch of one, where the network is and of its kind of numbers."""
        like = next((p for p in self.network.parameters() if p.is_floating_point()), torch.empty(0))
        try:
            inputs = torch.tensor([list(numbers)], device=like.device)
        except (TypeError, ValueError, RuntimeError) as error:
            came = f"PyTorch says {' '.join(str(error).split())}"
            raise EncodingError("numbers, or rows of equally many features", came) from error
        return inputs.to(like.dtype) if inputs.is_floating_point() else inputs

    def _found(self, recording: Recording, steps: int) -> tuple[LayerTrace[Steps], ...]:
        """Return the layers of all modules as one stack."""
        found = fitted(recording.calls, steps)
        return tuple(
            replace(trace, layer=number).map(_frozen)
            for number, (name, layer) in enumerate(self._layers)
            for trace in found.get(name, ())
            if trace.layer == layer
        )

    def _placed(self, force: Force, steps: int) -> Force:
        """Return a force on a layer of the whole stack as one on a layer of its module."""
        if force.steps is not None and min(force.steps) >= steps:
            came = f"the text ends before step {min(force.steps)}"
            raise ForceError(f"steps from 0 to {steps - 1}", came)
        if force.steps is None:
            force = replace(force, steps=range(steps))  # a shorter beginning has fewer
        if force.layer is None or force.module is not None:
            return force
        if force.layer >= len(self._layers):
            came = f"layer {force.layer} came"
            raise ForceError(f"layers from 0 to {len(self._layers) - 1}", came)
        name, layer = self._layers[force.layer]
        return replace(force, module=name, layer=layer)


_TURNS: WeakKeyDictionary[nn.Module, Lock] = WeakKeyDictionary()


def _numbered(modules: Mapping[str, Module]) -> list[tuple[str, int]]:
    """Return the layers of recurrent modules as one stack: the module, and which of its own."""
    return [
        (name, layer)
        for name, module in modules.items()
        for layer, _ in enumerate(layers_in(module))
    ]


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise TextError("a text", text)
    return text


def _frozen(values: Tensor) -> np.ndarray:
    array = np.array(values.detach().cpu().float().numpy(), order="C")
    array.flags.writeable = False  # traces are shared between sessions
    return array
