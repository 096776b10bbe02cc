"""Ways to make a condition hold, or not hold: by adding an event, changing a value, or leaving an event out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.expressions import AllOf, AnyOf, AtLeast, Clause, Condition, Exists, FieldRef, Not
from impact_metrics.model import Event
from impact_metrics.testing import afresh
from impact_metrics.testing.repair.candidates import plainest, read_by, several, values_for
from impact_metrics.values import RecordType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.testing.afresh import Leaf
    from impact_metrics.testing.repair.world import Binding, World

Counted: TypeAlias = Exists | AtLeast

ANOTHER_VALUE = 3
"""How many new values are tried where different ones are asked for."""


@attrs.define(kw_only=True)
class Search:
    """A search for ways, at one day. It gives up after so many ``steps``.

    ``there`` are the ids of events that were there before, ``types`` finds the class of an event type, ``recorded_at``
    is when new events are recorded, and ``room`` how many events there may be.
    """

    day: date
    there: frozenset[str]
    types: Mapping[RecordType, type[Event]]
    recorded_at: datetime | None
    room: int
    steps: int

    def ways(self, world: World, condition: Condition, binding: Binding, *, wanted: bool = True) -> Iterator[World]:
        """Give worlds in which the condition holds (or, where that is ``wanted``, does not), the preferred ones first.

        An addition is preferred to a change, a change to leaving out, and changes of new events to those of others.
        """
        if self.steps == 0:
            return
        self.steps -= 1
        if world.is_true(condition, binding, self.day) == wanted:
            yield world
            return
        match condition:
            case Clause(condition=inner):
                yield from self.ways(world, inner, binding, wanted=wanted)
            case Not(item):
                yield from self.ways(world, item, binding, wanted=not wanted)
            case AllOf(items) | AnyOf(items):
                if isinstance(condition, AllOf) == wanted:
                    yield from self._each(world, items, binding, wanted=wanted)
                else:
                    for item in items:
                        yield from self.ways(world, item, binding, wanted=wanted)
            case Exists() | AtLeast():
                yield from (self._more if wanted else self._fewer)(world, condition, binding)
            case _:
                yield from self._by_value(world, condition, binding, wanted=wanted)

    def _each(
        self, world: World, conditions: Sequence[Condition], binding: Binding, *, wanted: bool
    ) -> Iterator[World]:
        """Bring about all conditions, one after the other, and keep what one step did not undo of another."""
        if not conditions:
            yield world
            return
        first, *rest = conditions
        for begun in self.ways(world, first, binding, wanted=wanted):
            for done in self._each(begun, rest, binding, wanted=wanted):
                if done.is_true(first, binding, self.day) == wanted:
                    yield done

    # --- conditions on further rows

    def _more(self, world: World, counted: Counted, binding: Binding) -> Iterator[World]:
        """Let more events make the inner condition hold: a new one, or one of those that are there."""
        found = self._found(world, counted, binding)
        new = self._new_events(world, counted) if len(world.events) < self.room else ()
        starts = [(event.id, world.with_new(event)) for event in new]
        starts += [(event.id, world) for event in world.at(self.day) if event.__record__ == counted.row.record]
        for name, start in starts:
            for better in self.ways(start, counted.condition, {**binding, counted.row: name}):
                if self._found(better, counted, binding) > found:
                    yield from self.ways(better, counted, binding)

    def _fewer(self, world: World, counted: Counted, binding: Binding) -> Iterator[World]:
        """Let fewer events make the inner condition hold: by changing one, or by leaving one out."""
        found = self._found(world, counted, binding)
        fitting = self._fitting(world, counted, binding)
        ways = [
            self.ways(world, counted.condition, {**binding, counted.row: event.id}, wanted=False) for event in fitting
        ]
        ways.append(iter(self._alike(world, fitting, _on(counted))))
        free = world.changeable - set(binding.values())
        ways.append(iter([world.without(event.id) for event in fitting if event.id in free]))
        for way in ways:
            for better in way:
                if self._found(better, counted, binding) < found:
                    yield from self.ways(better, counted, binding, wanted=False)

    def _alike(self, world: World, fitting: Sequence[Event], on: FieldRef | None) -> list[World]:
        """Give an event the value of another in the field that tells them apart."""
        changeable = [event.id for event in fitting if event.id in world.changeable]
        if on is None or on.name == "id":
            return []
        return [world.changed(name, on.name, getattr(other, on.name)) for name in changeable for other in fitting]

    def _fitting(self, world: World, counted: Counted, binding: Binding) -> list[Event]:
        return afresh.fitting(counted.row, counted.condition, world.bound(binding), world.at(self.day))

    def _found(self, world: World, counted: Counted, binding: Binding) -> int:
        return afresh.how_many(self._fitting(world, counted, binding), _on(counted))

    def _new_events(self, world: World, counted: Counted) -> list[Event]:
        """Build the plainest event of the type; where different values are asked for, several that differ in them."""
        record, on = counted.row.record, _on(counted)
        required = [spec for spec in record.fields if not spec.optional and spec.name not in {"id", "occurred_on"}]
        values: dict[str, Any] = {spec.name: plainest(spec, self.day) for spec in required}
        values |= {"id": world.new_id(), "occurred_on": self.day, "recorded_at": self.recorded_at}
        others: list[dict[str, Any]] = [{}]
        if on is not None and on.name != "id":
            had = {getattr(event, on.name) for event in world.events.values() if event.__record__ == record}
            unlike = (value for value in islice(several(on.spec.kind, self.day), len(had) + ANOTHER_VALUE))
            others = [{on.name: value} for value in unlike if value not in had][:ANOTHER_VALUE] or others
        return [self.types[record](**{**values, **other}) for other in others]

    # --- comparisons

    def _by_value(self, world: World, leaf: Leaf, binding: Binding, *, wanted: bool) -> Iterator[World]:
        """Change one of the fields that are compared; where another has no value, that one as well."""
        missing = [
            field
            for field in self._open_fields(world, leaf, binding)
            if getattr(world.events[binding[field.row]], field.name) is None
        ]
        filled = [world.changed(binding[field.row], field.name, plainest(field.spec, self.day)) for field in missing]
        for start in (world, *filled):
            for field in self._open_fields(start, leaf, binding):
                for value in values_for(leaf, field, start.bound(binding), self.day):
                    changed = start.changed(binding[field.row], field.name, value)
                    if changed.is_true(leaf, binding, self.day) == wanted:
                        yield changed

    def _open_fields(self, world: World, leaf: Leaf, binding: Binding) -> list[FieldRef]:
        """Give the fields that may be changed: of new events before others, then of the row that was bound last."""
        latest = list(binding)[::-1]
        fields = [field for field in read_by(leaf) if field.name != "id" and binding[field.row] in world.changeable]
        return sorted(fields, key=lambda field: (binding[field.row] in self.there, latest.index(field.row)))


def _on(counted: Counted) -> FieldRef | None:
    return counted.on if isinstance(counted, AtLeast) else None
