"""The axis of words that all figures of one text share."""

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_viz.figures.labels import label
from lstm_viz.text import Token


@dataclass(frozen=True, slots=True)
class Words:
    """The word axis that all figures of one text share.

    Attributes:
        tokens: of the text.
        strongest: words to be named first, in order.
        current: the word that is looked at; None for none.
    """

    tokens: Sequence[Token]
    strongest: Sequence[int]
    current: int | None

    def names(self) -> list[str]:
        """Return a name per column, each different, as shown when pointed at."""
        return [f"{label(token)} (word {step})" for step, token in enumerate(self.tokens, start=1)]
