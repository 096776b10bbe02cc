"""Every stream up to some number of events over small domains, and what rules say of all of them at once.

The meaning of rules is that of ``tests.oracle``, which a test compares with this; it is written again over arrays, one
row a stream and one axis for each event that is bound, so that all streams are tried together. Nothing here is shared
with the prover.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import attrs
import numpy as np

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
    walk,
)
from impact_metrics.expressions.walk import operands
from impact_metrics.model import Constraint, Event, Model
from impact_metrics.proofs import TimeScope
from impact_metrics.rules import Both, Count, Distinct, Either, Measure, Population, RowCount, Total
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Satisfiable,
    Subset,
    metrics_of,
)
from impact_metrics.rules.populations import distincts, entering
from impact_metrics.testing import Pools
from impact_metrics.values import CodeKind, FieldSpec, FlagKind, IdKind, Kind, NumberKind

Array = Any
"""Truths or numbers, the streams along the first axis."""

EVERYTHING: Array = True
"""All the events of a stream are there."""

COMPARED: Mapping[Operator, Any] = {
    Operator.EQ: np.equal,
    Operator.NE: np.not_equal,
    Operator.LT: np.less,
    Operator.LE: np.less_equal,
    Operator.GT: np.greater,
    Operator.GE: np.greater_equal,
}

MOST_EVENTS = 5
"""No stream is longer than this, however small the domains."""


def number_of(value: Any) -> int:
    """A number for a value, the order kept where it has one."""
    if isinstance(value, str):
        return NAMES.setdefault((type(value), str(value)), len(NAMES))
    if isinstance(value, date):
        return value.toordinal()
    scaled = Decimal(value) * 1000
    assert scaled == int(scaled)
    return int(scaled)


NAMES: dict[tuple[type, str], int] = {}


def pool_of(kind: Kind, pools: Pools) -> list[Any]:
    """The values of a kind that are tried."""
    if isinstance(kind, IdKind):
        prefix = "E" if kind.name == "EventId" else kind.name
        return [f"{prefix}-{number}" for number in range(1, pools.ids + 1)]
    if isinstance(kind, CodeKind):
        return list(kind.codes)[: pools.codes]
    if isinstance(kind, FlagKind):
        return [False, True]
    if isinstance(kind, NumberKind):
        return [Decimal(number) / 2 if kind.decimal else number for number in range(-1, pools.numbers)]
    return list(pools.days)


def values_of(spec: FieldSpec, pools: Pools) -> list[Any]:
    """The values of a field that are tried."""
    found = pool_of(spec.kind, pools)
    if spec.many:
        found = [frozenset(some) for size in (0, 1, 2) for some in itertools.combinations(found, size)]
    return [None, *found] if spec.optional else found


def conditions_of(measure: Measure) -> Iterator[Condition]:
    """The outermost conditions of a measure."""
    if isinstance(measure, Count):
        yield from (item.condition for item in distincts(measure.population))
    else:
        yield measure.rows.condition if isinstance(measure, RowCount) else measure.condition


def fields_read(measures: Sequence[Measure], constraints: Sequence[Constraint]) -> set[tuple[str, str]]:
    """The fields that anything can depend on, by event type and name."""
    refs: list[FieldRef | None] = []
    for measure in measures:
        if isinstance(measure, Count):
            refs.extend(ref for item in distincts(measure.population) for ref in (item.subject, item.on))
        if isinstance(measure, Total):
            refs.append(measure.field)
    whole = [*(part for measure in measures for part in conditions_of(measure)), *(c.condition for c in constraints)]
    for node in (node for condition in whole for node in walk(condition)):
        refs.append(node.on if isinstance(node, AtLeast) else None)
        refs.append(node.field if isinstance(node, OneOf | Overlaps | Contains | IsMissing) else None)
        refs.extend(part.field if isinstance(part, Shifted) else part for part in operands(node) if part)  # type: ignore[misc]
    return {(ref.row.record.name, ref.name) for ref in refs if isinstance(ref, FieldRef)}


def names_events(measures: Sequence[Measure], constraints: Sequence[Constraint]) -> bool:
    """Whether it matters which event has which id: something else than the id itself is compared with ids of events."""
    whole = [*(part for measure in measures for part in conditions_of(measure)), *(c.condition for c in constraints)]
    for node in (node for condition in whole for node in walk(condition)):
        read = [*operands(node), getattr(node, "field", None)]
        specs = [part.spec for part in read if isinstance(part, FieldRef)]
        of_events = [spec for spec in specs if spec.kind == IdKind("EventId")]
        if any(spec.name != "id" for spec in of_events):
            return True
        if of_events and (isinstance(node, OneOf) or any(isinstance(part, Constant) for part in read)):
            return True
    subjects = [i.subject for m in measures if isinstance(m, Count) for i in distincts(m.population)]
    return any(subject.spec.kind == IdKind("EventId") and subject.name != "id" for subject in subjects)


@attrs.frozen
class Content:
    """What an event is like, its id aside."""

    event: type[Event]
    values: Mapping[str, Any]

    def named(self, number: int) -> Event:
        """An event that is so; events are numbered from 0 on."""
        made: Any = self.event
        event: Event = made(id=f"E-{number + 1}", **self.values)
        return event


def contents_of(
    model: Model, read: set[tuple[str, str]], pools: Pools, most: int, chance: random.Random
) -> list[Content]:
    """Every way in which an event can be, in the fields that are read; some of these where there are more than most."""
    found: list[Content] = []
    for event in model.events:
        specs = [spec for spec in event.__record__.fields if spec.name not in {"id", "recorded_at"}]
        varied = [
            values_of(spec, pools)
            if spec.name == "occurred_on" or (event.__name__, spec.name) in read
            else values_of(spec, pools)[:1]
            for spec in specs
        ]
        sizes = [len(values) for values in varied]
        if np.prod(sizes) > most:
            ways = {tuple(chance.randrange(size) for size in sizes) for _ in range(most)}
        else:
            ways = set(itertools.product(*map(range, sizes)))
        for way in sorted(ways):
            values = {spec.name: choices[at] for spec, choices, at in zip(specs, varied, way, strict=True)}
            found.append(Content(event, values))
    return sorted(chance.sample(found, most), key=found.index) if len(found) > most else found


@attrs.define(slots=False)
class Streams:
    """All streams of one length: for each, the places of its events among the contents."""

    contents: Sequence[Content]
    indices: Array

    @cached_property
    def records(self) -> Array:
        """The type of each event."""
        return np.array([content.event.__name__ for content in self.contents], str)[self.indices]

    @cached_property
    def days(self) -> Array:
        """The day of each event."""
        return np.array([content.values["occurred_on"].toordinal() for content in self.contents], int)[self.indices]

    def kept(self, which: Array) -> Streams:
        """Some of the streams."""
        return Streams(self.contents, self.indices[which])

    def events(self, number: int) -> list[Event]:
        """One of the streams, as events."""
        return [self.contents[at].named(place) for place, at in enumerate(self.indices[number])]

    def held(self, name: str) -> tuple[Array, Array]:
        """Whether a field of each event is known, and the number of its value; for events of types that have it."""
        if name == "id":
            places = [number_of(f"E-{place + 1}") for place in range(self.indices.shape[1])]
            return np.ones(self.indices.shape, bool), np.broadcast_to(np.array(places, int), self.indices.shape)
        values = [content.values.get(name) for content in self.contents]
        known = np.array([value is not None for value in values], bool)
        numbers = np.array(
            [0 if value is None or isinstance(value, frozenset) else number_of(value) for value in values], int
        )
        return known[self.indices], numbers[self.indices]

    def members(self, name: str) -> dict[int, Array]:
        """For each value that some set in the field holds, which events hold it."""
        sets = [content.values.get(name) for content in self.contents]
        sets = [held if isinstance(held, frozenset) else frozenset() for held in sets]
        found = {number_of(member) for held in sets for member in held}
        return {
            value: np.array([value in {number_of(m) for m in held} for held in sets], bool)[self.indices]
            for value in found
        }


@attrs.define(slots=False, eq=False)
class View:
    """The streams at a date; with ``present``, only those of their events that it names."""

    streams: Streams
    day: date
    present: Array = EVERYTHING
    _rows: dict[int, Array] = attrs.field(factory=dict)

    @cached_property
    def visible(self) -> Array:
        """Which events are visible."""
        return (self.streams.days <= self.day.toordinal()) & self.present

    def of(self, row: Row) -> Array:
        """Which events are visible and of the row's type."""
        return self.visible & (self.streams.records == row.record.name)

    # --- conditions: arrays with an axis for the streams, and one for each bound row

    def truth(self, condition: Condition, axes: Mapping[Row, int]) -> Array:
        """Whether the condition is true."""
        if isinstance(condition, Compare):
            known, value = self._operand(condition.left, axes)
            also, other = self._operand(condition.right, axes)
            return known & also & COMPARED[condition.operator](value, other)
        if isinstance(condition, OneOf):
            known, value = self._operand(condition.field, axes)
            inside = np.isin(value, [number_of(member) for member in condition.among.members])
            return known & (inside != condition.negated)
        if isinstance(condition, Overlaps):
            wanted = {number_of(member) for member in condition.among.members}
            held = [has for value, has in self.streams.members(condition.field.name).items() if value in wanted]
            return self._placed(np.any([np.zeros_like(self.streams.days, bool), *held], axis=0), condition.field, axes)
        if isinstance(condition, Contains):
            known, value = self._operand(condition.item, axes)
            found = np.zeros((1,) * (1 + len(axes)), bool)
            for member, has in self.streams.members(condition.field.name).items():
                found = found | (self._placed(has, condition.field, axes) & (value == member))
            return known & found
        if isinstance(condition, IsMissing):
            return self._placed(~self.streams.held(condition.field.name)[0], condition.field, axes)
        if isinstance(condition, AllOf | AnyOf):
            whole = isinstance(condition, AllOf)
            found = np.full((1,) * (1 + len(axes)), whole)
            for item in condition.items:
                found = found & self.truth(item, axes) if whole else found | self.truth(item, axes)
            return found
        if isinstance(condition, Not):
            return ~self.truth(condition.item, axes)
        if isinstance(condition, Clause):
            return self.truth(condition.condition, axes)
        assert isinstance(condition, Exists | AtLeast)
        inner = {**axes, condition.row: len(axes) + 1}
        fitting = self.truth(condition.condition, inner) & self._spread(self.of(condition.row), condition.row, inner)
        if isinstance(condition, Exists):
            return fitting.any(axis=-1)
        told_apart = condition.on and [
            self._spread(part, condition.row, inner) for part in self.streams.held(condition.on.name)
        ]
        return enough(fitting, condition.n, told_apart)

    def _operand(self, operand: FieldRef | Shifted | Constant, axes: Mapping[Row, int]) -> tuple[Array, Array]:
        if isinstance(operand, Constant):
            return np.ones((1,) * (1 + len(axes)), bool), np.full((1,) * (1 + len(axes)), number_of(operand.value))
        ref = operand.field if isinstance(operand, Shifted) else operand
        known, value = (self._spread(part, ref.row, axes) for part in self.streams.held(ref.name))
        if isinstance(operand, Shifted):
            value = np.clip(value + operand.days, date.min.toordinal(), date.max.toordinal())
        return known, value

    def _placed(self, values: Array, ref: FieldRef, axes: Mapping[Row, int]) -> Array:
        return self._spread(values, ref.row, axes)

    def _spread(self, values: Array, row: Row, axes: Mapping[Row, int]) -> Array:
        shape = [values.shape[0]] + [1] * len(axes)
        shape[axes[row]] = values.shape[1]
        return values.reshape(shape)

    # --- measures

    def rows(self, row: Row, condition: Condition) -> Array:
        """Which events are rows of the type for which the condition holds."""
        if id(condition) not in self._rows:
            self._rows[id(condition)] = self.of(row) & self.truth(condition, {row: 1})
        return self._rows[id(condition)]

    def entries(self, distinct: Distinct[Any], subject: int) -> Array:
        """Which events are index events of the subject."""
        fitting = self.rows(distinct.row, distinct.condition)
        return fitting & has_subject(self.streams, distinct.subject, subject)

    def member(self, population: Population[Any], subject: int) -> Array:
        """In which streams the subject is a member."""
        if isinstance(population, Distinct):
            told_apart = population.on and self.streams.held(population.on.name)
            return enough(self.entries(population, subject), population.minimum, told_apart)
        if isinstance(population, Both | Either):
            found = [self.member(item, subject) for item in population.items]
            return np.all(found, axis=0) if isinstance(population, Both) else np.any(found, axis=0)
        return self.member(population.base, subject) & ~self.member(population.removed, subject)

    def keeps(self, constraints: Sequence[Constraint]) -> Array:
        """In which streams every visible event keeps the constraints."""
        found = np.ones(len(self.streams.indices), bool)
        for constraint in constraints:
            breaks = self.of(constraint.row) & ~self.truth(constraint.condition, {constraint.row: 1})
            found &= ~breaks.any(axis=1)
        return found


def enough(fitting: Array, n: int, told_apart: Any) -> Array:
    """Whether n events fit, or n known values are among those that fit; the events are along the last axis."""
    if not told_apart:
        return fitting.sum(axis=-1) >= n
    known, value = told_apart
    found = [(fitting & known & (value == one)).any(axis=-1) for one in np.unique(value)]
    return np.sum([np.zeros_like(fitting.any(axis=-1)), *found], axis=0) >= n


def has_subject(streams: Streams, ref: FieldRef, subject: int) -> Array:
    """Which events have the subject in the field."""
    if ref.spec.many:
        return streams.members(ref.name).get(subject, np.zeros(streams.indices.shape, bool))
    known, value = streams.held(ref.name)
    return known & (value == subject)


@attrs.frozen
class Window:
    """The views at the end of a period and at the day before it; as at a date, there is no period."""

    end: View
    before: View | None
    start: date | None

    def subjects(self, measure: Measure, time: TimeScope) -> Array:
        """Whom a measure counts: streams by subjects; or by rows, where it is rows."""
        if not isinstance(measure, Count):
            row = measure.rows.row if isinstance(measure, RowCount) else measure.field.row
            found = self.end.rows(row, next(conditions_of(measure)))
            return found if self.start is None else found & (self.end.streams.days >= self.start.toordinal())
        return np.stack([self._counts(measure.population, subject, time) for subject in self.candidates(measure)], 1)

    def candidates(self, measure: Count) -> list[int]:
        """Every id of the kind that is counted."""
        streams = self.end.streams
        kind = next(distincts(measure.population)).subject.spec.kind
        found = (
            {number_of(f"E-{place + 1}") for place in range(streams.indices.shape[1])}
            if kind == IdKind("EventId")
            else set()
        )
        for content in streams.contents:
            for spec in content.event.__record__.fields:
                if spec.kind == kind and spec.name != "id":
                    held = content.values[spec.name]
                    found.update(
                        map(number_of, held if spec.many and held else [held] * (held is not None and not spec.many))
                    )
        return sorted(found) or [-1]

    def _counts(self, population: Population[Any], subject: int, time: TimeScope) -> Array:
        member = self.end.member(population, subject)
        if time is TimeScope.AS_AT:
            return member
        assert self.before is not None
        assert self.start is not None
        if time is TimeScope.ENTERED:
            return member & ~self.before.member(population, subject)
        inside = self.end.streams.days >= self.start.toordinal()
        acts = [(self.end.entries(item, subject) & inside).any(axis=1) for item in entering(population)]
        return member & np.any(acts, axis=0)

    def figure(self, measure: Measure, time: TimeScope) -> Array:
        """The figures of a measure; those of totals are in thousandths."""
        counted = self.subjects(measure, time)
        if not isinstance(measure, Total):
            return counted.sum(axis=1)
        known, value = self.end.streams.held(measure.field.name)
        return (value * (counted & known)).sum(axis=1)

    def breaks(self, claim: Invariant, measures: Mapping[str, Measure], time: TimeScope) -> Array:
        """Which streams break the claim; for ``Satisfiable``, which ones show it."""

        def of(name: str) -> Array:
            return self.subjects(measures[name], time)

        def figure(name: str) -> Array:
            return self.figure(measures[name], time)

        if isinstance(claim, Subset):
            return (of(claim.part) & ~of(claim.whole)).any(axis=1)
        if isinstance(claim, CoveredBy):
            return (of(claim.part) & ~np.any([of(whole) for whole in claim.wholes], axis=0)).any(axis=1)
        if isinstance(claim, Disjoint):
            return (of(claim.one) & of(claim.other)).any(axis=1)
        if isinstance(claim, Equivalent):
            return (of(claim.one) != of(claim.other)).any(axis=1)
        if isinstance(claim, AtMost):
            return figure(claim.lesser) > figure(claim.greater)
        assert isinstance(claim, Satisfiable)
        return figure(claim.metric) != 0


@attrs.frozen
class Found:
    """What trying every stream gave: up to how many events, how many streams, and the smallest that matter."""

    upto: int
    streams: int
    valid: int
    breaking: list[Event] | None
    """The smallest stream that breaks the claim; for ``Satisfiable``, that shows it."""
    counting: int | None
    """How many events the smallest stream has in which the first metric counts something."""


@attrs.frozen
class Trial:
    """A claim over a model, and the values to try."""

    model: Model
    claim: Invariant
    measures: Mapping[str, Measure]
    time: TimeScope
    pools: Pools

    @property
    def windows(self) -> list[tuple[date | None, date]]:
        """Every date, or every period by its start and end, that can make a difference."""
        days = self.pools.days
        if self.time is TimeScope.AS_AT or isinstance(self.claim, Monotone | Satisfiable):
            return [(None, day) for day in days]
        return [(start, end) for start in days if start > date.min for end in days if end >= start]

    def streams(self, budget: int) -> Iterator[Streams]:
        """Every stream, by length, as long as one length has no more than the budget."""
        measures, constraints = list(self.measures.values()), self.model.constraints
        named = names_events(measures, constraints)
        chance = random.Random(0)  # noqa: S311 - the same each time
        contents = contents_of(self.model, fields_read(measures, constraints), self.pools, 20 if named else 48, chance)
        for length in range(1, MOST_EVENTS + 1):
            choose = itertools.product(range(len(contents)), repeat=length) if named else None
            choose = choose or itertools.combinations_with_replacement(range(len(contents)), length)
            indices = np.array(list(itertools.islice(choose, budget + 1)), int)
            if len(indices) > budget:
                return
            yield Streams(contents, indices)

    def run(self, budget: int) -> Found:
        """Try every stream."""
        upto = streams = valid = 0
        counting: int | None = None
        breaking: list[Event] | None = None
        for some in self.streams(budget):
            upto, streams = some.indices.shape[1], streams + len(some.indices)
            kept = some.kept(self._valid(some, EVERYTHING))
            valid += len(kept.indices)
            if counting is None and len(kept.indices) and self._counts(kept):
                counting = upto
            if breaking is None and len(kept.indices):
                breaking = self._breaking(kept)
            if breaking is not None and counting is not None:
                break
        return Found(upto, streams, valid, breaking, counting)

    def _valid(self, some: Streams, present: Array) -> Array:
        kept = [View(some, day, present).keeps(self.model.constraints) for day in self.pools.days]
        return np.all(kept, axis=0)

    def views(self, some: Streams, present: Array = EVERYTHING) -> Iterator[Window]:
        """The streams as at each date, or in each period."""
        days = {day: View(some, day, present) for day in self.pools.days}
        for start, end in self.windows:
            before = None if start is None else start - timedelta(days=1)
            opening = None if before is None else days.get(before, View(some, before, present))
            yield Window(days[end], opening, start)

    def _counts(self, some: Streams) -> bool:
        first = self.measures[metrics_of(self.claim)[0]]
        return any(window.subjects(first, self.time).any() for window in self.views(some))

    def _breaking(self, some: Streams) -> list[Event] | None:
        found = self._falls(some) if isinstance(self.claim, Monotone) else self._breaks(some)
        return next(found, None)

    def _breaks(self, some: Streams) -> Iterator[list[Event]]:
        for window in self.views(some):
            broken = window.breaks(self.claim, self.measures, self.time)
            if broken.any():
                yield some.events(int(np.argmax(broken)))

    def _falls(self, some: Streams) -> Iterator[list[Event]]:
        measure = self.measures[metrics_of(self.claim)[0]]
        length = some.indices.shape[1]
        after = [window.figure(measure, TimeScope.AS_AT) for window in self.views(some)]
        for chosen in itertools.product((False, True), repeat=length):
            if all(chosen):
                continue
            present = np.array([chosen])
            valid = self._valid(some, present)
            for window, later in zip(self.views(some, present), after, strict=True):
                fallen = valid & (window.figure(measure, TimeScope.AS_AT) > later)
                if fallen.any():
                    yield some.events(int(np.argmax(fallen)))
