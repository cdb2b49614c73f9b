"""What does a model predict for a text, and what happened inside it?"""

import warnings
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import BlankTextError, InputError, TextError
from lstm_viz.model.arrays import read_only
from lstm_viz.model.engines import engine_of
from lstm_viz.model.incremental import Segment, TraceRegistry
from lstm_viz.model.layer_stack import LayerStack
from lstm_viz.model.readout import Readout, ReadoutFinder
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.model.scores import Outputs, check_promise
from lstm_viz.model.text_trace import TextTrace, last_forward
from lstm_viz.model.tokenization import EncodedText, tokenizer_of
from lstm_viz.model.weights import LayerWeights, weights_of
from lstm_viz.text import TextEncoder
from lstm_viz.trace import Force
from lstm_viz.trace.force import listed_forces
from lstm_viz.trace.intercept import active_forces
from lstm_viz.trace.modules import recurrent_modules


class Classifier:
    """A trained network, and how it reads a text.

    One classifier may serve many threads. Calls of a ``Network`` run side by side; calls of any
    other network take turns, since it may keep state between calls.

    Attributes:
        name: the model's name.
        labels: what each output stands for; ``labels[k]`` is label k of the data.
        text_encoder: cuts a text into tokens and gives each a number.
        network: the module itself.
        reference: usual values of its gates and memory, measured on held-out texts; None if they
            are not known.
        modules: the recurrent modules that are recorded, by name.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        text_encoder: TextEncoder,
        network: nn.Module,
        *,
        outputs: Outputs = "logits",
        reference: ReferenceStatistics | None = None,
        modules: Iterable[str] | None = None,
    ) -> None:
        """Combine the parts, and set the network to evaluation mode.

        Args:
            name: of the model.
            labels: two or more.
            text_encoder: of texts.
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
        check_promise(labels if isinstance(labels, str) else self.labels, outputs)
        self.text_encoder = text_encoder
        self.network = network
        network.eval()  # whose own `train` may return nothing
        self.reference = reference
        self.modules = recurrent_modules(network, modules)
        self._engine = engine_of(network, self.modules, len(self.labels), outputs)
        self._stack = LayerStack(self.modules)
        self._traces = TraceRegistry(network)
        self._readout = ReadoutFinder(network, len(self.labels), outputs)
        self._encode = tokenizer_of(text_encoder)

    def tokenize(self, text: str) -> EncodedText:
        """Cut a text into tokens, as ``trace`` does; the last few texts are cached.

        Args:
            text: any string; a blank one has no tokens.

        Raises:
            TextError: it is not a string.
            EncodingError: your own encode function returned something unexpected.
        """
        return self._encode(text)

    def trace(
        self,
        text: str,
        force: Force | Iterable[Force] | None = None,
        after: TextTrace | None = None,
    ) -> TextTrace:
        """Read a text word by word and record everything.

        Args:
            text: any string with at least one token; of any length.
            force: what to change (see ``Force``); layers are counted as in ``trace.layers``, or
                within the module that the force names. None changes nothing.
            after: a trace that this object returned for an earlier text, with the network
                unchanged. A ``Network`` that reads in one direction, with nothing forced, then
                reads only from the first different word on; any other network reads everything.

        Raises:
            BlankTextError: the text holds nothing apart from white space.
            UnknownQuantityError, ForceError: the force is impossible here.
            EncodingError, WrapError: the encoded text or the network's output has an unexpected
                form; or the network fails, or gives other scores when it is called again.

        Law:
            ``error`` compares gates, states and logits with the network's own output. ``after``
            changes nothing but rounding; the error may then be the larger one of the earlier text.
        """
        encoded = self._with_words(text)
        given = None if force is None else listed_forces(force)
        forces = None if given is None else [self._stack.placed(f, len(encoded)) for f in given]
        prefix = None
        if isinstance(after, TextTrace) and given is None and self._engine.is_resumable:
            prefix = self._traces.reusable_prefix(after, encoded)
        found = self._engine.run(encoded.numbers, forces, prefix)
        outside = active_forces(self.modules.values())  # of the caller's own recordings
        forced = (*outside, *(given or ()))
        trace = self._text_trace(encoded, found, forced)
        if prefix and not trace.exact:
            # The error may belong to words that are gone, whose states were larger.
            return self.trace(text)
        if not forced and given is None and self._engine.is_resumable:
            self._traces.add(trace, encoded.numbers)
        return trace

    def predict(self, texts: Sequence[str]) -> Float[np.ndarray, "text label"]:
        """Return the prediction at the end of each text.

        Args:
            texts: any number of strings, each with at least one token.

        Returns:
            float32 probabilities, to rounding the last row of each ``trace(text).probabilities``.

        Raises:
            BlankTextError: one of the texts holds nothing apart from white space.
        """
        if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
            raise TextError("a list of texts", texts)
        numbers = [self._with_words(text).numbers for text in texts]
        return read_only(self._engine.probabilities(numbers))

    def features(self, text: str) -> Float[Tensor, "step feature"]:
        """Return what the first recurrent layer reads at each word.

        Returns:
            float32, on the network's device: the output of the embedding, or the rows that the
            network is given. A leaf of the caller's own, for ``requires_grad_()``.

        Raises:
            BlankTextError: the text holds no token.
            WrapError: the logits of the network do not follow from the features alone.

        Law:
            ``logits(features(text))`` equals ``trace(text).logits``, to rounding.
        """
        return self._engine.features(self._with_words(text).numbers)

    def logits(self, features: Float[Tensor, "*batch step feature"]) -> Float[Tensor, "*batch _ _"]:
        """Return the logits after each step, which can be differentiated by the features.

        Args:
            features: (step, feature) or (batch, step, feature), as those of ``features(text)``; in
                float64 for double precision, of anyone's network only if its weights are too.

        Returns:
            (step, label) or (batch, step, label), of the features' precision and device: what the
            model thinks of a text that ends there. Weights of anyone's network that still learn
            are in its graph too: ask ``torch.autograd.grad(logits[-1, 0], features)``.

        Raises:
            InputError: features of another form; or of anyone's network before ``features(text)``.
            WrapError: anyone's network raises an error, or no gradient flows through it.
        """
        if not isinstance(features, Tensor):
            raise InputError("features as a tensor", f"{type(features).__name__} came")
        batch = features if features.dim() > 2 else features[None]
        found = self._engine.logits(batch)
        return found if features.dim() > 2 else found[0]

    @property
    def held_out_mean(self) -> Mapping[str, Float[np.ndarray, " unit"]]:
        """Mean of each gate of each unit of the last layer on held-out texts, by gate; read only.

        Empty where it is not known.
        """
        return self.reference.gate_means if self.reference else {}

    @property
    def usual(self) -> Mapping[str, Float[np.ndarray, " unit"]]:
        """Deprecated name of ``held_out_mean``."""
        message = "Classifier.usual is now Classifier.held_out_mean."
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return self.held_out_mean

    @property
    def reader(self) -> TextEncoder:
        """Deprecated name of ``text_encoder``."""
        message = "Classifier.reader is now Classifier.text_encoder."
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return self.text_encoder

    @property
    def weights(self) -> tuple[LayerWeights, ...]:
        """The weights of each layer and direction as they are now; see ``weights_of``."""
        return weights_of(self.network, self.modules)

    @property
    def readout(self) -> Readout | None:
        """The layer that makes the logits from the last hidden state; None if not known (yet)."""
        return self._readout.readout

    def _text_trace(
        self, encoded: EncodedText, computed: Segment, forced: Sequence[Force]
    ) -> TextTrace:
        """Return the trace of a text, with what its numbers say of the read-out."""
        hidden_state = last_forward(computed.layers).hidden_state
        readout, gap = self._readout.fitting(hidden_state, computed.logits)
        return TextTrace(
            model=self.name,
            text=encoded.text,
            tokens=encoded.tokens,
            labels=self.labels,
            logits=read_only(computed.logits),
            probabilities=read_only(computed.logits.softmax(-1)),
            layers=computed.layers,
            error=max(computed.error, gap),
            readout_weight=readout and readout.weight,
            readout_bias=readout and readout.bias,
            forced=tuple(forced),
        )

    def _with_words(self, text: str) -> EncodedText:
        encoded = self._encode(text)
        if not encoded.tokens:
            raise BlankTextError
        return encoded
