"""A stream: a finite collection of records, whose order and repeats do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import ContradictionError, StreamError
from impact_metrics.model import Record
from impact_metrics.model.records import check_values
from impact_metrics.streams.known import KnownView
from impact_metrics.streams.versions import AnyRecord, Versions, as_moment, group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime


SHOWN = 50
"""How many records of a stream are printed at most."""


class Stream:
    """Events, persons, retractions and merges, as a rule is evaluated over them.

    The records are kept as given, less exact repeats. Raises ``StreamError`` for a value that is not of its field's
    type, and ``ContradictionError`` for two records of one id and one moment with different content.
    """

    def __init__(self, records: Iterable[AnyRecord] = (), *, versions: Versions | None = None) -> None:
        """Take records made in Python, or ``versions`` that a reader has checked and grouped already."""
        self._versions = _checked(records) if versions is None else versions
        self._views: dict[datetime | None, KnownView] = {}

    def __len__(self) -> int:
        """Count the records, every version of each."""
        return len(self._versions.single) + sum(map(len, self._versions.several))

    def __iter__(self) -> Iterator[AnyRecord]:
        """Go through the records, every version of each."""
        yield from self._versions.single
        for versions in self._versions.several:
            yield from versions

    def __repr__(self) -> str:
        """Print the records of a small stream, and count those of a large one."""
        if len(self) > SHOWN:
            return f"<Stream of {len(self):,} records>"
        return "Stream([" + ", ".join(map(repr, self)) + "])"

    def known(self, known_at: datetime | None = None) -> KnownView:
        """See the stream as it was known at a moment, or with everything that is recorded.

        A moment without time zone is read as UTC. Raises ``StreamError`` for a date, which is no moment.
        """
        known_at = as_moment(known_at)
        if known_at not in self._views:
            self._views[known_at] = KnownView.of(self._versions, known_at)
        return self._views[known_at]


def _checked(records: Iterable[AnyRecord]) -> Versions:
    taken = tuple(records)
    for record in taken:
        _check_record(record)
    versions = group(taken)
    if versions.contradictions:
        raise contradiction(versions.contradictions[0])
    return versions


def _check_record(record: AnyRecord) -> None:
    if not isinstance(record, Record):
        raise StreamError(f"{record!r} is no record", hint="a stream holds events, persons, retractions and merges")
    wrong = check_values(record)
    if wrong:
        spec = record.__record__.field(wrong)
        raise StreamError(
            f"{getattr(record, wrong)!r} is no {spec}",
            where=f"{type(record).__name__} {record.id!r}, field {wrong!r}",
            hint=f"the field holds {spec.doc}",
        )


def contradiction(records: tuple[AnyRecord, ...]) -> ContradictionError:
    """Build the error that names two records which cannot both be true."""
    one, other = records[:2]
    if type(one) is not type(other):
        difference = f"one is a {type(one).__name__}, the other a {type(other).__name__}"
    else:
        names = [spec.name for spec in one.__record__.fields if getattr(one, spec.name) != getattr(other, spec.name)]
        difference = "; ".join(f"{name} {_told(getattr(one, name))} or {_told(getattr(other, name))}" for name in names)
    return ContradictionError(
        f"two records of this id, recorded at {one.recorded_at or 'an unknown moment'}, differ: {difference}",
        where=f"{type(one).__name__} {one.id!r}",
        hint="give the correction a later recorded_at, or its own id when it is another event",
    )


def _told(value: object) -> str:
    """Print a value for a reader of an error."""
    if value is None:
        return "missing"
    return ", ".join(sorted(map(str, value))) or "none" if isinstance(value, frozenset) else str(value)
