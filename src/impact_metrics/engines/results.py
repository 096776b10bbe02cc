"""What every engine gives besides tallies: entries, witnesses, and what periods and cells did to a stock."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import attrs

from impact_metrics.model import Event

Label: TypeAlias = "str | None"
"""The name of a cell in one dimension; ``None`` is the cell of a missing value."""
Cell: TypeAlias = "tuple[Label, ...]"
"""Labels for the leading dimensions: a whole cell has one for each, a subtotal fewer, and ``()`` is the whole."""


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
