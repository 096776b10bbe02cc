"""The known view: what was recorded by a moment, corrections, retractions and merges taken into account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import ContradictionError, StreamError
from impact_metrics.model import Event, Person, Retraction, SamePerson, revised
from impact_metrics.streams.versions import ALWAYS_KNOWN, AnyRecord, Versions, moment
from impact_metrics.values import EventId, IdKind, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

_PERSON = IdKind("PersonId")


@attrs.frozen(eq=False)
class KnownView:
    """The events and persons known at a moment, with every person under one canonical id.

    ``rows`` holds the events by the name of their type. ``canonical`` maps each id that was given up in a merge to the
    id that stays.
    """

    rows: Mapping[str, Sequence[Event]]
    persons: Mapping[PersonId, Person]
    canonical: Mapping[PersonId, PersonId]

    def latest_day(self) -> date:
        """Give the latest date on which anything occurred. Raises ``StreamError`` where there is no event."""
        days = [event.occurred_on for events in self.rows.values() for event in events]
        if not days:
            raise no_event()
        return max(days)

    @classmethod
    def of(cls, versions: Versions, known_at: datetime | None = None) -> KnownView:
        """Keep per id the latest version recorded by then, drop what was retracted, and merge persons."""
        by_type: defaultdict[type[AnyRecord], list[Any]] = defaultdict(list)
        for record in _latest(versions, known_at):
            by_type[type(record)].append(record)
        known: Mapping[type[AnyRecord], list[Any]] = by_type
        if Retraction in known:
            withdrawn = withdrawn_by(known[Retraction])
            known = {kind: left for kind, every in known.items() if (left := _less_withdrawn(every, withdrawn))}
        canonical = canonical_ids(known.get(SamePerson, ()))
        rows: dict[str, list[Event]] = {}
        persons: dict[PersonId, Person] = {}
        for kind, records in known.items():
            if issubclass(kind, Event):
                rows.setdefault(kind.__name__, []).extend(records)
            elif issubclass(kind, Person):
                persons.update((person.id, person) for person in records)
        if canonical:
            rows = {name: [_merged(event, canonical) for event in events] for name, events in rows.items()}
            persons = _merged_persons(persons, canonical)
        return cls(rows, persons, canonical)


def no_event() -> StreamError:
    """Build the error for a stream that has no latest date."""
    return StreamError("the stream holds no event, so there is no latest date", hint="pass as_at=date(...)")


def _latest(versions: Versions, known_at: datetime | None) -> Iterable[AnyRecord]:
    if known_at is None:
        return chain(versions.single, (several[-1] for several in versions.several))
    known = [record for record in versions.single if moment(record) <= known_at]
    for several in versions.several:
        by_then = [record for record in several if moment(record) <= known_at]
        known.extend(by_then[-1:])
    return known


def withdrawn_by(retractions: Iterable[Retraction]) -> dict[str, datetime]:
    """Give the ids of what was withdrawn, each with the moment of the last retraction that is in force.

    A retraction is itself withdrawn by one that is no older, so that one is decided first, whatever their ids are.
    """
    by_id = {retraction.id: retraction for retraction in retractions}
    decided_by: dict[EventId, set[EventId]] = {name: set() for name in by_id}
    for retraction in by_id.values():
        target = by_id.get(retraction.of)
        if target is not None and retraction.recorded_at >= target.recorded_at:
            decided_by[target.id].add(retraction.id)
    try:
        order = tuple(TopologicalSorter(decided_by).static_order())
    except CycleError as error:
        raise _circle_of_retractions(sorted(set(error.args[1]))) from None
    withdrawn: dict[str, datetime] = {}
    for name in order:
        retraction = by_id[name]
        if name not in withdrawn or withdrawn[name] < retraction.recorded_at:
            withdrawn[retraction.of] = max(withdrawn.get(retraction.of, ALWAYS_KNOWN), retraction.recorded_at)
    return withdrawn


def _circle_of_retractions(names: Sequence[EventId]) -> ContradictionError:
    return ContradictionError(
        f"{', '.join(map(repr, names))}: each is withdrawn by another of them at the same moment, or by itself",
        where="Retraction",
        hint="leave one of them out, or give it a later recorded_at",
    )


def _less_withdrawn(records: Iterable[Any], withdrawn: Mapping[str, datetime]) -> list[Any]:
    """Drop what was withdrawn by a retraction that is no older than the record. Persons are never withdrawn."""
    return [
        record
        for record in records
        if record.id not in withdrawn or moment(record) > withdrawn[record.id] or isinstance(record, Person)
    ]


def canonical_ids(merges: Sequence[SamePerson]) -> dict[PersonId, PersonId]:
    """Follow merges to the id that stays. Where an id was merged into two others, these are one person as well."""
    groups = merged_together(merges)
    given_up = {merge.person for merge in merges}
    canonical: dict[PersonId, PersonId] = {}
    for together in {id(group): group for group in groups.values()}.values():
        staying = min(together - given_up, default=None)
        if staying is None:
            raise _cycle([merge for merge in merges if merge.person in together])
        canonical.update((member, staying) for member in together if member != staying)
    return canonical


def merged_together(merges: Iterable[SamePerson]) -> dict[PersonId, set[PersonId]]:
    """Give each id that a merge names, with all the ids that are one person with it."""
    groups: dict[PersonId, set[PersonId]] = {}
    for merge in merges:
        one = groups.setdefault(merge.person, {merge.person})
        other = groups.setdefault(merge.same_as, {merge.same_as})
        if one is not other:
            # The smaller group joins the larger one: a long chain of merges then costs little more than its length.
            joining, together = sorted((one, other), key=len)
            together |= joining
            groups.update(dict.fromkeys(joining, together))
    return groups


def _cycle(merges: Sequence[SamePerson]) -> ContradictionError:
    named = ", ".join(
        f"{merge.id!r} ({merge.person} is {merge.same_as})" for merge in sorted(merges, key=lambda item: item.id)
    )
    return ContradictionError(
        f"the merges {named} go round in a circle, so that no id stays",
        where="SamePerson",
        hint="retract one of them",
    )


def _merged(event: Event, canonical: Mapping[PersonId, PersonId]) -> Event:
    changes: dict[str, Any] = {}
    for spec in event.__record__.fields:
        if spec.kind != _PERSON:
            continue
        value = getattr(event, spec.name)
        if spec.many:
            if value is not None and not canonical.keys().isdisjoint(value):
                changes[spec.name] = frozenset(canonical.get(member, member) for member in value)
        elif value in canonical:
            changes[spec.name] = canonical[value]
    return revised(event, **changes) if changes else event


def _merged_persons(
    persons: Mapping[PersonId, Person], canonical: Mapping[PersonId, PersonId]
) -> dict[PersonId, Person]:
    """Keep the record of the id that stays, else the latest of those given up."""
    kept: dict[PersonId, Person] = {}
    for person in sorted(persons.values(), key=lambda item: (moment(item), item.id)):
        staying = canonical.get(person.id, person.id)
        if staying == person.id or staying not in persons:
            kept[staying] = revised(person, id=staying)
    return kept
