"""Days and moments in the cells of an export: the formats of a mapping, its time zones and its bounds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from impact_metrics.errors import MappingError
from impact_metrics.limits import cut
from impact_metrics.streams.converters import ValueFaultError, read_date, read_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.streams.mapping import FieldFrom, FileFrom, Mapping

_MOST_HOURS = 26
_LONGEST_FORMAT = 200


def check_formats(formats: Sequence[str], path: str) -> None:
    """Refuse what ``strptime`` does not know before any cell is read: it tells so for each format by a trial."""
    for pattern in formats:
        if len(pattern) > _LONGEST_FORMAT:
            raise _no_format(pattern, f"it is longer than {_LONGEST_FORMAT} characters", path)
        try:
            datetime.strptime("", pattern)  # noqa: DTZ007 - a trial
        except re.error:
            raise _no_format(pattern, "something stands twice in it", path) from None
        except ValueError as error:
            if "does not match" not in str(error):
                raise _no_format(pattern, str(error), path) from None


def _no_format(pattern: str, why: str, path: str) -> MappingError:
    problem = f"{cut(repr(pattern), 80)} is no format: {cut(why)}"
    return MappingError(problem, where=path, hint="write it in the notation of strptime, such as %Y-%m-%d")


def date_reader(source: FieldFrom, mapping: Mapping, path: str) -> Callable[[str], date]:
    """Build the function that reads a day. Raises ``MappingError`` for hours that no zones lie apart."""
    if abs(source.hours) > _MOST_HOURS:
        hint = f"days of time zones lie at most {_MOST_HOURS} hours apart"
        raise MappingError(f"hours = {source.hours} moves a date by days", where=path, hint=hint)
    earliest, latest = source.earliest or mapping.earliest, source.latest or mapping.latest
    shift = timedelta(hours=source.hours)

    def read(text: str) -> date:
        day = _parsed_date(text, source.formats, shift)
        if earliest is not None and day < earliest:
            raise ValueFaultError(f"is impossible: before {earliest}, the earliest date taken", "a slip of the year?")
        if latest is not None and day > latest:
            raise ValueFaultError(f"is impossible: after {latest}, the latest date taken", "a slip of the year?")
        return day

    return read


def _parsed_date(text: str, formats: Sequence[str], shift: timedelta) -> date:
    for pattern in formats:
        try:
            return (datetime.strptime(text, pattern) + shift).date()  # noqa: DTZ007 - only its day is taken
        except (ValueError, OverflowError):
            continue
    if formats:
        raise ValueFaultError("is no date in " + " or ".join(formats), "add its format to formats")
    if len(text) > 10:  # noqa: PLR2004 - longer than YYYY-MM-DD: with a time
        try:
            return (read_moment(text) + shift).date()
        except OverflowError:
            raise ValueFaultError("lies outside the years 1 to 9999", "a slip of the year?") from None
    return read_date(text)


def moment_reader(source: FieldFrom, file: FileFrom, path: str) -> Callable[[str], datetime]:
    """Build the function that reads a moment."""
    zone = _zone(file.time_zone, path)

    def read(text: str) -> datetime:
        for pattern in source.formats:
            try:
                moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - its zone is added below
            except ValueError:
                continue
            break
        else:
            if source.formats:
                raise ValueFaultError("is no moment in " + " or ".join(source.formats), "add its format to formats")
            moment = read_moment(f"{text}T00:00:00" if len(text) == 10 else text)  # noqa: PLR2004 - YYYY-MM-DD
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)

    return read


def _zone(text: str, path: str) -> timezone:
    try:
        moment = datetime.strptime(text, "%z")
    except ValueError:
        raise MappingError(f"{text!r} is no offset from UTC", where=path, hint='write it as "+05:30"') from None
    offset = moment.utcoffset()
    return timezone(offset) if offset else UTC
