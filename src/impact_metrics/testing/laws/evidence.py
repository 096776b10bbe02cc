"""What laws look at, and how they say what they found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from impact_metrics.model import Event
    from impact_metrics.rules import Metric
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Answer

_DAY = timedelta(days=1)


def known_events(stream: Stream, known_at: datetime | None) -> list[Event]:
    """Give the events that are known at a moment."""
    return [event for events in stream.known(known_at).rows.values() for event in events]


def days_of_interest(events: Sequence[Event]) -> list[date]:
    """Give every date on which a figure can change, the day before each, and the last day there is."""
    days = {event.occurred_on for event in events}
    return sorted({date.max, *days, *(day - _DAY for day in days if day > date.min)})


def expect(metric: Metric, where: str, what: str, expected: object, found: object) -> None:
    """Raise ``AssertionError`` that names metric, date, what was expected and what was found, unless they are equal."""
    if expected != found:
        raise AssertionError(f"metric {metric.id!r} {where}: expected {what} to be {expected}, found {found}")


def expect_alike(metric: Metric, where: str, what: str, expected: Answer, found: Answer) -> None:
    """Raise ``AssertionError`` unless two answers are equal: figures, and who is counted."""
    if expected != found:
        raise AssertionError(
            f"metric {metric.id!r} {where}: expected {what} to be {expected.value}, found {found.value}"
            + difference(expected, found)
        )


def difference(expected: Answer, found: Answer) -> str:
    """Name the subjects that only one of two answers counts."""
    one, other = subjects(expected), subjects(found)
    parts = {"no longer counted": one - other, "counted besides": other - one}
    return "".join(f"; {what}: {', '.join(sorted(names))}" for what, names in parts.items() if names)


def subjects(answer: Answer) -> frozenset[str]:
    """Give the subjects of an answer; none for a row count or total."""
    return answer.subjects or frozenset()
