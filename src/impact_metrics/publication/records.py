"""Records by their digests: so that a changed record can be named without keeping what it says."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.publication.read_values import optional, read_moment, read_sha256
from impact_metrics.streams import record_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impact_metrics.exchange.at import At
    from impact_metrics.streams.versions import AnyRecord


@attrs.frozen
class RecordMark:
    """One version of one record: its type and id, when it was recorded, and its digest."""

    type: str
    id: str
    recorded_at: datetime | None
    sha256: str

    @classmethod
    def of(cls, record: AnyRecord) -> RecordMark:
        """Mark a record."""
        return cls(type(record).__name__, record.id, record.recorded_at, record_digest(record))

    def __str__(self) -> str:
        """Name the record, with the moment of recording where there is one."""
        return f"{self.type} {self.id}" + (f" (recorded at {self.recorded_at})" if self.recorded_at else "")

    @property
    def order(self) -> tuple[str, str, str, str]:
        """The place of the record among others: by type, id and moment."""
        return self.type, self.id, "" if self.recorded_at is None else self.recorded_at.isoformat(), self.sha256

    def to_plain(self) -> list[Any]:
        """Give the mark as a list: type, id, moment, digest."""
        when = None if self.recorded_at is None else self.recorded_at.astimezone(UTC).isoformat()
        return [self.type, self.id, when, self.sha256]

    @classmethod
    def from_plain(cls, at: At) -> RecordMark:
        """Read a mark from a list. Raises ``ExchangeError`` that names the place of a fault."""
        items = at.items()
        if len(items) != 4:  # noqa: PLR2004 - as many as are written
            at.fail(f"a record has a type, an id, a moment and a digest, and this has {len(items)} parts")
        kind, name, when, digest = items
        return cls(kind.text(), name.text(), optional(when, read_moment), read_sha256(digest))


@attrs.frozen
class RecordChanges:
    """What became of records: those that are there now and were not, the reverse, and those that say something else.

    Of an altered record, the mark is that of now. A correction that was recorded later, beside the record that it
    corrects, is added.
    """

    added: tuple[RecordMark, ...] = ()
    removed: tuple[RecordMark, ...] = ()
    altered: tuple[RecordMark, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.added or self.removed or self.altered)

    def told(self) -> Iterator[tuple[RecordMark, str]]:
        """Go through the changed records, each with words that name it and say what became of it."""
        for word, marks in (("altered", self.altered), ("added", self.added), ("removed", self.removed)):
            yield from ((mark, f"{mark} {word}") for mark in marks)


def changes_between(before: Iterable[RecordMark], after: Iterable[RecordMark]) -> RecordChanges:
    """Compare records: what is altered stands under one type and id on both sides, with different content."""
    old, new = ({mark.sha256: mark for mark in marks} for marks in (before, after))
    groups: defaultdict[tuple[str, str], tuple[list[RecordMark], list[RecordMark]]] = defaultdict(lambda: ([], []))
    for side, (ours, others) in enumerate(((old, new), (new, old))):
        for digest, mark in ours.items():
            if digest not in others:
                groups[mark.type, mark.id][side].append(mark)
    found = [_sorted_out(gone, come) for gone, come in groups.values()]
    return RecordChanges(
        *(tuple(sorted(chain.from_iterable(marks), key=lambda mark: mark.order)) for marks in zip(*found, strict=True))
    )


def _sorted_out(gone: list[RecordMark], come: list[RecordMark]) -> tuple[list[RecordMark], ...]:
    """Give what is added, removed and altered: marks of one moment belong together, then others in order of time."""
    altered: list[RecordMark] = []
    for mark in tuple(gone):
        same = next((other for other in come if other.recorded_at == mark.recorded_at), None)
        if same is not None:
            gone.remove(mark)
            come.remove(same)
            altered.append(same)
    before, after = (sorted(marks, key=lambda mark: mark.order) for marks in (gone, come))
    pairs = min(len(before), len(after))
    return after[pairs:], before[pairs:], [*altered, *after[:pairs]]
