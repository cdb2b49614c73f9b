"""How does any PyTorch module become a classifier that every page can show?"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from torch import nn

from lstm_viz.model.classifier import Classifier
from lstm_viz.model.scores import Outputs
from lstm_viz.model.weights_file import load_weights
from lstm_viz.text import Encoding


def wrap(
    module: nn.Module,
    *,
    encode: Callable[[str], Any],
    labels: Sequence[str],
    outputs: Outputs = "logits",
    unknown: int | None = None,
    name: str = "own model",
    weights: str | Path | None = None,
    modules: Iterable[str] | None = None,
) -> Classifier:
    """Make a classifier of any module that holds recurrent layers.

    Args:
        module: reads a text as numbers of shape (1, step), or features of shape (1, step,
            feature), and puts out scores of shape (1, label), or (1, step, label) after every
            word; of a tuple, the first part is used. It is set to evaluation mode. If forward also
            needs the lengths of the texts, by a name such as ``lengths``, it gets them.
        encode: turns a text into one number (or one row of features) per token: per word between
            white space, per token as ``lstm_viz`` cuts, or per character. If tokens are cut in
            another way, or some numbers stand for no word, it returns a ``(start, end, number)``
            for each, or an object with ``ids`` and ``offsets``, like the library tokenizers.
        labels: what each score stands for. A single score may stand for the second of two labels.
        outputs: "logits", or "probabilities" where the module ends with a softmax or a sigmoid.
        unknown: the number of unknown words, so that pages can mark them.
        name: of the model.
        weights: a safetensors file with the module's state dict, which is loaded first.
        modules: names of the recurrent modules to record; all by default. Others are ignored, even
            if they cannot be recorded.

    Returns:
        A classifier with ``trace`` and ``predict``. The prediction after each word is that for the
        text up to there, read for itself: exact also where the module speaks only at the end or
        looks ahead, but as many runs as there are words. Step t of a layer is the t-th that its
        module was given: a module that is given a text turned round has its steps turned round.

    Raises:
        NoRecurrentModuleError: the module holds no recurrent layer.
        UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
        UnknownModuleError: a name in ``modules`` that no recurrent module has.
        ModelFileError: the file with the weights is damaged, holds numbers that are not finite,
            or is that of another module, which is then as it was.
        WrapError: fewer than two labels, or a forward that needs more than a text. Reading a text
            raises it if the module keeps state from one call to the next, or draws random numbers,
            so that its outputs do not depend on the text alone.
    """
    classifier = Classifier(
        name, labels, Encoding(encode, unknown), module, outputs=outputs, modules=modules
    )
    if weights is not None:  # when all else is right: a module that is refused stays as it was
        load_weights(module, Path(weights))
    return classifier
