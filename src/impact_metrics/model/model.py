"""A model: the event types, the person type and the constraints that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import ModelError, nearest
from impact_metrics.expressions import AtLeast, Exists
from impact_metrics.expressions.walk import field_refs, walk
from impact_metrics.lazy import cached_property
from impact_metrics.model.constraints import Constraint
from impact_metrics.model.records import Event, Person, Record, Retraction, SamePerson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from impact_metrics.expressions import Condition, Row


@attrs.frozen(kw_only=True, slots=False)
class Model:
    """What can happen, and what must be true of it: the vocabulary of a stream.

    Every model also knows ``Retraction`` and ``SamePerson``, which speak of records.
    """

    name: str
    events: tuple[type[Event], ...]
    person: type[Person] | None = None
    constraints: tuple[Constraint, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Names are unique, event types are concrete, and constraints read event types of this model."""
        for event in self.events:
            if event.__abstract__:
                raise ModelError("an abstract base has no rows and cannot be in a model", where=event.__name__)
        if len(self.by_name) < len(self.record_types):
            raise ModelError("two record types have the same name", where=self.name)
        if len({constraint.id for constraint in self.constraints}) < len(self.constraints):
            raise ModelError("two constraints have the same id", where=self.name)
        for constraint in self.constraints:
            self.check_known([constraint.row, *rows_read(constraint.condition)], constraint.id)

    @classmethod
    def reading(cls, name: str, rows: Iterable[Row]) -> Model:
        """Make the model of the event types that some rules read, in the order of their names, and of no persons."""
        records = {id(row.record) for row in rows}
        found = sorted((event for event in _event_types(Event) if id(event.__record__) in records), key=_name)
        return cls(name=name, events=tuple(found))

    @property
    def record_types(self) -> tuple[type[Record], ...]:
        """Every class whose records a stream of this model may hold."""
        person = () if self.person is None else (self.person,)
        return (*self.events, *person, Retraction, SamePerson)

    @cached_property
    def by_name(self) -> Mapping[str, type[Record]]:
        """Find a record class by its name, which is the ``type`` tag in files."""
        return {record.__name__: record for record in self.record_types}

    def check_known(self, rows: Iterable[Row], where: str) -> None:
        """Raise ``ModelError`` when a rule reads an event type that the model does not have."""
        known = {event.__record__: event for event in self.events}
        for row in rows:
            if row.record not in known:
                raise ModelError(
                    f"the model {self.name!r} has no event type {row.record.name}",
                    where=where,
                    hint=nearest(row.record.name, (event.__name__ for event in self.events)),
                )


def _event_types(event: type[Event]) -> Iterator[type[Event]]:
    for inner in event.__subclasses__():
        if not inner.__abstract__:
            yield inner
        yield from _event_types(inner)


def _name(event: type[Event]) -> str:
    return event.__name__


def rows_read(condition: Condition) -> frozenset[Row]:
    """Give every row that a condition reads or binds, at any depth."""
    bound = {node.row for node in walk(condition) if isinstance(node, Exists | AtLeast)}
    return frozenset(bound | {ref.row for ref in field_refs(condition)})
