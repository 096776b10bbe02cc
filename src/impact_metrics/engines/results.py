"""What every engine gives: figures, witnesses, and what periods and cells did to a stock or a sum."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeAlias

import attrs

from impact_metrics.engines.shares import Parts
from impact_metrics.engines.times import LifeTable
from impact_metrics.model import Event

Label: TypeAlias = "str | None"
"""The name of a cell in one dimension; ``None`` is the cell of a missing value."""
Cell: TypeAlias = "tuple[Label, ...]"
"""Labels for the leading dimensions: a whole cell has one for each, a subtotal fewer, and ``()`` is the whole."""


@attrs.frozen
class Figure:
    """A number at a date, how many rows stand behind it, and in how many of those the summed number is missing.

    Of a share ``parts`` tell what it is made of, and the number is ``None`` where nobody is in the denominator. Of
    times ``times`` are the life table, and the number is their median in days, ``None`` where that is not reached.
    """

    value: int | Decimal | None
    rows: int | None = None
    missing: int | None = None
    parts: Parts | None = None
    times: LifeTable | None = None

    @classmethod
    def of(cls, parts: Parts) -> Figure:
        """Divide the numerator by the denominator."""
        return cls(parts.share, parts=parts)

    @classmethod
    def timed(cls, times: LifeTable) -> Figure:
        """Take the median."""
        return cls(times.median, times=times)


class Entry(NamedTuple):
    """One event through which a subject counts: who, the type of the event, and its id."""

    subject: str
    type: str
    event: str


class Listed(NamedTuple):
    """One entry of a list: the subject, and its latest event, which says what is shown."""

    subject: str
    event: Event


@attrs.frozen
class Witnesses:
    """The events that make a subject count: those through which it enters, and those that other conditions found."""

    index: tuple[Event, ...]
    linked: tuple[Event, ...]


@attrs.frozen
class Flow:
    """What one period did to a stock."""

    opening: int
    entered: int
    left: int
    closing: int


@attrs.frozen
class Stock:
    """A stock over periods: what each did to it, and how many members were active in it."""

    flows: tuple[Flow, ...]
    active: tuple[int, ...]


@attrs.frozen
class Sums:
    """A sum in each of several periods, as figures with their rows and missing numbers."""

    figures: tuple[Figure, ...]
