"""Making a stream satisfy the constraints of its model, by building what is missing rather than by rejecting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.expressions import (
    AllOf,
    Clause,
    Compare,
    Condition,
    Constant,
    Contains,
    Exists,
    FieldRef,
    OneOf,
    Operator,
    Overlaps,
    Row,
)
from impact_metrics.model import Event
from impact_metrics.streams import Stream
from impact_metrics.values import CodeKind, DateKind, EventId, FlagKind, IdKind, NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impact_metrics.model import Constraint, Model
    from impact_metrics.streams.versions import AnyRecord
    from impact_metrics.values import FieldSpec


def satisfying(model: Model, records: Iterable[AnyRecord]) -> list[AnyRecord]:
    """Give records that satisfy every constraint at every date.

    For an event that needs another one (a constraint that requires ``exists``, with equality links), that event is
    built and added; events that break a constraint all the same are then left out, until none does. Records are taken
    to be recorded once each.
    """
    found = list(records)
    added: list[Event] = []
    for constraint, event in _violations(model, found):
        witness = _witness(model, constraint, event, EventId(f"W-{len(added) + 1}"))
        if witness is not None:
            added.append(witness)
    found.extend(added)
    while broken := {event.id for _, event in _violations(model, found)}:
        found = [record for record in found if not isinstance(record, Event) or record.id not in broken]
    return found


def _violations(model: Model, records: Iterable[AnyRecord]) -> Iterator[tuple[Constraint, Event]]:
    taken = tuple(records)
    engine = SpansEngine(Stream(taken).known())
    days = sorted({record.occurred_on for record in taken if isinstance(record, Event)})
    seen: set[tuple[str, str]] = set()
    for constraint in model.constraints:
        for day in days:
            for event in engine.violations(constraint, day):
                if (constraint.id, event.id) not in seen:
                    seen.add((constraint.id, event.id))
                    yield constraint, event


def _witness(model: Model, constraint: Constraint, event: Event, event_id: EventId) -> Event | None:
    """Build the event that the constraint asks for beside this one, as far as its conditions say what it is like."""
    wanted = next((part for part in _conjuncts(constraint.require) if isinstance(part, Exists)), None)
    if wanted is None:
        return None
    record = next(kind for kind in model.events if kind.__record__ == wanted.row.record)
    values: dict[str, Any] = {
        spec.name: _plainest(spec) for spec in record.__record__.fields if not spec.optional and spec.name != "id"
    }
    values["occurred_on"] = event.occurred_on
    for part in _conjuncts(wanted.condition):
        values.update(_demanded(part, wanted.row, constraint.row, event))
    return record(id=event_id, **values)


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    match condition:
        case AllOf(items):
            for item in items:
                yield from _conjuncts(item)
        case Clause(condition=inner):
            yield from _conjuncts(inner)
        case _:
            yield condition


def _demanded(part: Condition, row: Row, outer: Row, event: Event) -> dict[str, Any]:
    """Give the value that one condition demands of a field of the wanted row; nothing where it demands none."""
    match part:
        case Compare(FieldRef() as one, Operator.EQ, FieldRef() as other) if {one.row, other.row} == {row, outer}:
            ours, theirs = (one, other) if one.row == row else (other, one)
            return {ours.name: getattr(event, theirs.name)}
        case Compare(FieldRef(found, name), Operator.EQ, Constant(value)) if found == row:
            return {name: value}
        case OneOf(FieldRef(found, name), among, negated=False) if found == row:
            return {name: among.members[0]}
        case Overlaps(FieldRef(found, name), among) if found == row:
            return {name: frozenset(among.members[:1])}
        case Contains(FieldRef(found, name), FieldRef(other, theirs_name)) if found == row and other == outer:
            return {name: frozenset({getattr(event, theirs_name)})}
        case _:
            return {}


def _plainest(spec: FieldSpec) -> object:
    """Give the plainest value of a required field."""
    if spec.many:
        return frozenset()
    match spec.kind:
        case IdKind(name):
            return f"{name}-1"
        case CodeKind(codes):
            return next(iter(codes))
        case FlagKind():
            return False
        case NumberKind():
            return 0
        case DateKind():
            return None  # the day is the one of the event that needs it
        case _:
            return ""
