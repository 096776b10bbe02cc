"""Conditions made ready to run: each plan gives the spans of a condition, and the events that made it true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, assert_never

from impact_metrics.engines.spans.access import Access, Env, Test, in_env, in_row, test_of
from impact_metrics.engines.spans.index import Index, count_spans, counts
from impact_metrics.engines.spans.intervals import ALWAYS, NEVER, Spans, complement, holds, intersection, union
from impact_metrics.engines.spans.links import Split, is_plain, outer_key, outer_keys, split
from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    FieldRef,
    IsMissing,
    Not,
    OneOf,
    Overlaps,
    Row,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines.spans.index import Match
    from impact_metrics.model import Event
    from impact_metrics.rules.populations import Distinct


class Plan(Protocol):
    """A condition over an environment of bound events."""

    def spans(self, env: Env) -> Spans:
        """Give the dates on which the condition holds."""
        ...

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:
        """Give the events that make the condition hold on a day on which it holds."""
        ...


class Plain:
    """A test that no date changes."""

    def __init__(self, test: Test) -> None:
        self._test = test

    def spans(self, env: Env) -> Spans:
        return ALWAYS if self._test(env) else NEVER

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:  # noqa: ARG002 - a test has no witness
        return iter(())


class Every:
    """All parts hold."""

    def __init__(self, parts: Sequence[Plan]) -> None:
        self._parts = parts

    def spans(self, env: Env) -> Spans:
        result = ALWAYS
        for part in self._parts:
            result = intersection(result, part.spans(env))
            if not result:
                break
        return result

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:
        for part in self._parts:
            yield from part.witnesses(env, day)


class Some:
    """At least one part holds."""

    def __init__(self, parts: Sequence[Plan]) -> None:
        self._parts = parts

    def spans(self, env: Env) -> Spans:
        result = NEVER
        for part in self._parts:
            result = union(result, part.spans(env))
        return result

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:
        for part in self._parts:
            if holds(part.spans(env), day):
                yield from part.witnesses(env, day)


class Inverse:
    """The part does not hold. What is absent has no witness."""

    def __init__(self, part: Plan) -> None:
        self._part = part

    def spans(self, env: Env) -> Spans:
        return complement(self._part.spans(env))

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:  # noqa: ARG002 - see above
        return iter(())


class Lookup:
    """At least ``n`` events fit, or ``n`` values of their field ``on``, that one key of the environment finds.

    Nothing else of the environment matters, so the index has the answer for every key.
    """

    def __init__(self, index: Index, n: int, on: str, key: Callable[[Env], object]) -> None:
        self._index = index
        self._on = on
        self._key = key
        self._answers = index.answers(n, on)

    def spans(self, env: Env) -> Spans:
        return self._answers.get(self._key(env), NEVER)

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:
        for event, others in self._index.witnesses(self._key(env), day, self._on):
            yield event
            yield from others


class Quantified:
    """At least ``n`` events fit, or ``n`` values of their field ``on``, that several keys find or more decides on."""

    def __init__(
        self, index: Index, n: int, on: str, keys: Callable[[Env], Iterable[object]], rest: Plan | None
    ) -> None:
        self._index = index
        self._n = n
        self._on = on
        self._keys = keys
        self._rest = rest

    def spans(self, env: Env) -> Spans:
        return count_spans(self._matches(env), self._n, self._on)

    def _matches(self, env: Env) -> Iterator[Match]:
        for key in self._keys(env):
            for event, spans in self._index.matches(key):
                full = spans if self._rest is None else intersection(spans, self._rest.spans((*env, event)))
                if full:
                    yield event, full

    def witnesses(self, env: Env, day: date) -> Iterator[Event]:
        for event, spans in self._matches(env):
            if holds(spans, day) and counts(event, self._on):
                yield event
                yield from self._index.nested_witnesses(event, day)
                if self._rest is not None:
                    yield from self._rest.witnesses((*env, event), day)


def field_name(on: FieldRef | None) -> str:
    """Give the name of the field whose values are told apart, or the empty string."""
    return "" if on is None else on.name


class Compiler:
    """Turns conditions into plans over one set of rows, and shares what rules have in common."""

    def __init__(self, rows: Mapping[str, Sequence[Event]]) -> None:
        self._rows = rows
        self._indexes: dict[object, Index] = {}

    def rows_of(self, row: Row) -> Sequence[Event]:
        """Give all known events of the row's type."""
        return self._rows.get(row.record.name, ())

    def of_row(self, row: Row, condition: Condition) -> tuple[list[Test], Plan | None]:
        """Split a condition on one row into plain tests of the event and a plan for what depends on others."""
        parts = split(row, condition)
        return self._tests(parts), self._conjunction(parts.nested, {row: 0})

    def index_of(self, population: Distinct[Any]) -> Index:
        """Give the rows through which subjects enter a population, by subject."""
        return self._index(population.row, split(population.row, population.condition), (population.subject,))

    def _tests(self, parts: Split) -> list[Test]:
        return [plain_test(part, in_row) for part in parts.own]

    def _conjunction(self, conditions: Sequence[Condition], slots: Mapping[Row, int]) -> Plan | None:
        if not conditions:
            return None
        plans = [self.plan(condition, slots) for condition in conditions]
        return plans[0] if len(plans) == 1 else Every(plans)

    def plan(self, condition: Condition, slots: Mapping[Row, int]) -> Plan:
        """Build the plan of a condition over an environment in which each row has its slot."""
        match condition:
            case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
                return Plain(test_of(condition, in_env(slots)))
            case _ if is_plain(condition):
                return Plain(plain_test(condition, in_env(slots)))
            case AllOf(items):
                return Every([self.plan(item, slots) for item in items])
            case AnyOf(items):
                return Some([self.plan(item, slots) for item in items])
            case Not(item):
                return Inverse(self.plan(item, slots))
            case Clause(condition=inner):
                return self.plan(inner, slots)
            case Exists(row, inner):
                return self._quantified(1, row, inner, "", slots)
            case AtLeast(n, row, inner, on):
                return self._quantified(n, row, inner, field_name(on), slots)
            case _:
                assert_never(condition)

    def _quantified(self, n: int, row: Row, condition: Condition, on: str, slots: Mapping[Row, int]) -> Plan:
        parts = split(row, condition)
        index = self._index(row, parts, tuple(link.inner for link in parts.links))
        outer, access = [link.outer for link in parts.links], in_env(slots)
        if parts.rest or any(field.spec.many for field in outer):
            rest = self._conjunction(parts.rest, {**slots, row: len(slots)})
            return Quantified(index, n, on, outer_keys(outer, access), rest)
        return Lookup(index, n, on, outer_key(outer, access))

    def _index(self, row: Row, parts: Split, fields: tuple[FieldRef, ...]) -> Index:
        identity = (row, frozenset(parts.own), frozenset(parts.nested), fields)
        if identity not in self._indexes:
            nested = self._conjunction(parts.nested, {row: 0})
            self._indexes[identity] = Index(self.rows_of(row), self._tests(parts), nested, fields)
        return self._indexes[identity]


def plain_test(condition: Condition, access: Access) -> Test:
    """Build the test of a condition that no date changes."""
    match condition:
        case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
            return test_of(condition, access)
        case AllOf(items):
            every = [plain_test(item, access) for item in items]
            return lambda env: all(test(env) for test in every)
        case AnyOf(items):
            some = [plain_test(item, access) for item in items]
            return lambda env: any(test(env) for test in some)
        case Not(item):
            inner = plain_test(item, access)
            return lambda env: not inner(env)
        case Clause(condition=labelled):
            return plain_test(labelled, access)
        case Exists() | AtLeast():
            raise AssertionError(condition)
        case _:
            assert_never(condition)
