"""Random claims over random models: some about rules that have nothing to do with each other, most that could hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import assume
from hypothesis import strategies as st

from impact_metrics.expressions import AllOf, AtLeast, Compare, Condition, Exists, FieldRef, Operator, Row, walk
from impact_metrics.model import Constraint, Model
from impact_metrics.proofs import TimeScope
from impact_metrics.rules import Both, Count, Distinct, Either, Measure, Population, RowCount, Rows, Total, Without
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Satisfiable,
    Subset,
)
from impact_metrics.testing import DAYS, Pools, conditions, models, populations, tallies
from impact_metrics.values import IdKind, NumberKind
from tests.proofs.enumeration import Trial, conditions_of

KINDS = (Subset, CoveredBy, Disjoint, Equivalent, AtMost, Monotone, Satisfiable)

FAR = 4_000_000
LAST_DAYS = tuple(date.max - timedelta(days=back) for back in (2, 1, 0))
POOLS = (
    Pools(ids=2, codes=2, days=DAYS[1:3], numbers=2, shifts=(-1, 1)),
    Pools(ids=2, codes=2, days=DAYS[1:4], numbers=2, shifts=(-1, 1)),
    Pools(ids=1, codes=2, days=DAYS[1:4], numbers=2, shifts=(-1, 2)),
    Pools(ids=2, codes=3, days=DAYS[1:3], numbers=2, shifts=(-FAR, 1)),
    Pools(ids=2, codes=1, days=LAST_DAYS, numbers=2, shifts=(-1, 1, FAR)),
)
"""Few values, so that everything can be tried; on days in the middle and at the end of the calendar."""

Draw = Callable[[st.SearchStrategy[Any]], Any]


@attrs.frozen
class _Writer:
    draw: Draw
    model: Model
    pools: Pools

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def chance(self, times: int, of: int) -> bool:
        return self.draw(st.integers(1, of)) <= times  # type: ignore[no-any-return]

    def population(self) -> Population[Any]:
        """A population that no constraint has to do with, or one that a constraint speaks of."""
        if self.model.constraints and self.chance(1, 2):
            return self.one_of(*self.by_constraint(self.one_of(*self.model.constraints)))  # type: ignore[no-any-return]
        return self.draw(populations(self.model, pools=self.pools))  # type: ignore[no-any-return]

    def like(self, population: Population[Any]) -> Population[Any]:
        """A population of the same kind of subject; or the same one, if none is drawn."""
        for _ in range(3):
            other = self.population()
            if kind_of(other) == kind_of(population):
                return other
        return population

    def by_constraint(self, constraint: Constraint) -> tuple[Population[Any], ...]:
        """Populations that are within each other if the constraint holds, the narrower first."""
        row, when, require = constraint.row, constraint.when, constraint.require
        subjects = id_fields(row)
        links = [link for subject in subjects for link in linked(subject, require)]
        if links and self.chance(2, 3):
            subject, other = self.one_of(*links)
            return Distinct(subject, when), Distinct(other)
        subject = self.one_of(*subjects)
        narrower = Distinct(subject, when)
        return narrower, self.one_of(Distinct(subject, require), Distinct(subject, AllOf((when, require))))

    def within(self) -> tuple[Population[Any], Population[Any]]:
        """Two populations, of which the first should be within the other."""
        if self.model.constraints and self.chance(2, 3):
            part, whole = self.by_constraint(self.one_of(*self.model.constraints))
            if kind_of(part) == kind_of(whole):
                extra = self.like(part)
                return self.one_of((part, whole), (part, whole), (Both((part, extra)), Both((whole, extra))))  # type: ignore[no-any-return]
        one = self.population()
        other = self.like(one)
        return self.one_of(  # type: ignore[no-any-return]
            (one, other),
            (one, other),
            (one, other),
            (Both((one, other)), one),
            (one, Either((other, one))),
            (Without(one, other), one),
            (one, one),
        )

    def measures(self, kind: Any) -> tuple[Measure, ...]:
        """What a claim of the kind is about."""
        if kind in {Monotone, Satisfiable}:
            drawn = self.draw(tallies(self.model, pools=self.pools))
            part, whole = self.within()
            return (self.one_of(drawn, Count(part), Count(whole), Count(Without(whole, self.like(whole)))),)
        if kind is AtMost:
            return self.at_most()
        part, whole = self.within()
        if kind is not Disjoint and self.chance(1, 3):
            part, whole = whole, part
        third = self.like(part)
        if kind is Disjoint:
            apart = (part, Without(third, whole))
            return tuple(map(Count, self.one_of(apart, (part, third))))
        if kind is Equivalent:
            again = self.one_of(Both((part, whole)), whole, Without(part, Without(third, whole)))
            return Count(part), Count(again)
        if kind is CoveredBy:
            covers = self.one_of((third, Without(whole, third)), (Both((third, whole)), third), (third, whole))
            return Count(part), *map(Count, covers)
        return Count(part), Count(whole)

    def at_most(self) -> tuple[Measure, Measure]:
        row = Row(self.one_of(*self.model.events).__record__)
        condition, further = (self.draw(conditions(self.model, row, pools=self.pools)) for _ in range(2))
        numbers = [FieldRef(row, spec.name) for spec in row.record.fields if isinstance(spec.kind, NumberKind)]
        numbers = [number for number in numbers if not number.spec.many]
        subjects = [field for field in id_fields(row) if not field.spec.many]
        both = AllOf((condition, further))
        ways: list[tuple[Measure, Measure]] = [
            (RowCount(Rows(row, both)), RowCount(Rows(row, condition))),
            (self.draw(tallies(self.model, pools=self.pools)), self.draw(tallies(self.model, pools=self.pools))),
            *((Count(Distinct(field, both)), RowCount(Rows(row, condition))) for field in subjects),
            *((Total(field, both), Total(field, condition)) for field in numbers),
            *[tuple(map(Count, self.within()))] * 3,  # type: ignore[list-item]
            tuple(map(Count, reversed(self.within()))),  # type: ignore[list-item]
        ]
        on_row = [constraint for constraint in self.model.constraints if constraint.row == row]
        for constraint in on_row:
            kept = AllOf((constraint.when, constraint.require))
            ways.append((RowCount(Rows(row, constraint.when)), RowCount(Rows(row, kept))))
        return self.one_of(*ways)  # type: ignore[no-any-return]


def id_fields(row: Row) -> list[FieldRef]:
    """The fields of a row that hold ids, its own aside."""
    specs = [spec for spec in row.record.fields if isinstance(spec.kind, IdKind) and spec.name != "id"]
    return [FieldRef(row, spec.name) for spec in specs]


def linked(subject: FieldRef, require: Condition) -> list[tuple[FieldRef, FieldRef]]:
    """The fields of rows asked for that are equal to a field of the constrained row, with it."""
    found: list[tuple[FieldRef, FieldRef]] = []
    parts = require.condition if isinstance(require, Exists) else AllOf(())
    for part in parts.items if isinstance(parts, AllOf) else (parts,):
        for inner in part.items if isinstance(part, AllOf) else (part,):
            if isinstance(inner, Compare) and inner.operator is Operator.EQ:
                sides = [inner.left, inner.right]
                for here, there in (sides, sides[::-1]):
                    if (
                        here == subject
                        and isinstance(there, FieldRef)
                        and there.name != "id"
                        and there.row != subject.row
                    ):
                        found.append((subject, FieldRef(Row(there.row.record), there.name)))
    return found


def kind_of(population: Population[Any]) -> IdKind:
    """The kind of subject."""
    while not isinstance(population, Distinct):
        population = population.base if isinstance(population, Without) else population.items[0]
    kind = population.subject.spec.kind
    assert isinstance(kind, IdKind)
    return kind


@st.composite
def trials(draw: Draw, kinds: tuple[Any, ...] = KINDS, *, acyclic: bool = True, size: int = 7) -> Trial:
    """Draw a model, a claim over it, and the values to try it with.

    ``size`` is how many events rules and constraints speak of at the most. Claims of less interest are mostly drawn
    again: those about nothing, which hold, and those that one event breaks.
    """
    pools = draw(st.sampled_from(POOLS))
    model = draw(models(max_fields=3, acyclic=acyclic, pools=pools))
    kind = draw(st.sampled_from(kinds))
    found = _Writer(draw, model, pools).measures(kind)
    names = tuple("abc"[: len(found)])
    time = TimeScope.AS_AT if kind in {Monotone, Satisfiable} else draw(st.sampled_from(TimeScope))
    claim: Invariant = kind(names[0], names[1:], "drawn") if kind is CoveredBy else kind(*names, "drawn")
    trial = Trial(model, claim, dict(zip(names, found, strict=True)), time, pools)
    assume(events_spoken_of(trial) <= size)
    assume(draw(st.sampled_from(range(12))) >= 12 - interest(trial))
    return trial


def interest(trial: Trial) -> int:
    """How much, out of twelve, a claim is worth proving, as far as trying a few streams can tell."""
    found = trial.run(300)
    if found.counting is None:
        return 1
    if found.breaking is None:
        return 6
    return 4 if len(found.breaking) == 1 or isinstance(trial.claim, Satisfiable) else 12


def events_spoken_of(trial: Trial) -> int:
    """How many events the rules and constraints ask for, or say that there are none of."""
    whole = [part for measure in trial.measures.values() for part in conditions_of(measure)]
    asked = [*whole, *(constraint.condition for constraint in trial.model.constraints)]
    nodes = [node for condition in asked for node in walk(condition)]
    return sum(node.n if isinstance(node, AtLeast) else 1 for node in nodes if isinstance(node, AtLeast | Exists))
