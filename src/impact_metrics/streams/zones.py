"""Time zones of a mapping: offsets from UTC, and names of places, whose clocks change with the seasons."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from impact_metrics.errors import MappingError, missing_extra, nearest
from impact_metrics.streams.converters import ValueFaultError

_OFFSET = re.compile("([+-])([01][0-9]|2[0-3]):([0-5][0-9])")


def zone(text: str, path: str) -> tzinfo:
    """Find a time zone by its offset or its name. Raises ``MappingError`` for one that there is not."""
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        sign, hours, minutes = offset.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-ahead if sign == "-" else ahead) if ahead else UTC
    known = available_timezones()  # which also keeps a name from being a path
    if text in known:
        return ZoneInfo(text)
    if not known:
        raise missing_extra(f"the time zone {text!r}", "tzdata", "zones")
    hint = f'write "+05:30", or a name such as "Europe/London": {nearest(text, known)}'
    raise MappingError(f"{text!r} is no time zone", where=path, hint=hint)


def placed(moment: datetime, where: tzinfo) -> datetime:
    """Give a moment that says no offset its place in time.

    Raises ``ValueFaultError`` for one that clocks skipped, or showed twice: which was meant cannot be told.
    """
    if moment.tzinfo is not None:
        return moment
    first, second = moment.replace(tzinfo=where), moment.replace(tzinfo=where, fold=1)
    if isinstance(where, timezone):
        return first
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None  # noqa: S101 - zones of places have offsets at all times
    assert after is not None  # noqa: S101 - the same
    if before < after:
        raise ValueFaultError(f"does not exist in {where}, where clocks went forward", "check the time, or the zone")
    if before > after:
        raise ValueFaultError(f"was twice in {where}, where clocks went back", "write it with its offset, as +01:00")
    return moved(first, UTC)


def moved(moment: datetime, where: tzinfo) -> datetime:
    """Tell a moment in another zone. Raises ``ValueFaultError`` at the ends of time."""
    try:
        return moment.astimezone(where)
    except OverflowError:
        raise ValueFaultError("lies outside the years 1 to 9999", "a slip of the year?") from None
