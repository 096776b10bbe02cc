"""Reporting periods: calendar years, quarters, months, years that start in any month, or boundaries of one's own."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from impact_metrics.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

TimeUnit: TypeAlias = Literal["year", "quarter", "month"]
MONTHS: dict[TimeUnit, int] = {"year": 12, "quarter": 3, "month": 1}
_DAY = timedelta(days=1)


@attrs.frozen
class Period:
    """A stretch of days, both ends included, with the name that reports print."""

    start: date
    end: date
    label: str

    def __attrs_post_init__(self) -> None:
        """A period does not end before it starts, and there is a day before it."""
        if self.start == date.min:
            raise RuleError("no day comes before the period, so nothing can be open", where=self.label)
        if self.end < self.start:
            raise RuleError(f"the period ends on {self.end}, before it starts on {self.start}", where=self.label)

    def __str__(self) -> str:
        """Print the name."""
        return self.label


def _months_since_zero(day: date, year_starts: int) -> int:
    return day.year * 12 + day.month - year_starts


def _first_day(months: int, year_starts: int) -> date:
    year, month = divmod(months + year_starts - 1, 12)
    return date(year, month + 1, 1)


def _check_start(year_starts: int) -> None:
    if not 1 <= year_starts <= 12:  # noqa: PLR2004 - the months of a year
        raise RuleError(f"a year cannot start in month {year_starts}", where="year_starts", hint="give 1 to 12")


def label_of(day: date, unit: TimeUnit, year_starts: int = 1) -> str:
    """Name the period of that unit in which a day falls: ``2023``, ``2023/24``, ``2023/24 Q1``, ``2023-04``."""
    _check_start(year_starts)
    if unit == "month":
        return f"{day.year:04}-{day.month:02}"
    year, month = divmod(_months_since_zero(day, year_starts), 12)
    named = f"{year:04}" if year_starts == 1 else f"{year:04}/{(year + 1) % 100:02}"
    return named if unit == "year" else f"{named} Q{month // 3 + 1}"


def periods(unit: TimeUnit, first: date, last: date, *, year_starts: int = 1) -> tuple[Period, ...]:
    """Give the periods of a unit that cover every day from ``first`` to ``last``, whole periods at both ends.

    ``year_starts`` is the month in which years (and their quarters) begin: 4 for April. Raises ``RuleError`` for a unit
    or month that does not exist, and when ``last`` is before ``first``.
    """
    _check_start(year_starts)
    if unit not in MONTHS:
        raise RuleError(f"there is no period {unit!r}", where="periods", hint="use year, quarter or month")
    if last < first:
        raise RuleError(f"the last day {last} is before the first day {first}", where="periods")
    if first.year <= date.min.year or last.year >= date.max.year:
        raise RuleError("the calendar has no whole periods there", where="periods", hint="use years from 2 to 9998")
    step = MONTHS[unit]
    months = _months_since_zero(first, year_starts) // step * step
    found: list[Period] = []
    while (start := _first_day(months, year_starts)) <= last:
        months += step
        found.append(Period(start, _first_day(months, year_starts) - _DAY, label_of(start, unit, year_starts)))
    return tuple(found)


def periods_between(boundaries: Sequence[date]) -> tuple[Period, ...]:
    """Give the periods from each boundary to the day before the next: three boundaries make two periods.

    Raises ``RuleError`` unless there are at least two, each later than the one before.
    """
    if len(boundaries) < 2 or any(isinstance(day, datetime) for day in boundaries):  # noqa: PLR2004 - a start and an end
        raise RuleError("periods need at least two boundary dates", where="periods_between")
    pairs = list(itertools.pairwise(boundaries))
    for start, following in pairs:
        if following <= start:
            raise RuleError(
                f"{following} does not come after {start}", where="periods_between", hint="put them in order"
            )
    return tuple(Period(start, following - _DAY, f"{start} to {following - _DAY}") for start, following in pairs)


def check_contiguous(sequence: Sequence[Period]) -> None:
    """Raise ``RuleError`` unless there is a period, and each starts on the day after the one before ends."""
    if not sequence:
        raise RuleError("there is no period to report on", where="periods")
    for before, after in itertools.pairwise(sequence):
        if after.start != before.end + _DAY:
            raise RuleError(
                f"{after.label} does not start on the day after {before.label} ends",
                where="periods",
                hint="report on periods that follow each other, so that closings are the next openings",
            )


def up_to(sequence: Sequence[Period], as_at: date) -> tuple[Period, ...]:
    """Leave out the periods that start after a date, and cut the one that it falls into, with a label that says so."""
    return tuple(
        period if period.end <= as_at else Period(period.start, as_at, f"{period.label} (to {as_at})")
        for period in sequence
        if period.start <= as_at
    )
