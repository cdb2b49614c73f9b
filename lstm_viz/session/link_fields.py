"""How is one choice written in a link? A field parses it, writes it, and fits it to a trace.

A field is one row of ``Selection``. Its name in the link is unique over all pages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from lstm_viz.analyses.units import units_of
from lstm_viz.errors import ForceError
from lstm_viz.model import TextTrace
from lstm_viz.trace import Force, LayerTrace
from lstm_viz.trace.force import parse_forces, spell_forces

Value = TypeVar("Value")
Place = tuple[int, str]  # number, from 0, and direction of a layer
Fitted = Mapping[str, Any]  # the values that were fitted before, by attribute

LONGEST_FIELD = 4_000  # characters of a field
_LONGEST = 20  # characters of a wrong value in a notice
_MOST_FORCES, _MOST_PLACES = 32, 20_000  # of an experiment in a link: each costs time at each word


class LinkError(ValueError):
    """What is wrong with a value in a link, as a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Field(Generic[Value]):
    """One parameter of a link.

    Attributes:
        name: in the link.
        page: stem of the only page that uses it; "" if all pages share it.

    Law:
        ``parse(write(value)) == value`` for every value that ``fit`` returns.
    """

    name: str
    page: str = field(default="", kw_only=True)

    def parse(self, raw: str) -> Value:
        """Return the value that a link holds.

        Raises:
            LinkError: no text and no model has such a value.
        """
        raise NotImplementedError

    def write(self, value: Value) -> str:
        """Return how a value is written; "" if it needs no parameter."""
        return str(value)

    def fits_link(self, value: Value) -> bool:
        """Whether a link that holds the value can be read again."""
        del value
        return True

    def fit(self, value: Value, fitted: Fitted, trace: TextTrace) -> tuple[Value, str]:
        """Bring a value into the range of the text and the model.

        Args:
            value: to fit.
            fitted: the fields above this one, which were fitted before.
            trace: of the text.

        Returns:
            The nearest possible value, and a notice of the change; "" if there was none.
        """
        del fitted, trace
        return value, ""

    def unknown(self, raw: str) -> LinkError:
        """Return the error for a value that does not exist."""
        return LinkError(f"The link says {self.name} “{raw[:_LONGEST]}”, which does not exist.")


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
        value = raw[:_LONGEST]
        raise LinkError(f"The link says {self.name} “{value}”, which is not a number.")

    def write(self, value: int | None) -> str:
        """Return it as it is counted in links."""
        return "" if value is None else str(value + self.first)

    def fit(self, value: int | None, fitted: Fitted, trace: TextTrace) -> tuple[int | None, str]:
        """Return the nearest word of the text, or the nearest unit of the chosen layer."""
        count = len(trace) if self.first else units_of(layer_of(trace, fitted["layer"]))
        if value is None or 0 <= value < count:
            return value, ""
        nearest = min(max(value, 0), count - 1)
        if not self.first:
            return nearest, f"The model has units 0 to {count - 1}; unit {nearest} is shown."
        words = "word" if count == 1 else "words"
        return nearest, f"The text has {count} {words}; word {nearest + 1} is shown."


@dataclass(frozen=True, slots=True)
class LayerSlot(Field[Place | None]):
    """A layer in one direction, written as 2-forward."""

    def parse(self, raw: str) -> Place:
        """Return number, from 0, and direction."""
        found = re.fullmatch(r"([1-9][0-9]?)-(forward|backward)", raw)
        if not found:
            raise self.unknown(raw)
        return int(found[1]) - 1, found[2]

    def write(self, value: Place | None) -> str:
        """Return the layer, counted from 1, and its direction."""
        return "" if value is None else f"{value[0] + 1}-{value[1]}"

    def fit(
        self, value: Place | None, fitted: Fitted, trace: TextTrace
    ) -> tuple[Place | None, str]:
        """Return the layer, or None for the last one where it does not exist."""
        del fitted
        if value is None or value in [(one.layer, one.direction) for one in trace.layers]:
            return value, ""
        return None, f"The model has no layer {value[0] + 1} ({value[1]}); its last layer is shown."


@dataclass(frozen=True, slots=True)
class Choice(Field[str]):
    """One of several names; "" for the default.

    Attributes:
        names: that can be chosen.
        earlier: names in older links, and what they are called now.
    """

    names: tuple[str, ...]
    earlier: Mapping[str, str] = field(default_factory=dict)

    def parse(self, raw: str) -> str:
        """Return a name; "" for the default."""
        found = self.earlier.get(raw, raw)
        if found and found not in self.names:
            raise self.unknown(raw)
        return found


@dataclass(frozen=True, slots=True)
class Choices(Field[tuple[str, ...]]):
    """Some of several names, written with commas between them; empty for the default."""

    names: tuple[str, ...]

    def parse(self, raw: str) -> tuple[str, ...]:
        """Return names, each once, in the order of the page."""
        given = raw.split(",", len(self.names)) if raw else []
        wrong = [name for name in given if name not in self.names]
        if wrong:
            raise self.unknown(wrong[0])
        return tuple(name for name in self.names if name in given)

    def write(self, value: tuple[str, ...]) -> str:
        """Return the names with commas between them."""
        return ",".join(value)


@dataclass(frozen=True, slots=True)
class Digest(Field[str]):
    """A digest of something too long for a link, as 32 hexadecimal digits; "" for none."""

    def parse(self, raw: str) -> str:
        """Return the digest."""
        if raw and not re.fullmatch(r"[0-9a-f]{32}", raw):
            raise self.unknown(raw)
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
            raise LinkError(f"The experiment in the link is not possible. {error}") from error

    def write(self, value: tuple[Force, ...]) -> str:
        """Return the spelling of all of them."""
        return spell_forces(value)

    def fits_link(self, value: tuple[Force, ...]) -> bool:
        """Whether the experiment is small enough to be read from a link."""
        try:
            _check_size(value)
        except ForceError:
            return False
        return True


def _check_written(raw: str) -> None:
    """Refuse a large experiment before it is unfolded: a few digits may name a million words."""
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
    """Return the chosen layer of a trace; the last one if none was chosen."""
    found = [one for one in trace.layers if (one.layer, one.direction) == place]
    return found[0] if found else trace.top
