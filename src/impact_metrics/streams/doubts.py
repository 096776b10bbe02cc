"""Events dated later than they can be: after today, or after the moment at which they were recorded.

They are in the stream and count, since only who keeps the records can tell which date is the slip; but one of them can
move the end of every follow-up, so that they are told.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from impact_metrics.model import Event

if TYPE_CHECKING:
    from impact_metrics.streams.versions import AnyRecord

_AHEAD = timedelta(hours=14)
"""How far the clocks that are furthest ahead of UTC are: a day is doubted when it has begun nowhere."""


def today() -> date:
    """Give the latest day that it is anywhere."""
    return (datetime.now(UTC) + _AHEAD).date()


def doubt(record: AnyRecord, until: date) -> str:
    """Say what is wrong with the day of a record; nothing where it can be, or the record has none."""
    if not isinstance(record, Event):
        return ""
    if record.occurred_on > until:
        return "lies after today"
    recorded = record.recorded_at
    if recorded is not None and record.occurred_on > recorded.date() and record.occurred_on > _latest(recorded):
        return f"lies after the event was recorded, at {recorded.isoformat()}"
    return ""


def _latest(moment: datetime) -> date:
    """Give the latest day that it was anywhere at a moment."""
    try:
        return (moment.astimezone(UTC) + _AHEAD).date()
    except OverflowError:
        return date.max
