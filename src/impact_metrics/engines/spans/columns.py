"""Columns in the reference engine: what is read of each subject at a date, and through which events."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, assert_never

from impact_metrics.engines.results import Witnesses
from impact_metrics.engines.spans.exact import exact_sum
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.rules.measures.columns import (
    Due,
    EntryDate,
    FirstDate,
    FirstKnown,
    Known,
    LastDate,
    Member,
    Picked,
    Rows,
    Summed,
    Watched,
)
from impact_metrics.rules.months import months_after, most_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines.spans.index import Index
    from impact_metrics.engines.spans.placement import Placed
    from impact_metrics.expressions import Row
    from impact_metrics.model import Event
    from impact_metrics.rules.measures import States, Subjects
    from impact_metrics.rules.measures.columns import Column, Dated, Window
    from impact_metrics.rules.populations import Distinct, Population


class Membership(Protocol):
    """What columns need of the engine."""

    def members(self, population: Population[Any]) -> Mapping[str, Any]:
        """Give every subject that is ever a member, with the dates on which it is."""
        ...

    def members_at(self, population: Population[Any], day: date) -> frozenset[str]:
        """Give the subjects that are members at a date."""
        ...

    def entries_of(self, population: Distinct[Any]) -> Index:
        """Give the index events of one ``distinct(...)`` population, by subject."""
        ...

    def placed(self, population: Population[Any], row: Row | None) -> Placed:
        """Give each subject's entry events with the dates on which each is *the* entry event."""
        ...

    def witnesses(self, population: Population[Any], subject: str, day: date) -> Witnesses:
        """Give the events that make the subject a member at a date; none where it is no member."""
        ...


Read: TypeAlias = "Callable[[str, date], Any]"
"""Reads a column of a subject that entered its frame on a day."""


def entry_events(engine: Membership, population: Population[Any], day: date) -> Iterator[tuple[str, Event]]:
    """Give each member at a date with the event through which it entered."""
    for subject, entries in engine.placed(population, None).items():
        for event, spans in entries:
            if holds(spans, day):
                yield subject, event


def states(engine: Membership, frame: Subjects, day: date) -> dict[str, Any]:
    """Give the state of each subject of a frame at a date."""
    if frame.looks_from_entry:
        days = {subject: event.occurred_on for subject, event in entry_events(engine, frame.population, day)}
    else:
        days = dict.fromkeys(engine.members_at(frame.simplest, day), day)
    reads = [values(engine, column, day) for column in frame.columns]
    fold = frame.fold
    return {subject: fold(*[read(subject, entered) for read in reads]) for subject, entered in days.items()}


def tally(engine: Membership, frame: Subjects, day: date) -> States:
    """Count the subjects of a frame by their states."""
    if not frame.columns:
        number = sum(1 for spans in engine.members(frame.population).values() if holds(spans, day))
        return {frame.fold(): number} if number else {}
    return Counter(states(engine, frame, day).values())


def values(engine: Membership, column: Column, day: date) -> Read:
    """Build what reads the value of a column."""
    match column:
        case Member(population):
            members = engine.members_at(population, day)
            return lambda subject, _: subject in members
        case Due(months):
            return lambda _, entered: months_after(entered, months) <= day
        case EntryDate() | FirstDate() | LastDate():
            event = event_read(engine, column, day)
            return lambda subject, entered: None if (found := event(subject, entered)) is None else found.occurred_on
        case Known(dated):
            event = event_read(engine, dated, day)
            return lambda subject, entered: event(subject, entered) is not None
        case FirstKnown(dates):
            return _first_known([_days(engine, dated, day) for dated in dates])
        case Picked(_, field):
            event, name = event_read(engine, column, day), field.name
            return lambda subject, entered: None if (found := event(subject, entered)) is None else getattr(found, name)
        case Summed(population, number):
            rows, name = _rows(engine, population, day), number.name
            return lambda subject, _: _sum([getattr(event, name) for event in rows(subject)])
        case Rows(population):
            rows = _rows(engine, population, day)
            return lambda subject, _: len(rows(subject))
        case _:
            assert_never(column)


def _rows(engine: Membership, population: Distinct[Any], day: date) -> Callable[[str], list[Event]]:
    """Build what gives the index events of a subject that fit at the date, earliest first."""
    index = engine.entries_of(population)
    return lambda subject: [event for event, fits in index.in_order(subject) if holds(fits, day)]


def _inside(within: Window | None, entered: date, day: date) -> bool:
    """Tell whether a day falls into a window."""
    if within is None:
        return True
    if (day - entered).days < within.after:
        return False
    return within.months is None or day <= months_after(entered, within.months)


def event_read(
    engine: Membership, column: EntryDate | FirstDate | LastDate | Picked, day: date
) -> Callable[[str, date], Event | None]:
    """Build what finds the event that a column reads."""
    match column:
        case EntryDate(population, within):
            entries = dict(entry_events(engine, population, day))

            def entry(subject: str, entered: date) -> Event | None:
                event = entries.get(subject)
                return event if event is not None and _inside(within, entered, event.occurred_on) else None

            return entry
        case FirstDate(population, within):
            index = engine.entries_of(population)

            def first(subject: str, entered: date) -> Event | None:
                for event, fits in index.in_order(subject):
                    if _inside(within, entered, event.occurred_on) and holds(fits, day):
                        return event
                return None

            return first
        case LastDate(population):
            rows = _rows(engine, population, day)
            return lambda subject, _: next(reversed(rows(subject)), None)
        case Picked():
            return _picked(engine, column, day)
        case _:
            assert_never(column)


def _picked(engine: Membership, column: Picked, day: date) -> Callable[[str, date], Event | None]:
    rows = _rows(engine, column.population, day)
    name, position, greatest = column.field.name, -1 if column.last else 0, column.greatest
    before = None if column.later_than is None else _picked(engine, column.later_than, day)

    def found(subject: str, entered: date) -> Event | None:
        events = rows(subject)
        if not events:
            return None
        event = events[position]
        if greatest is not None:
            that_day = [item for item in events if item.occurred_on == event.occurred_on]
            event = (max if greatest else min)(that_day, key=lambda item: getattr(item, name))
        earlier = None if before is None else before(subject, entered)
        return event if earlier is None or event.occurred_on > earlier.occurred_on else None

    return found


def _days(engine: Membership, dated: Dated, day: date) -> Callable[[str, date], int | None]:
    """Build what gives the days from entry to a day, where that is known."""
    match dated:
        case Watched(months):
            return lambda _, entered: _watched(entered, months, day)
        case _:
            event = event_read(engine, dated, day)
            return lambda subject, entered: (
                None if (found := event(subject, entered)) is None else (found.occurred_on - entered).days
            )


def _watched(entered: date, months: int | None, day: date) -> int:
    """Give for how many days somebody was watched who was watched to the end."""
    if months is not None and months_after(entered, months) <= day:
        return most_days(months)
    return (day - entered).days


def _first_known(reads: Sequence[Callable[[str, date], int | None]]) -> Read:
    def found(subject: str, entered: date) -> tuple[int, int] | None:
        for position, read in enumerate(reads):
            days = read(subject, entered)
            if days is not None:
                return position, days
        return None

    return found


def _sum(numbers: Sequence[Any]) -> Any:  # noqa: ANN401 - a whole number or a decimal
    known = [number for number in numbers if number is not None]
    return reduce(exact_sum, known) if known else None


# --- evidence


def evidence(engine: Membership, frame: Subjects, day: date) -> Callable[[str, date], Witnesses]:
    """Build what gives the events that put a subject into its state: those of entry, and those that columns read.

    Where rows are picked and compared, these come first, and the entry is among what made them fit.
    """
    picks = [column for column in frame.columns if isinstance(column, Picked)]
    picked = [event_read(engine, column, day) for column in picks]
    others = [events_read(engine, column, day) for column in frame.columns]

    def found(subject: str, entered: date) -> Witnesses:
        entry = engine.witnesses(frame.population, subject, day)
        first = [event for read in picked if (event := read(subject, entered)) is not None]
        linked = [event for column in picks for event in engine.witnesses(column.population, subject, day).linked]
        linked += [*entry.linked, *(event for read in others for event in read(subject, entered))]
        return _witnesses(first, [*entry.index, *linked]) if first else _witnesses(entry.index, linked)

    return found


def events_read(engine: Membership, column: Column, day: date) -> Callable[[str, date], Sequence[Event]]:
    """Build what gives the events that a column reads, but for rows that are picked."""
    match column:
        case Known(FirstDate(population, within)):
            rows = _rows(engine, population, day)
            return lambda subject, entered: [
                event for event in rows(subject) if _inside(within, entered, event.occurred_on)
            ]
        case FirstKnown(dates):
            events = [event_read(engine, dated, day) for dated in dates if not isinstance(dated, Watched)]
            first = _first_known([_days(engine, dated, day) for dated in dates])

            def found(subject: str, entered: date) -> Sequence[Event]:
                known = first(subject, entered)
                event = events[known[0]](subject, entered) if known is not None and known[0] < len(events) else None
                return () if event is None else (event,)

            return found
        case FirstDate() | LastDate():
            event = event_read(engine, column, day)
            return lambda subject, entered: () if (item := event(subject, entered)) is None else (item,)
        case Summed(population) | Rows(population):
            rows = _rows(engine, population, day)
            return lambda subject, _: rows(subject)
        case _:
            return lambda _subject, _entered: ()


def _witnesses(first: Sequence[Event], others: Sequence[Event]) -> Witnesses:
    index = {event.id: event for event in first}
    linked = {event.id: event for event in others if event.id not in index}
    in_order = sorted(linked.values(), key=lambda event: (event.occurred_on, event.id))
    return Witnesses(tuple(index.values()), tuple(in_order))
