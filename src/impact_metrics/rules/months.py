"""Months of the calendar: the day that is so many months after another."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache


def months_after(day: date, months: int) -> date:
    """Give the day of the same number so many months later, or the last day of that month where it has none.

    One month after 31 January is the last day of February, twelve after 29 February the 28th. Beyond the calendar it is
    its last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def most_days(months: int) -> int:
    """Give how many days so many months have at most, from whichever day they are counted.

    The calendar repeats every 400 years, and not sooner: of four years in one place a century year has no leap day.
    """
    starts = (date(year, month, 1) for year in range(2000, 2400) for month in range(1, 13))
    return max((months_after(start, months) - start).days for start in starts)
