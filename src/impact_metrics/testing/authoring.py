"""Writing rules over any model by drawing: backwards from what is wanted, so that every node class is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count as counter
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Constant,
    Contains,
    Exists,
    FieldRef,
    IsMissing,
    Not,
    OneOf,
    Operator,
    Overlaps,
    Row,
    Shifted,
)
from impact_metrics.model import Model
from impact_metrics.rules import Both, Distinct, Either, Population, Without
from impact_metrics.testing.values import USUAL, Pools, values_of
from impact_metrics.values import (
    CodeKind,
    CodeSet,
    DateKind,
    FieldSpec,
    IdKind,
    NumberKind,
    TextKind,
    TimestampKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.expressions import Operand

DEPTH = 2
"""How deeply drawn conditions are nested, not counting the comparisons themselves."""


@attrs.frozen
class Author:
    """Writes conditions and populations: what it draws with, the model, the values, and names for further rows."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    model: Model
    pools: Pools = USUAL
    names: Iterator[int] = attrs.field(factory=lambda: counter(1))

    def condition(self, rows: Sequence[Row], depth: int) -> Condition:
        """Write a condition that reads the rows; the last one is the nearest, and is read most."""
        choices = ["leaf", "leaf"] + ["all", "any", "not", "clause", "exists", "exists", "at least"] * (depth > 0)
        match self.draw(st.sampled_from(choices)):
            case "leaf":
                return self.leaf(rows)
            case "all":
                return AllOf(self._several(rows, depth))
            case "any":
                return AnyOf(self._several(rows, depth))
            case "not":
                return Not(self.condition(rows, depth - 1))
            case "clause":
                return Clause("a_clause", "A clause of a drawn rule.", self.condition(rows, depth - 1))
            case "exists":
                row = self.another(self.model.events)
                return Exists(row, self.asked(rows, row, depth))
            case _:
                row = self.another(self.model.events)
                condition = self.asked(rows, row, depth)
                return AtLeast(self.draw(st.integers(1, 3)), row, condition, self.told_apart(row))

    def _several(self, rows: Sequence[Row], depth: int) -> tuple[Condition, ...]:
        return tuple(self.condition(rows, depth - 1) for _ in range(self.draw(st.integers(2, 3))))

    def another(self, events: Sequence[type[Any]]) -> Row:
        """Name a further row of one of the event types."""
        event = self.draw(st.sampled_from(events))
        return Row(event.__record__, f"other{next(self.names)}")

    def asked(self, rows: Sequence[Row], row: Row, depth: int) -> Condition:
        """Write what ``exists`` asks of a further row: mostly links to a row outside, often something of its own."""
        parts: list[Condition] = []
        links = [link for outer in rows for link in links_between(row, outer)]
        if links and self.draw(st.integers(0, 7)):
            parts.extend(self.draw(st.lists(st.sampled_from(links), min_size=1, max_size=2)))
        if not parts or self.draw(st.booleans()):
            parts.append(self.condition([*rows, row], depth - 1))
        if self.draw(st.integers(0, 3)) == 0:
            parts.append(self.leaf([row]))
        joined: Condition = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
        return AnyOf((joined, self.leaf([*rows, row]))) if self.draw(st.integers(0, 9)) == 0 else joined

    def told_apart(self, row: Row) -> FieldRef | None:
        """Choose what ``at_least`` tells rows apart by, mostly nothing."""
        return self.draw(st.sampled_from([None, None, *single_fields(row)]))  # type: ignore[no-any-return]  # one of these

    def leaf(self, rows: Sequence[Row]) -> Condition:
        """Write a condition that contains no other."""
        row = self.draw(st.sampled_from([*rows, rows[-1], rows[-1]]))
        field = self.draw(st.sampled_from(_readable(row)))
        spec = field.spec
        # That a value is missing which every record has is asked too, but seldom: nothing ever answers it.
        if isinstance(spec.kind, TextKind) or self.draw(st.integers(0, 3 if spec.optional else 23)) == 0:
            return IsMissing(field)
        listed = isinstance(spec.kind, IdKind | CodeKind | NumberKind)
        if spec.many:
            if listed and self.draw(st.booleans()):
                return Overlaps(field, self._set(spec))
            return Contains(field, self._operand(spec, field, rows))
        if listed and self.draw(st.integers(0, 2)) == 0:
            return OneOf(field, self._set(spec), negated=self.draw(st.booleans()))
        return self._comparison(field, rows)

    def _comparison(self, field: FieldRef, rows: Sequence[Row]) -> Condition:
        ordered = isinstance(field.spec.kind, DateKind | NumberKind)
        operator = self.draw(st.sampled_from(list(Operator) if ordered else [Operator.EQ, Operator.NE]))
        left: FieldRef | Shifted = field
        if isinstance(field.spec.kind, DateKind) and self.draw(st.booleans()):
            left = Shifted(field, self.draw(st.sampled_from(self.pools.shifts)))
        return Compare(left, operator, self._operand(field.spec, field, rows))

    def _operand(self, spec: FieldSpec, field: FieldRef, rows: Sequence[Row]) -> Operand:
        alike = [
            other for row in rows for other in single_fields(row) if other.spec.kind == spec.kind and other != field
        ]
        if alike and self.draw(st.booleans()):
            return self.draw(st.sampled_from(alike))  # type: ignore[no-any-return]  # a field
        return Constant(self.draw(values_of(spec.kind, self.pools)))

    def _set(self, spec: FieldSpec) -> CodeSet[Any]:
        members = self.draw(st.lists(values_of(spec.kind, self.pools), min_size=1, max_size=2))
        return CodeSet(self.draw(st.sampled_from(["", "a named set"])), tuple(members))

    def population(self, kind: IdKind, depth: int) -> Population[Any]:
        """Write a population of subjects of one kind."""
        choices = ["distinct", "distinct"] + ["both", "either", "without"] * (depth > 0)
        match self.draw(st.sampled_from(choices)):
            case "distinct":
                return self._distinct(kind)
            case "both":
                return Both((self.population(kind, depth - 1), self.population(kind, depth - 1)))
            case "either":
                return Either((self.population(kind, depth - 1), self.population(kind, depth - 1)))
            case _:
                return Without(self.population(kind, depth - 1), self.population(kind, depth - 1))

    def _distinct(self, kind: IdKind) -> Distinct[Any]:
        subject = self.draw(st.sampled_from([field for field in id_fields(self.model) if field.spec.kind == kind]))
        minimum = self.draw(st.sampled_from([1, 1, 1, 1, 2, 3]))
        told_apart = self.told_apart(subject.row) if self.draw(st.booleans()) else None
        # Of three rules one asks one thing only: the more a rule asks, the seldomer it counts anybody.
        depth = self.draw(st.sampled_from([1, 0, DEPTH]))
        return Distinct(subject, self.condition([subject.row], depth), minimum, told_apart)


def id_fields(model: Model) -> list[FieldRef]:
    """Give every field that holds subjects: roles and links, or the events' own ids where there are none."""
    fields = [
        FieldRef(Row(event.__record__), spec.name)
        for event in model.events
        for spec in event.__record__.fields
        if isinstance(spec.kind, IdKind)
    ]
    return [field for field in fields if field.name != "id"] or fields


def single_fields(row: Row) -> list[FieldRef]:
    """Give the fields of a row that hold one value which a rule can compare."""
    return [field for field in _readable(row) if not field.spec.many and not isinstance(field.spec.kind, TextKind)]


def _readable(row: Row) -> list[FieldRef]:
    """Give the fields of a row that a rule may read: all but when something was recorded."""
    return [FieldRef(row, spec.name) for spec in row.record.fields if not isinstance(spec.kind, TimestampKind)]


def links_between(inner: Row, outer: Row) -> list[Condition]:
    """Give the equalities of ids that can tie two rows, in both directions of set-valued fields."""
    links: list[Condition] = []
    for ours in inner.record.fields:
        for theirs in outer.record.fields:
            # Two ids of events are equal for one event only, which is no link; an id and a field that names it are one.
            if ours.kind != theirs.kind or not isinstance(ours.kind, IdKind) or ours.name == theirs.name == "id":
                continue
            one, other = FieldRef(inner, ours.name), FieldRef(outer, theirs.name)
            if not ours.many and not theirs.many:
                links.extend((Compare(one, Operator.EQ, other), Compare(other, Operator.EQ, one)))
            elif not theirs.many:
                links.append(Contains(one, other))
            elif not ours.many:
                links.append(Contains(other, one))
    return links
