"""Rules as formulas: what a condition or a population says of the events of a universe, for the solver.

Negation is pushed inwards on the way: ``holds=False`` asks for the formula of the opposite. So every 'there is' becomes
a witness where it must hold, and a statement about every place of its type where it must not. Nothing here searches.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, assert_never

import attrs
import z3

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
    Operand,
    Operator,
    Overlaps,
    Row,
)
from impact_metrics.expressions.checks import field_of
from impact_metrics.proofs.logic import Term, Truth, at_most, every, firsts, opposite, some
from impact_metrics.proofs.universe import Universe
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.proofs.terms import Slot, Terms, Value
    from impact_metrics.proofs.universe import Moment, Scope, World
    from impact_metrics.values import Kind


Leaf: TypeAlias = Compare | OneOf | Overlaps | Contains | IsMissing


class Beyond(Enum):
    """What is said of a witness that a cut universe has no place for."""

    GRANTED = "granted"
    """It is there: what cannot be even so, cannot be at all."""
    REUSED = "reused"
    """It is one of the events that are there: what can be so, can be."""


class Fits(Protocol):
    """Says of an event in a place, in a scope that has it bound, that it fits; where it must not, that it does not."""

    def __call__(self, slot: Slot, scope: Scope, *, holds: bool) -> Truth:
        """Say it."""
        ...


@attrs.frozen
class Encoder:
    """Writes formulas over one universe, which grows by the witnesses that they ask for."""

    universe: Universe
    beyond: Beyond = Beyond.GRANTED

    @property
    def terms(self) -> Terms:
        """The terms of the universe."""
        return self.universe.terms

    # --- events

    def visible(self, slot: Slot, world: World, moment: Moment) -> Truth:
        """The event is in the stream, and occurred by then."""
        key = (world, moment.name, slot.name)
        if key not in self.universe.written:
            seen = every([world.has(slot), self.terms.occurred_on(world.family, slot) <= moment.day])
            self.universe.written[key] = (moment, seen)
        return self.universe.written[key][1]

    def exists(self, n: int, row: Row, on: FieldRef | None, fits: Fits, scope: Scope, *, holds: bool) -> Truth:  # noqa: PLR0913 - a quantifier
        """At least ``n`` visible events (or values of ``on``) fit; or, where it must not hold, fewer do."""
        return self._enough(n, row, on, fits, scope) if holds else self._too_few(n, row, on, fits, scope)

    def _enough(self, n: int, row: Row, on: FieldRef | None, fits: Fits, scope: Scope) -> Truth:
        slots = [self.universe.witness(row.record, scope, number) for number in range(n)]
        witnesses = [slot for slot in slots if slot is not None]
        if len(witnesses) < n:
            return True if self.beyond is Beyond.GRANTED else self._among(n, row, on, fits, scope)
        bound = [scope.with_witness(row, slot) for slot in witnesses]
        each = [
            every(
                [
                    self.visible(slot, scope.world, scope.moment),
                    self._counts(slot, on, scope),
                    fits(slot, inner.at(number), holds=True),
                ]
            )
            for number, (slot, inner) in enumerate(zip(witnesses, bound, strict=True))
        ]
        apart = [
            opposite(self.same(one, other, on, scope))
            for position, one in enumerate(witnesses)
            for other in witnesses[:position]
        ]
        return every([*each, *apart])

    def _too_few(self, n: int, row: Row, on: FieldRef | None, fits: Fits, scope: Scope) -> Truth:
        slots = self.universe.slots(row.record)
        lacking = [
            some(
                [
                    opposite(self.visible(slot, scope.world, scope.moment)),
                    opposite(self._counts(slot, on, scope)),
                    fits(slot, scope.with_any(row, slot).at("any"), holds=False),
                ]
            )
            for slot in slots
        ]
        if n == 1:
            return every(lacking)
        # Whatever is not lacking is counted; that fewer than n are counted keeps the rest lacking.
        counted = [z3.Bool(f"counts {scope.key(0)} {slot.name}") for slot in slots]
        linked = [some([lack, count]) for lack, count in zip(lacking, counted, strict=True)]
        return every([*linked, self.fewer(n, slots, counted, on, scope)])

    def _among(self, n: int, row: Row, on: FieldRef | None, fits: Fits, scope: Scope) -> Truth:
        slots = self.universe.slots(row.record)
        fitting = [
            every(
                [
                    self.visible(slot, scope.world, scope.moment),
                    self._counts(slot, on, scope),
                    fits(slot, scope.with_any(row, slot).at("among"), holds=True),
                ]
            )
            for slot in slots
        ]
        if n == 1:
            return some(fitting)
        counted = [z3.Bool(f"among {scope.key(0)} {slot.name}") for slot in slots]
        linked = [some([opposite(count), fit]) for fit, count in zip(fitting, counted, strict=True)]
        return every([*linked, opposite(self.fewer(n, slots, counted, on, scope))])

    def fewer(self, n: int, slots: Sequence[Slot], counted: list[Truth], on: FieldRef | None, scope: Scope) -> Truth:
        """Fewer than ``n`` different events (or values of ``on``) are counted."""
        same = [[self.same(one, other, on, scope) for other in slots[:position]] for position, one in enumerate(slots)]
        return at_most(n - 1, firsts(counted, same))

    def _counts(self, slot: Slot, on: FieldRef | None, scope: Scope) -> Truth:
        """An event without a value in the field that tells events apart counts as none."""
        return True if on is None else self.terms.field(scope.world.family, slot, on.name).known

    def same(self, one: Slot, other: Slot, on: FieldRef | None, scope: Scope) -> Truth:
        """Two events are one, or have the same value of the field that tells them apart."""
        if on is None:
            return one.term == other.term
        value, its = (self.terms.field(scope.world.family, slot, on.name) for slot in (one, other))
        return value.term == its.term

    # --- conditions

    def condition(self, condition: Condition, scope: Scope, *, holds: bool) -> Truth:
        """The condition holds for the bound events at the moment; or, where it must not hold, does not."""
        match condition:
            case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
                truth = self._said_of(condition, scope)
                return truth if holds else opposite(truth)
            case AllOf(items):
                return (every if holds else some)(self._each(items, scope, holds=holds))
            case AnyOf(items):
                return (some if holds else every)(self._each(items, scope, holds=holds))
            case Not(item):
                return self.condition(item, scope.at("not"), holds=not holds)
            case Clause(condition=inner):
                return self.condition(inner, scope, holds=holds)
            case Exists(row, inner):
                return self.exists(1, row, None, self._fits(inner), scope, holds=holds)
            case AtLeast(n, row, inner, on):
                return self.exists(n, row, on, self._fits(inner), scope, holds=holds)
            case _:
                assert_never(condition)

    def _each(self, items: tuple[Condition, ...], scope: Scope, *, holds: bool) -> list[Truth]:
        return [self.condition(item, scope.at(number), holds=holds) for number, item in enumerate(items)]

    def _fits(self, inner: Condition) -> Fits:
        def fits(slot: Slot, scope: Scope, *, holds: bool) -> Truth:  # noqa: ARG001 - the scope has the event bound
            return self.condition(inner, scope, holds=holds)

        return fits

    def _operand(self, operand: Operand, kind: Kind, scope: Scope) -> Value:
        slot = None if isinstance(operand, Constant) else scope.slot_of(field_of(operand).row)
        return self.terms.operand(operand, kind, scope.world.family, slot)

    def _has(self, field: FieldRef, member: Term, scope: Scope) -> Truth:
        return self.terms.holds_member(scope.world.family, scope.slot_of(field.row), field.name, member)

    def _known(self, field: FieldRef, scope: Scope) -> Truth:
        return self.terms.known(scope.world.family, scope.slot_of(field.row), field.spec)

    def _said_of(self, leaf: Leaf, scope: Scope) -> Truth:
        """Write a comparison once for the same events: a universe that grows is written several times over."""
        key = (id(leaf), scope.world.family, *((row.name, slot.name) for row, slot in scope.bound))
        if key not in self.universe.written:
            self.universe.written[key] = (leaf, self._leaf(leaf, scope))
        return self.universe.written[key][1]

    def _leaf(self, leaf: Leaf, scope: Scope) -> Truth:
        match leaf:
            case Compare(left, operator, right):
                kind = field_of(left).spec.kind
                one, other = self._operand(left, kind, scope), self._operand(right, kind, scope)
                return every([one.known, other.known, compared(one.term, operator, other.term)])
            case OneOf(field, among, negated):
                value = self._operand(field, field.spec.kind, scope)
                inside = some(value.term == self.terms.constant(field.spec.kind, member) for member in among)
                return every([value.known, opposite(inside) if negated else inside])
            case Overlaps(field, among):
                members = (self.terms.constant(field.spec.kind, member) for member in among)
                return every([self._known(field, scope), some(self._has(field, member, scope) for member in members)])
            case Contains(field, item):
                member = self._operand(item, field.spec.kind, scope)
                return every([self._known(field, scope), member.known, self._has(field, member.term, scope)])
            case IsMissing(field):
                return opposite(self._known(field, scope))
            case _:
                assert_never(leaf)

    # --- populations

    def member(self, population: Population[Any], subject: Term, scope: Scope, *, holds: bool) -> Truth:
        """The subject is a member at the moment; or, where it must not hold, is none."""
        match population:
            case Distinct():
                fits = self.entry(population, subject)
                return self.exists(population.minimum, population.row, population.on, fits, scope, holds=holds)
            case Both(items):
                return (every if holds else some)(self._members(items, subject, scope, holds=holds))
            case Either(items):
                return (some if holds else every)(self._members(items, subject, scope, holds=holds))
            case Without(base, removed):
                inside = self.member(base, subject, scope.at("base"), holds=holds)
                outside = self.member(removed, subject, scope.at("removed"), holds=not holds)
                return (every if holds else some)([inside, outside])
            case _:
                assert_never(population)

    def _members(self, items: tuple[Population[Any], ...], subject: Term, scope: Scope, *, holds: bool) -> list[Truth]:
        return [self.member(item, subject, scope.at(number), holds=holds) for number, item in enumerate(items)]

    def entry(self, population: Distinct[Any], subject: Term) -> Fits:
        """Say of an event that the subject enters the population through it."""

        def fits(slot: Slot, scope: Scope, *, holds: bool) -> Truth:
            named = self.names(population.subject, slot, subject, scope)
            holding = self.condition(population.condition, scope.at("where"), holds=holds)
            return every([named, holding]) if holds else some([opposite(named), holding])

        return fits

    def names(self, field: FieldRef, slot: Slot, subject: Term, scope: Scope) -> Truth:
        """The event has the subject in a field, as its value or among its members."""
        family = scope.world.family
        if field.spec.many:
            known = self.terms.known(family, slot, field.spec)
            return every([known, self.terms.holds_member(family, slot, field.name, subject)])
        value = self.terms.field(family, slot, field.name)
        return every([value.known, value.term == subject])


def compared(one: Term, operator: Operator, other: Term) -> Truth:
    """Compare two known values."""
    match operator:
        case Operator.EQ:
            return one == other
        case Operator.NE:
            return one != other
        case Operator.LT:
            return one < other
        case Operator.LE:
            return one <= other
        case Operator.GT:
            return one > other
        case Operator.GE:
            return one >= other
        case _:
            assert_never(operator)
