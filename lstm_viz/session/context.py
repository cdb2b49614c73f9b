"""What does a page get? Everything that it draws follows from this."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from lstm_viz import palette
from lstm_viz.analyses.prediction_path import PredictionPath, prediction_path
from lstm_viz.analyses.readout import unit_readout_contrast
from lstm_viz.figures.words import Words
from lstm_viz.model import Classifier, TextTrace
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.palette import Palette
from lstm_viz.session.cache import classifier, trace, truncated_count
from lstm_viz.session.link_fields import layer_of
from lstm_viz.session.own_reference import reference_on_own_texts
from lstm_viz.session.selection import Selection
from lstm_viz.session.state import selection
from lstm_viz.trace import LayerTrace

_NAMED = 12  # words that are named even where not all fit


@dataclass(frozen=True, slots=True)
class Context:
    """What a page is about.

    Attributes:
        selection: what is chosen.
        classifier: the chosen model.
        trace: of the chosen text, up to the limit.
        truncated: how many words of the text are beyond the limit.
        layer: that is chosen.
        path: of the prediction.
        words: the word axis; words that change the prediction most are named first.
        weight: of each unit of the layer in the prediction of the label on ``path``; None where
            units have none, as in a layer that is not read out.
        reference: usual values of the model, on held-out texts or on the reader's own; None where
            they are not known.
        reference_means: mean of each gate of each unit of the layer in ``reference``; empty where
            it is not known.
        colors: of the theme in the reader's browser.
    """

    selection: Selection
    classifier: Classifier
    trace: TextTrace
    truncated: int
    layer: LayerTrace[np.ndarray]
    path: PredictionPath
    words: Words
    weight: np.ndarray | None
    reference: ReferenceStatistics | None
    reference_means: Mapping[str, np.ndarray]
    colors: Palette


def context() -> Context:
    """Return the context of the current page."""
    chosen, found = selection(), trace()
    layer, path = layer_of(found, chosen.layer), prediction_path(found)
    model = classifier(chosen.model)
    reference = reference_on_own_texts() or model.reference
    return Context(
        selection=chosen,
        classifier=model,
        trace=found,
        truncated=truncated_count(),
        layer=layer,
        path=path,
        words=_words(found, path, chosen.step),
        weight=unit_readout_contrast(found, path.label) if layer is found.top else None,
        reference=reference,
        reference_means=_gate_means(reference, layer),
        colors=colors(),
    )


def _words(trace: TextTrace, path: PredictionPath, step: int | None) -> Words:
    strongest = np.argsort(-np.abs(path.change), kind="stable")[:_NAMED]
    return Words(trace.tokens, tuple(map(int, strongest)), step)


def _gate_means(
    reference: ReferenceStatistics | None, layer: LayerTrace[np.ndarray]
) -> Mapping[str, np.ndarray]:
    if reference is None:
        return {}
    gates = reference.layer(layer.layer, layer.direction).gates
    return {name: statistics.mean for name, statistics in gates.items()}


def colors() -> Palette:
    """Return the palette of the theme in the reader's browser."""
    return palette.of(st.context.theme.type)
