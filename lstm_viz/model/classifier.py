"""What does a model think of a text, and what happened inside it?"""

from collections.abc import Mapping, Sequence
from threading import Lock

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from lstm_viz.errors import BlankTextError
from lstm_viz.model.config import Config
from lstm_viz.model.network import Network
from lstm_viz.model.text_trace import TextTrace
from lstm_viz.text import Vocabulary
from lstm_viz.text.vocabulary import PADDING
from lstm_viz.trace import record

_WORDS_PER_BATCH = 16_384  # a batch of long reviews takes a few tens of megabytes


class Classifier:
    """A trained network with its vocabulary.

    One classifier may serve many threads: it is never changed, and its calls take turns.
    """

    def __init__(
        self,
        config: Config,
        vocabulary: Vocabulary,
        network: Network,
        usual: Mapping[str, Float[np.ndarray, " unit"]] | None = None,
    ) -> None:
        """Join the parts; the network is frozen.

        Args:
            config: name and labels.
            vocabulary: of the network's embedding.
            network: is set to evaluation mode, without gradients.
            usual: mean of each gate of each unit on held-out sentences, by the gate's name.
        """
        self.config = config
        self.vocabulary = vocabulary
        self.network = network.eval().requires_grad_(requires_grad=False)
        self.usual = dict(usual or {})
        self._turn = Lock()  # a recording hooks the shared network: no other call may run then

    @property
    def name(self) -> str:
        """The model's name."""
        return self.config.name

    @property
    def labels(self) -> tuple[str, ...]:
        """What each output stands for."""
        return self.config.labels

    def trace(self, text: str) -> TextTrace:
        """Read a text word by word and keep everything.

        Args:
            text: any string with at least one token; of any length.

        Raises:
            BlankTextError: the text holds nothing apart from white space.

        Law:
            ``error`` compares gates, states and logits with the network's own output.
        """
        tokens, numbers = self.vocabulary.read(text)
        if not tokens:
            raise BlankTextError
        with self._turn, torch.inference_mode(), record(self.network) as recording:
            logits = self.network(torch.tensor([numbers]))[0]
        call = recording.calls[-1]
        layers = tuple(layer.map(_array) for layer in call.layers)
        weight, bias = (_frozen(value) for value in self.network.readout.parameters())
        again = layers[-1].hidden_state @ weight.T + bias
        return TextTrace(
            model=self.name,
            text=text,
            tokens=tokens,
            labels=self.labels,
            logits=_frozen(logits),
            probabilities=_frozen(logits.softmax(-1)),
            layers=layers,
            readout_weight=weight,
            readout_bias=bias,
            error=max(call.error, float(np.abs(again - logits.numpy()).max())),
        )

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
        numbers = [self.vocabulary.read(text)[1] for text in texts]
        if not all(numbers):
            raise BlankTextError
        found = np.empty((len(texts), len(self.labels)), np.float32)
        for chosen in _alike([len(row) for row in numbers]):
            rows = [torch.tensor(numbers[index]) for index in chosen]
            padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PADDING)
            ends = torch.tensor([len(row) - 1 for row in rows])
            with self._turn, torch.inference_mode():
                logits = self.network(padded)[torch.arange(len(rows)), ends]
            found[chosen] = logits.softmax(-1).numpy()
        return found


def _alike(lengths: Sequence[int]) -> list[list[int]]:
    """Share texts of like length out into batches."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        # The texts come by length: the newest of a batch is its longest.
        if not batches or (len(batches[-1]) + 1) * lengths[index] > _WORDS_PER_BATCH:
            batches.append([])
        batches[-1].append(index)
    return batches


def _array(values: Tensor) -> np.ndarray:
    """Return the only text of a batch."""
    return _frozen(values[0])


def _frozen(values: Tensor) -> np.ndarray:
    array = np.ascontiguousarray(values.detach().numpy(), dtype=np.float32)
    array.flags.writeable = False  # traces are shared between sessions
    return array
