"""How does one choice travel in a link? A field parses it, writes it, and fits it to a trace.

A field is one row of ``Selection``. Its name in the link is its own, whatever page it belongs to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from lstm_viz.errors import ForceError
from lstm_viz.model import TextTrace
from lstm_viz.trace import Force, LayerTrace
from lstm_viz.trace.force import parse_forces, spell_forces

Value = TypeVar("Value")
Place = tuple[int, str]  # number, from 0, and direction of a layer
Chosen = Mapping[str, Any]  # what was fitted already, by attribute

LONGEST_FIELD = 4_000  # characters of a field
_LONGEST = 20  # characters of a wrong value that are told
_MOST_FORCES, _MOST_PLACES = 32, 20_000  # of an experiment in a link: each is done at every word


class LinkError(ValueError):
    """What is wrong with a value in a link, as a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Field(Generic[Value]):
    """One parameter of a link.

    Attributes:
        name: in the link.
        page: the stem of the page whose own it is; "" for what all pages share.

    Law:
        ``parse(write(value)) == value`` for every value that ``fit`` returns.
    """

    name: str
    page: str = field(default="", kw_only=True)

    def parse(self, raw: str) -> Value:
        """Return the value that a link asks for.

        Raises:
            LinkError: there is no such value, whatever is read.
        """
        raise NotImplementedError

    def write(self, value: Value) -> str:
        """Return how a value is written; "" for one that needs no parameter."""
        return str(value)

    def fits_link(self, value: Value) -> bool:
        """Whether a link that holds the value is read again."""
        del value
        return True

    def fit(self, value: Value, chosen: Chosen, trace: TextTrace) -> tuple[Value, str]:
        """Bring a value into the range of what was read.

        Args:
            value: that is not the default.
            chosen: the fields above this one, already fitted.
            trace: of the text.

        Returns:
            The nearest value, and what is to be told of the change; "" if there was none.
        """
        del chosen, trace
        return value, ""

    def none(self, raw: str) -> LinkError:
        """Return the refusal of a value that there is not."""
        return LinkError(f"The link asks for {self.name} “{raw[:_LONGEST]}”, which is none.")


def linked(kind: Field[Any], default: Any) -> Any:  # noqa: ANN401  (as ``dataclasses.field``)
    """Return a row of ``Selection`` that travels in links."""
    return field(default=default, metadata={"link": kind})


@dataclass(frozen=True, slots=True)
class Number(Field[int | None]):
    """A word or a unit.

    Attributes:
        first: how the first one is counted in links.
    """

    first: int = 0

    def parse(self, raw: str) -> int:
        """Return a whole number, counted from 0; -1 where a link counts from 1 and says 0."""
        if raw.isascii() and raw.isdigit() and len(raw) < 10:
            return int(raw) - self.first
        told = raw[:_LONGEST]
        raise LinkError(f"The link asks for {self.name} “{told}”, which is no number.")

    def write(self, value: int | None) -> str:
        """Return it as it is counted in links."""
        return "" if value is None else str(value + self.first)

    def fit(self, value: int | None, chosen: Chosen, trace: TextTrace) -> tuple[int | None, str]:
        """Return the nearest word of the text, or unit of the layer that is looked into."""
        count = len(trace) if self.first else units_of(layer_of(trace, chosen["layer"]))
        if value is None or 0 <= value < count:
            return value, ""
        nearest = min(max(value, 0), count - 1)
        if not self.first:
            return nearest, f"The model has units 0 to {count - 1}; this is unit {nearest}."
        words = "word" if count == 1 else "words"
        return nearest, f"The text has {count} {words}; this is word {nearest + 1}."


@dataclass(frozen=True, slots=True)
class LayerSlot(Field[Place | None]):
    """A layer in one direction, written as 2-forward."""

    def parse(self, raw: str) -> Place:
        """Return number, from 0, and direction."""
        found = re.fullmatch(r"([1-9][0-9]?)-(forward|backward)", raw)
        if not found:
            raise self.none(raw)
        return int(found[1]) - 1, found[2]

    def write(self, value: Place | None) -> str:
        """Return the layer, counted from 1, and its direction."""
        return "" if value is None else f"{value[0] + 1}-{value[1]}"

    def fit(
        self, value: Place | None, chosen: Chosen, trace: TextTrace
    ) -> tuple[Place | None, str]:
        """Return the last layer in place of one that there is not."""
        del chosen
        if value is None or value in [(one.layer, one.direction) for one in trace.layers]:
            return value, ""
        return None, f"The model has no layer {value[0] + 1}, {value[1]}; this is its last one."


@dataclass(frozen=True, slots=True)
class Choice(Field[str]):
    """One of some names; "" for the usual one.

    Attributes:
        names: that can be chosen.
        earlier: names that older links have, and what they are called now.
    """

    names: tuple[str, ...]
    earlier: Mapping[str, str] = field(default_factory=dict)

    def parse(self, raw: str) -> str:
        """Return a name; the usual one for nothing."""
        found = self.earlier.get(raw, raw)
        if found and found not in self.names:
            raise LinkError(f"The link asks for the {self.name} “{raw[:_LONGEST]}”, which is none.")
        return found


@dataclass(frozen=True, slots=True)
class Choices(Field[tuple[str, ...]]):
    """Some of several names, written with commas between them; none of them for the usual ones."""

    names: tuple[str, ...]

    def parse(self, raw: str) -> tuple[str, ...]:
        """Return names, each once, in their usual order."""
        asked = raw.split(",", len(self.names)) if raw else []
        wrong = [name for name in asked if name not in self.names]
        if wrong:
            raise self.none(wrong[0])
        return tuple(name for name in self.names if name in asked)

    def write(self, value: tuple[str, ...]) -> str:
        """Return the names with commas between them."""
        return ",".join(value)


@dataclass(frozen=True, slots=True)
class Digest(Field[str]):
    """What stands for something that is too long for a link, 32 hexadecimal digits; "" for none."""

    def parse(self, raw: str) -> str:
        """Return the digest."""
        if raw and not re.fullmatch(r"[0-9a-f]{32}", raw):
            raise self.none(raw)
        return raw


@dataclass(frozen=True, slots=True)
class Forces(Field[tuple[Force, ...]]):
    """An experiment, written as ``spell_forces`` does: f@5:lean+3.41, words counted from 1."""

    def parse(self, raw: str) -> tuple[Force, ...]:
        """Return what is forced."""
        try:
            _check_written(raw)
            forces = parse_forces(raw)
            _check_size(forces)
            return forces
        except ForceError as error:
            raise LinkError(
                f"The link asks for an experiment that there is not. {error}"
            ) from error

    def write(self, value: tuple[Force, ...]) -> str:
        """Return the spelling of all of them."""
        return spell_forces(value)

    def fits_link(self, value: tuple[Force, ...]) -> bool:
        """Whether it is no larger than what is read of a link."""
        try:
            _check_size(value)
        except ForceError:
            return False
        return True


def _check_written(raw: str) -> None:
    """Refuse what is too large before it unfolds: a few digits may name a million words."""
    ranges = re.findall(r"([0-9]{1,18})-([0-9]{1,18})", re.sub("#[^;]*", "", raw))
    if len(raw) > LONGEST_FIELD or raw.count(";") >= _MOST_FORCES:
        raise ForceError(f"at most {_MOST_FORCES} forces", "there are more, or long ones")
    if sum(int(last) - int(first) for first, last in ranges) > _MOST_PLACES:
        raise ForceError(f"at most {_MOST_PLACES:,} units and words", "there are more")


def _check_size(forces: tuple[Force, ...]) -> None:
    if len(forces) > _MOST_FORCES:
        raise ForceError(f"at most {_MOST_FORCES} forces", f"there are {len(forces)}")
    if sum(len(one.units or ()) + len(one.steps or ()) for one in forces) > _MOST_PLACES:
        raise ForceError(f"at most {_MOST_PLACES:,} units and words", "there are more")


def layer_of(trace: TextTrace, place: Place | None) -> LayerTrace[np.ndarray]:
    """Return the layer of a trace that a selection means: the last one if it names none."""
    found = [one for one in trace.layers if (one.layer, one.direction) == place]
    return found[0] if found else trace.top


def units_of(layer: LayerTrace[np.ndarray]) -> int:
    """Return how many units a layer has: those that remember, of which a projection shows fewer."""
    units: int = layer.quantities.get("cell_state", layer.hidden_state).shape[1]
    return units
