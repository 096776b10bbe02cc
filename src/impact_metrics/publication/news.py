"""Which changed records stand behind a changed subject: those in its evidence, about it, or tied to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from impact_metrics.model import Retraction, ids_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.publication.records import RecordChanges
    from impact_metrics.streams.versions import AnyRecord


@attrs.frozen(eq=False)
class News:
    """Changed records by their own id and by each id that they hold, and the ids that every record holds."""

    by_id: Mapping[str, set[str]]
    holding: Mapping[str, set[str]]
    links: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, changes: RecordChanges, records: Iterable[AnyRecord]) -> News:
        """Gather what changed, and what the records that are there now hold. Of removed ones only the id is known."""
        by_id: defaultdict[str, set[str]] = defaultdict(set)
        holding: defaultdict[str, set[str]] = defaultdict(set)
        links: dict[str, frozenset[str]] = {}
        for mark, words in changes.told():
            by_id[mark.id].add(words)
        for record in records:
            links[record.id] = links.get(record.id, frozenset()) | ids_in(record)
            for words in by_id.get(record.id, ()):
                for held in ids_in(record):
                    holding[held].add(words)
                if isinstance(record, Retraction):
                    by_id[record.of] = by_id[record.of] | {words}
        return cls(by_id, holding, links)

    def behind(self, subject: str, events: Iterable[str]) -> set[str]:
        """Give the changes in the evidence of a subject; failing that, those that hold its id, or ids tied to it."""
        evidence = set(events)
        tied = frozenset[str]().union(*(self.links.get(event, frozenset()) for event in evidence))
        return _any(self.by_id, {subject, *evidence}) or _any(self.holding, {subject}) or _any(self.holding, tied)


def _any(found: Mapping[str, set[str]], ids: Iterable[str]) -> set[str]:
    return {words for name in ids for words in found.get(name, ())}
