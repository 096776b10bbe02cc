"""Numbers, flags, days and moments as text: one strict notation for every file, so that a text means the same in all.

The patterns are plain enough for the regular expressions of databases, which take a whole text or nothing by them.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from impact_metrics.values.kinds import is_exact

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""A day of the calendar, and neither week dates nor days without hyphens."""
_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_TIMED = f"{DAY}[T ]{_HOUR}:{_SIXTY}(?::{_SIXTY}(?:[.]PARTS)?)?(?:Z|[+-]{_HOUR}(?::?{_SIXTY})?)?"
MOMENT = _TIMED.replace("PARTS", "[0-9]{1,6}0*")
"""A day, a time to the minute or finer, down to a microsecond, and an offset from UTC where one is known."""
WHOLE = "-?[0-9]+([.]0)?"
"""A whole number; tools that fill gaps make 12 into 12.0, which is the same. 1.000 may be a thousand, and is none."""
DECIMAL = "-?[0-9]+([.][0-9]+)?"
"""A decimal, without exponent, plus or marks between its digits."""
FLAGS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
"""The words for flags, in any case of letters."""
NONE = "[]"
"""A set of which it is known that it has no members; an empty text is one of which nothing is known."""

_DAY, _MOMENT, _WHOLE, _DECIMAL = map(re.compile, (DAY, MOMENT, WHOLE, DECIMAL))
_FINER = re.compile(_TIMED.replace("PARTS", "[0-9]+"))
_LEAST, _MOST = -(2**63), 2**63 - 1
_DIGITS = 400
"""No number of more characters is read: turning digits into a number takes the square of their count."""


def is_64_bits(number: int) -> bool:
    """Tell whether a whole number fits what every engine holds; what needs more is no count of anything."""
    return _LEAST <= number <= _MOST


def day(text: str) -> date | None:
    """Read a day, written as YYYY-MM-DD; ``None`` for anything else."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_finer(text: str) -> bool:
    """Tell whether a moment has a part below a microsecond, which nothing here could hold."""
    return _MOMENT.fullmatch(text) is None and _FINER.fullmatch(text) is not None


def moment(text: str, *, exact: bool = True) -> datetime | None:
    """Read a moment; ``None`` for anything else. Without an offset it has no time zone.

    ``exact=False`` drops what is below a microsecond, for those who want its day only.
    """
    if (_MOMENT if exact else _FINER).fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def whole(text: str) -> int | None:
    """Read a whole number of at most 64 bits; ``None`` for anything else."""
    if len(text) > _DIGITS or _WHOLE.fullmatch(text) is None:
        return None
    number = int(text.partition(".")[0])
    return number if is_64_bits(number) else None


def decimal(text: str) -> Decimal | None:
    """Read an exact decimal; ``None`` for anything else."""
    if len(text) > _DIGITS or _DECIMAL.fullmatch(text) is None:
        return None
    number = Decimal(text)
    return number if is_exact(number) else None
