"""Values in files of publications, each read with the place where it stands."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from impact_metrics.limits import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from impact_metrics.exchange.at import At

T = TypeVar("T")

_SHA256 = re.compile(r"[0-9a-f]{64}")


def optional(at: At, read: Callable[[At], T]) -> T | None:
    """Read what may be null."""
    return None if at.value is None else read(at)


def _shown(value: object) -> str:
    return cut(repr(value), 80)


def read_moment(at: At) -> datetime:
    """Read a moment, which has its time zone."""
    try:
        moment = datetime.fromisoformat(at.text())
    except ValueError:
        at.fail(f"{_shown(at.value)} is no moment", 'write it as "2024-12-31T23:59:59+00:00"')
    if moment.tzinfo is None:
        at.fail(f"{_shown(at.value)} has no time zone", 'write it as "2024-12-31T23:59:59+00:00"')
    return moment


def read_sha256(at: At) -> str:
    """Read a SHA-256 in hexadecimal."""
    text = at.text()
    if not _SHA256.fullmatch(text):
        at.fail(f"{_shown(text)} is no SHA-256", "it has 64 digits from 0 to 9 and a to f")
    return text


def read_count(at: At) -> int:
    """Read how many there are of something."""
    number = at.number()
    if number < 0:
        at.fail(f"{number} is less than nothing", "give 0 or more")
    return number


def read_choice(at: At, known: Iterable[str]) -> str:
    """Read one of several texts."""
    text, names = at.text(), list(known)
    if text not in names:
        at.fail(f"{_shown(text)} is none of those that there are", "use " + " or ".join(names))
    return text
