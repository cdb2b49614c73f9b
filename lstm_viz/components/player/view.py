"""What is chosen in the player: told to it when a text is opened, and told by it afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayerView:
    """Where the reader stands, and what is looked at there; the names are those of the selection.

    Attributes:
        step: the current word, from 0.
        unit: the one that is looked at, from 0; None for all together.
        order: of the units; "" for the usual one.
        map: the quantity in the map; "" for the usual one.
    """

    step: int
    unit: int | None = None
    order: str = ""
    map: str = ""


@dataclass(frozen=True, slots=True)
class PlayerStart(PlayerView):
    """How a text was opened.

    Attributes:
        visit: counts the openings of a session: what was chosen in an earlier one is over.
    """

    visit: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen; it concerns one opening of one text.

    Attributes:
        opening: the ``id`` of the payload that it was chosen in.
        view: what is looked at now.
    """

    opening: str
    view: PlayerView
