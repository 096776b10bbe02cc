"""Versions of records: which records speak of the same thing, and which of them cannot both be true."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeAlias

import attrs

from impact_metrics.errors import StreamError
from impact_metrics.model import Event, Person, Retraction, SamePerson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AnyRecord: TypeAlias = Event | Person | Retraction | SamePerson
Key: TypeAlias = str | tuple[type[Person], str]

ALWAYS_KNOWN = datetime.min.replace(tzinfo=UTC)
"""What a record without ``recorded_at`` counts as: known from the beginning."""


@attrs.frozen
class Versions:
    """The records of a stream, by what they speak of; repeats are removed.

    ``single`` holds what was recorded once. ``several`` holds, oldest first, the versions of what was recorded more
    often. ``contradictions`` are records of one id, recorded at one moment, with different content; they stand nowhere
    else. ``repeats`` counts the copies that were dropped.
    """

    single: tuple[AnyRecord, ...]
    several: tuple[tuple[AnyRecord, ...], ...]
    contradictions: tuple[tuple[AnyRecord, ...], ...]
    repeats: int


def moment(record: AnyRecord) -> datetime:
    """Give the moment from which a record is known."""
    return record.recorded_at or ALWAYS_KNOWN


def as_moment(known_at: date | None) -> datetime | None:
    """Read a moment without time zone as UTC. Raises ``StreamError`` for what is no moment, such as a date."""
    if known_at is None:
        return None
    if not isinstance(known_at, datetime):
        raise StreamError(
            f"known_at is a moment, and got {known_at!r}", hint="pass datetime(2024, 12, 31, 23, 59, tzinfo=UTC)"
        )
    return known_at if known_at.tzinfo is not None else known_at.replace(tzinfo=UTC)


def group(records: Iterable[AnyRecord]) -> Versions:
    """Sort records by what they speak of. The result does not depend on the order or on repeats of records.

    Events, merges and retractions share one space of ids, and persons have their own.
    """
    first: dict[Key, AnyRecord] = {}
    more: dict[Key, list[AnyRecord]] = {}
    for record in records:
        key: Key = (Person, record.id) if isinstance(record, Person) else record.id
        found = first.setdefault(key, record)
        if found is not record:
            more.setdefault(key, [found]).append(record)
    several: list[tuple[AnyRecord, ...]] = []
    contradictions: list[tuple[AnyRecord, ...]] = []
    repeats = 0
    for key, found_records in more.items():
        del first[key]
        versions, clashes, copies = _sort_out(found_records)
        repeats += copies
        contradictions.extend(clashes)
        if versions:
            several.append(versions)
    return Versions(tuple(first.values()), tuple(several), tuple(contradictions), repeats)


def _sort_out(
    records: Sequence[AnyRecord],
) -> tuple[tuple[AnyRecord, ...], list[tuple[AnyRecord, ...]], int]:
    """Sort the records of one id into versions, contradictions and the number of copies."""
    by_moment: dict[datetime, list[AnyRecord]] = {}
    copies = 0
    for record in records:
        same_moment = by_moment.setdefault(moment(record), [])
        if record in same_moment:
            copies += 1
        else:
            same_moment.append(record)
    versions = tuple(by_moment[when][0] for when in sorted(by_moment) if len(by_moment[when]) == 1)
    clashes = [tuple(found) for found in by_moment.values() if len(found) > 1]
    return versions, clashes, copies
