"""Days and moments in the cells of an export: the formats of a mapping, its time zones and its bounds."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from impact_metrics.errors import MappingError
from impact_metrics.limits import cut
from impact_metrics.streams.converters import ValueFaultError, read_clock, read_date
from impact_metrics.streams.zones import moved, placed, zone
from impact_metrics.values import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.streams.mapping import FieldFrom, FileFrom, Mapping

_MOST_HOURS = 26
_LONGEST_FORMAT = 200
_TIME = re.compile("%[HIcX]")
"""What gives a format a time of day."""


def check_formats(formats: Sequence[str], path: str) -> None:
    """Refuse what ``strptime`` does not know before any cell is read: it tells so for each format by a trial."""
    for pattern in formats:
        if len(pattern) > _LONGEST_FORMAT:
            raise _no_format(pattern, f"it is longer than {_LONGEST_FORMAT} characters", path)
        if "%Z" in _directives(pattern):
            hint = "read offsets by %z; or write the name of the zone as it is, as in '%H:%M UTC', and name time_zone"
            raise MappingError(f"the %Z of {cut(repr(pattern), 80)} would be read and lost", where=path, hint=hint)
        try:
            datetime.strptime("", pattern)  # noqa: DTZ007 - a trial
        except re.error:
            raise _no_format(pattern, "something stands twice in it", path) from None
        except ValueError as error:
            if "does not match" not in str(error):
                raise _no_format(pattern, str(error), path) from None


def _directives(pattern: str) -> str:
    return pattern.replace("%%", "")


def _no_format(pattern: str, why: str, path: str) -> MappingError:
    problem = f"{cut(repr(pattern), 80)} is no format: {cut(why)}"
    return MappingError(problem, where=path, hint="write it in the notation of strptime, such as %Y-%m-%d")


def date_reader(source: FieldFrom, file: FileFrom, mapping: Mapping, path: str) -> Callable[[str], date]:
    """Build the function that reads a day. Raises ``MappingError`` for hours that no zones lie apart."""
    day_of = _day_of(source, file, path)
    earliest, latest = source.earliest or mapping.earliest, source.latest or mapping.latest

    def read(text: str) -> date:
        found, timed = _parsed(text, source.formats)
        day = day_of(found) if timed else found.date()
        if earliest is not None and day < earliest:
            raise ValueFaultError(f"is impossible: before {earliest}, the earliest date taken", "a slip of the year?")
        if latest is not None and day > latest:
            raise ValueFaultError(f"is impossible: after {latest}, the latest date taken", "a slip of the year?")
        return day

    return read


def _day_of(source: FieldFrom, file: FileFrom, path: str) -> Callable[[datetime], date]:
    """Build the function that takes the day of a date time, in the zone whose days are asked for."""
    if abs(source.hours) > _MOST_HOURS:
        hint = f"days of time zones lie at most {_MOST_HOURS} hours apart"
        raise MappingError(f"hours = {source.hours} moves a date by days", where=path, hint=hint)
    if source.hours and source.days_in:
        raise MappingError("hours and days_in both move a date", where=path, hint="days_in knows of summer time")
    if source.days_in:
        days, written_in = zone(source.days_in, path), zone(file.time_zone, path)
        return lambda moment: moved(placed(moment, written_in), days).date()
    shift = timedelta(hours=source.hours)

    def shifted(moment: datetime) -> date:
        try:
            return (moment + shift).date()
        except OverflowError:
            raise ValueFaultError("lies outside the years 1 to 9999", "a slip of the year?") from None

    return shifted


def _parsed(text: str, formats: Sequence[str]) -> tuple[datetime, bool]:
    """Read a day or a date time by the first format that it is written in; tell whether it has a time."""
    if formats:
        return _by_formats(text, formats, "date")
    day = written.day(text)
    moment = None if day is not None else written.moment(text, exact=False)
    if moment is not None:
        return moment, True
    return datetime.combine(read_date(text), datetime.min.time()), False


def _by_formats(text: str, formats: Sequence[str], what: str) -> tuple[datetime, bool]:
    if text.isascii() or not any(sign.isdigit() and not sign.isascii() for sign in text):
        for pattern in formats:
            try:
                found = datetime.strptime(text, pattern)  # noqa: DTZ007 - what has no zone gets its own later
            except ValueError:
                continue
            return found, _TIME.search(_directives(pattern)) is not None
    raise ValueFaultError(f"is no {what} in " + " or ".join(formats), "add its format to formats")


def moment_reader(source: FieldFrom, file: FileFrom, path: str) -> Callable[[str], datetime]:
    """Build the function that reads a moment."""
    written_in = zone(file.time_zone, path)

    def read(text: str) -> datetime:
        if not source.formats and written.day(text) is not None:
            raise ValueFaultError("is a day, and no moment", 'to take its beginning: formats = ["%Y-%m-%d"]')
        found = _by_formats(text, source.formats, "moment")[0] if source.formats else read_clock(text)
        return placed(found, written_in)

    return read
