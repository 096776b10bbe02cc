"""Months of the calendar: the day that is so many months after another."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """Give the day of the same number so many months later, or the last day of that month where it has none.

    One month after 31 January is the last day of February, twelve after 29 February the 28th. Beyond the calendar it is
    its last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
