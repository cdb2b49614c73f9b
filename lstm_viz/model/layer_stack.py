"""Which layers does a classifier have? Those of all its recurrent modules, as one stack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lstm_viz.errors import ForceError, WrapError
from lstm_viz.model.arrays import read_only
from lstm_viz.model.call_alignment import aligned_layers
from lstm_viz.model.text_trace import Steps
from lstm_viz.trace import Force, LayerTrace
from lstm_viz.trace.call import Call
from lstm_viz.trace.modules import Module, layers_in


class LayerStack:
    """The layers of several recurrent modules, numbered in the order of the modules."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self._layers = [
            (name, layer)
            for name, module in modules.items()
            for layer, _ in enumerate(layers_in(module))
        ]

    def traces(self, calls: Sequence[Call], steps: int) -> tuple[LayerTrace[Steps], ...]:
        """Return what each layer computed, as read-only arrays (step, unit).

        Args:
            calls: of the modules, one each.
            steps: of the text.

        Raises:
            WrapError: the calls are not those of one text, or the layers of a module have changed.
        """
        found = aligned_layers(calls, steps)
        for name, traces in found.items():
            known = {layer for other, layer in self._layers if other == name}
            if {trace.layer for trace in traces} != known:
                came = f"the number of layers of {name or 'the module'} has changed"
                expected = f"as many layers as at first ({len(known)})"
                raise WrapError(expected, came, "Wrap it anew.")
        return tuple(
            replace(trace, layer=number).map(read_only)
            for number, (name, layer) in enumerate(self._layers)
            for trace in found.get(name, ())
            if trace.layer == layer
        )

    def placed(self, force: Force, steps: int) -> Force:
        """Return a force on a layer of the stack as one on a layer of its module.

        Args:
            force: counts layers as they are in the stack.
            steps: of the text.

        Raises:
            ForceError: there is no such layer, or the text has none of the steps.
        """
        if force.steps is not None and min(force.steps) >= steps:
            first = min(force.steps)
            expected = f"steps from 0 to {steps - 1} (words 1 to {steps})"
            raise ForceError(expected, f"the text ends before step {first} (word {first + 1})")
        if force.steps is None:
            force = replace(force, steps=range(steps))  # a shorter prefix has fewer
        if force.layer is None or force.module is not None:
            return force
        if force.layer >= len(self._layers):
            count = len(self._layers)
            expected = f"layers from 0 to {count - 1} (on screen 1 to {count})"
            raise ForceError(expected, f"layer {force.layer} (on screen {force.layer + 1}) came")
        name, layer = self._layers[force.layer]
        return replace(force, module=name, layer=layer)
