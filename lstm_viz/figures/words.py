"""Which words are on the axis, and which of them are named first?"""

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_viz.figures.labels import label
from lstm_viz.text import Token


@dataclass(frozen=True, slots=True)
class Words:
    """The word axis that all figures of one text share.

    Attributes:
        tokens: of the text.
        strongest: steps to be named first, the most important first.
        current: the current step; None for none.
    """

    tokens: Sequence[Token]
    strongest: Sequence[int]
    current: int | None

    def names(self) -> list[str]:
        """Return a unique name for each column, as shown when it is pointed at."""
        return [f"{label(token)} (word {step})" for step, token in enumerate(self.tokens, start=1)]
