"""The events that are being repaired: what each change leads to, and what is broken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spans.intervals import NEVER, complement, intersection, since
from impact_metrics.model import Constraint, Event, revised
from impact_metrics.streams import KnownView
from impact_metrics.testing import afresh
from impact_metrics.values import EventId, FieldSpec, IdKind, PersonId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.expressions import Condition, Row

PERSON = IdKind("PersonId")

Binding: TypeAlias = "Mapping[Row, str]"
"""Which event, by its id, each row is bound to; the row that was bound last comes last."""


@attrs.frozen(kw_only=True)
class World:
    """Events by their ids. Every change gives another world.

    ``changeable`` are the ids of events that may be changed and left out. ``before`` holds what an event is again when
    it is left out: the version that it corrects. ``canonical`` maps ids of persons that were given up to those that
    stay: no event holds the former. ``taken`` are ids that no new event may have.
    """

    events: Mapping[str, Event]
    changeable: frozenset[str]
    before: Mapping[str, Event] = attrs.field(factory=dict)
    canonical: Mapping[PersonId, PersonId] = attrs.field(factory=dict)
    taken: frozenset[str] = frozenset()

    def at(self, day: date) -> list[Event]:
        """Give the events that are visible at a day."""
        return afresh.visible(self.events.values(), day)

    def bound(self, binding: Binding) -> dict[Row, Event]:
        """Give the events themselves that rows are bound to."""
        return {row: self.events[name] for row, name in binding.items()}

    def is_true(self, condition: Condition, binding: Binding, day: date) -> bool:
        """Tell whether a condition holds at a day."""
        return afresh.is_true(condition, self.bound(binding), self.at(day))

    def changed(self, name: str, field: str, value: Any) -> World:  # noqa: ANN401 - a field holds any value
        """Give an event another value in one field."""
        event = self.events[name]
        value = self._as_known(event.__record__.field(field), value)
        return attrs.evolve(self, events={**self.events, name: revised(event, **{field: value})})

    def _as_known(self, spec: FieldSpec, value: Any) -> Any:  # noqa: ANN401 - a field holds any value
        if value is None or spec.kind != PERSON:
            return value
        return (
            frozenset(self.canonical.get(one, one) for one in value) if spec.many else self.canonical.get(value, value)
        )

    def new_id(self) -> EventId:
        """Give an id that nothing has."""
        names = (f"W-{number}" for number in count(1))
        return EventId(next(name for name in names if name not in self.events and name not in self.taken))

    def with_new(self, event: Event) -> World:
        """Add an event, which may be changed."""
        values = {spec.name: self._as_known(spec, getattr(event, spec.name)) for spec in event.__record__.fields}
        events = {**self.events, event.id: revised(event, **values)}
        return attrs.evolve(self, events=events, changeable=self.changeable | {event.id})

    def without(self, name: str) -> World:
        """Leave an event out; where it is a correction, what it corrects is there again, and stays."""
        events = {other: event for other, event in self.events.items() if other != name}
        if name in self.before:
            events[name] = self.before[name]
        return attrs.evolve(self, events=events, changeable=self.changeable - {name})


@attrs.frozen
class Broken:
    """An event that breaks a constraint, and the first day on which it does."""

    constraint: Constraint
    name: str
    day: date

    def is_mended(self, world: World) -> bool:
        """Tell whether, in another world, the event satisfies the constraint on that day, or is not there."""
        event = world.events.get(self.name)
        binding = {self.constraint.row: self.name}
        gone = event is None or event.occurred_on > self.day
        return gone or world.is_true(self.constraint.condition, binding, self.day)


def broken(world: World, constraints: Sequence[Constraint]) -> list[Broken]:
    """Give what is broken, by day and then by constraint; each event once for each constraint."""
    rows: dict[str, list[Event]] = {}
    for event in world.events.values():
        rows.setdefault(type(event).__name__, []).append(event)
    engine = SpansEngine(KnownView(rows, {}, {}))
    found: list[Broken] = []
    for constraint in constraints:
        satisfied = {event.id: spans for event, spans in engine.row_spans(constraint.row, constraint.condition)}
        for event in engine.rows_of(constraint.row):
            holds = satisfied.get(event.id, NEVER)
            if lacking := intersection(since(event.occurred_on), complement(holds)):
                found.append(Broken(constraint, event.id, lacking[0]))
    return sorted(found, key=lambda one: one.day)
