"""Faults to put into the prover, one at a time: each is a mistake that its authors could have made."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import attrs
import pytest
import z3

from impact_metrics.expressions import Compare, Exists, Not, OneOf, Operator, children
from impact_metrics.proofs import TimeScope, axioms, encoding, solving, terms
from impact_metrics.proofs.encoding import Beyond, Encoder, compared
from impact_metrics.proofs.figures import WINDOW, Counted
from impact_metrics.proofs.logic import at_most, every, opposite, some
from impact_metrics.proofs.universe import Moment, Scope
from impact_metrics.rules.populations import Both, Without

prove = import_module("impact_metrics.proofs.prove")

Mutation = Callable[[pytest.MonkeyPatch], None]
MUTATIONS: dict[str, Mutation] = {}


def fault(mutation: Mutation) -> Mutation:
    """Keep a fault under its name."""
    MUTATIONS[mutation.__name__] = mutation
    return mutation


# --- witnesses


@fault
def witnesses_are_keyed_by_name_only(patch: pytest.MonkeyPatch) -> None:
    """Two events share the witness that each needs."""
    patch.setattr(Scope, "key", lambda self, number: (*self.path, self.world.name, self.moment.name, number))


@fault
def witnesses_are_shared_across_streams(patch: pytest.MonkeyPatch) -> None:
    """What an event needs in one stream is what it needs in the other."""
    patch.setattr(Scope, "key", lambda self, n: (*self.path, self.moment.name, tuple(s.name for _, s in self.bound), n))


@fault
def witnesses_are_shared_across_moments(patch: pytest.MonkeyPatch) -> None:
    """What an event needs on one day is what it needs on any other."""
    patch.setattr(Scope, "key", lambda self, n: (*self.path, self.world.name, tuple(s.name for _, s in self.bound), n))


@fault
def comparisons_are_kept_without_their_rows(patch: pytest.MonkeyPatch) -> None:
    """A comparison that was written for some events is used for them in whichever rows they stand."""

    def said_of(self: Encoder, leaf: Any, scope: Scope) -> Any:
        key = (id(leaf), scope.world.family, *(slot.name for _, slot in scope.bound))
        if key not in self.universe.written:
            self.universe.written[key] = (leaf, self._leaf(leaf, scope))
        return self.universe.written[key][1]

    patch.setattr(Encoder, "_said_of", said_of)


@fault
def witnesses_need_not_be_different(patch: pytest.MonkeyPatch) -> None:
    """At least two may be one event twice."""
    patch.setattr(Encoder, "same", lambda *_: z3.BoolVal(val=False))


@fault
def what_tells_events_apart_is_ignored(patch: pytest.MonkeyPatch) -> None:
    """Two events are two, whatever their values."""
    patch.setattr(Encoder, "same", lambda _self, one, other, _on, _scope: one.term == other.term)


@fault
def too_few_is_one_too_many(patch: pytest.MonkeyPatch) -> None:
    """Fewer than two are two or fewer."""
    genuine = Encoder.fewer
    patch.setattr(Encoder, "fewer", lambda self, n, *rest: genuine(self, n + 1, *rest))


@fault
def too_few_counts_places_instead_of_events(patch: pytest.MonkeyPatch) -> None:
    """Two places that hold one event are two."""
    patch.setattr(Encoder, "fewer", lambda _self, n, _slots, counted, _on, _scope: at_most(n - 1, counted))


# --- dates and streams


@fault
def only_what_is_past_is_visible(patch: pytest.MonkeyPatch) -> None:
    """An event is not visible on its own day."""

    def visible(self: Encoder, slot: Any, world: Any, moment: Moment) -> Any:
        return every([world.has(slot), self.terms.occurred_on(world.family, slot) < moment.day])

    patch.setattr(Encoder, "visible", visible)


@fault
def everything_is_visible(patch: pytest.MonkeyPatch) -> None:
    """An event is visible before its day."""
    patch.setattr(Encoder, "visible", lambda _self, slot, world, _moment: world.has(slot))


@fault
def events_count_that_are_in_no_stream(patch: pytest.MonkeyPatch) -> None:
    """'For every event' means those that are not there too."""
    genuine = Encoder._too_few  # noqa: SLF001 - this is what is broken

    def too_few(self: Encoder, *rest: Any, **more: Any) -> Any:
        def seen(_self: Encoder, slot: Any, world: Any, moment: Moment) -> Any:
            return self.terms.occurred_on(world.family, slot) <= moment.day

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(Encoder, "visible", seen)
            return genuine(self, *rest, **more)

    patch.setattr(Encoder, "_too_few", too_few)


@fault
def dates_run_over_the_ends_of_the_calendar(patch: pytest.MonkeyPatch) -> None:
    """A date that is moved does not stop at the last day."""
    patch.setattr(terms, "moved", lambda day, days: day + days)


@fault
def days_may_lie_outside_the_calendar(patch: pytest.MonkeyPatch) -> None:
    """Nothing bounds the days of events."""
    genuine = terms.Terms.facts
    patch.setattr(terms.Terms, "facts", lambda self: (f for f in genuine(self) if f.decl().kind() != z3.Z3_OP_AND))


@fault
def active_has_no_first_day(patch: pytest.MonkeyPatch) -> None:
    """An index event before the period will do."""

    def acts(_self: Counted, distinct: Any, subject: Any, encoder: Encoder, scope: Scope, *, holds: bool) -> Any:
        return encoder.exists(1, distinct.row, None, encoder.entry(distinct, subject), scope, holds=holds)

    patch.setattr(Counted, "_acts", acts)


@fault
def entered_forgets_the_opening(patch: pytest.MonkeyPatch) -> None:
    """Who was there before has entered as well."""
    genuine = Counted.counts

    def counts(self: Counted, *rest: Any, **more: Any) -> Any:
        as_at = attrs.evolve(self, time=TimeScope.AS_AT) if self.time is TimeScope.ENTERED else self
        return genuine(as_at, *rest, **more)

    patch.setattr(Counted, "counts", counts)


@fault
def rows_of_a_period_have_no_first_day(patch: pytest.MonkeyPatch) -> None:
    """Rows before the period are counted in it."""
    genuine = Counted._row_counts  # noqa: SLF001 - this is what is broken

    def row_counts(self: Counted, *rest: Any, **more: Any) -> Any:
        return genuine(attrs.evolve(self, time=TimeScope.AS_AT), *rest, **more)

    patch.setattr(Counted, "_row_counts", row_counts)


# --- constraints


@fault
def constraints_hold_on_the_day_of_their_event_only(patch: pytest.MonkeyPatch) -> None:
    """What comes later breaks no constraint."""
    patch.setattr(axioms, "denied", lambda _: ())


@fault
def constraints_deny_no_thresholds(patch: pytest.MonkeyPatch) -> None:
    """Only 'there is none' can be broken by what comes later, not 'there are not so many'."""

    def denied(condition: Any, *, holds: bool = True) -> Any:
        if isinstance(condition, Not):
            yield from denied(condition.item, holds=not holds)
            return
        if isinstance(condition, Exists) and not holds:
            yield condition.row
        for child in children(condition):
            yield from denied(child, holds=holds)

    patch.setattr(axioms, "denied", denied)


@fault
def constraints_hold_at_the_end_only(patch: pytest.MonkeyPatch) -> None:
    """A constraint may be broken for a while."""

    def kept(constraint: Any, slot: Any, encoder: Encoder, world: Any) -> Any:
        scope = Scope(world, WINDOW.closing, path=("constraint", constraint.id)).with_any(constraint.row, slot)
        holding = encoder.condition(constraint.condition, scope, holds=True)
        return some([opposite(encoder.visible(slot, world, WINDOW.closing)), holding])

    patch.setattr(axioms, "_kept", kept)


@fault
def every_constraint_is_needed(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks which constraints a proof could do without."""
    genuine = solving._Check.impossible  # noqa: SLF001 - this is what is broken

    def impossible(self: Any) -> Any:
        found = genuine(self)
        return found and attrs.evolve(found, needs=tuple(self._labels))

    patch.setattr(solving._Check, "impossible", impossible)  # noqa: SLF001 - the same


@fault
def nothing_is_ever_vacuous(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether anything can be counted at all."""
    patch.setattr(prove.Prover, "_nobody", lambda *_: False)


# --- values


@fault
def missing_values_are_taken_as_known(patch: pytest.MonkeyPatch) -> None:
    """Every field has a value."""
    patch.setattr(terms.Terms, "known", lambda *_: True)


def _leaf_without_known(operators: set[Operator], negated: set[bool]) -> Any:
    genuine = Encoder._leaf  # noqa: SLF001 - this is what is broken

    def leaf(self: Encoder, condition: Any, scope: Scope) -> Any:
        if isinstance(condition, Compare) and condition.operator in operators:
            kind = encoding.field_of(condition.left).spec.kind
            sides = [self._operand(side, kind, scope) for side in (condition.left, condition.right)]
            return compared(sides[0].term, condition.operator, sides[1].term)
        if isinstance(condition, OneOf) and condition.negated in negated:
            kind = condition.field.spec.kind
            value = self._operand(condition.field, kind, scope)
            inside = some(value.term == self.terms.constant(kind, member) for member in condition.among)
            return opposite(inside) if condition.negated else inside
        return genuine(self, condition, scope)

    return leaf


@fault
def missing_values_may_be_equal(patch: pytest.MonkeyPatch) -> None:
    """A comparison for equality holds whether or not there is a value."""
    patch.setattr(Encoder, "_leaf", _leaf_without_known({Operator.EQ}, {False}))


@fault
def missing_values_are_unlike_any(patch: pytest.MonkeyPatch) -> None:
    """A missing value is other than any that it is compared with."""
    patch.setattr(Encoder, "_leaf", _leaf_without_known({Operator.NE}, set()))


@fault
def missing_values_are_outside_of_any_list(patch: pytest.MonkeyPatch) -> None:
    """A missing value is none of those in a list."""
    patch.setattr(Encoder, "_leaf", _leaf_without_known(set(), {True}))


@fault
def everybody_is_in_a_set(patch: pytest.MonkeyPatch) -> None:
    """A set-valued role has every subject."""
    genuine = Encoder.names

    def names(self: Encoder, field: Any, slot: Any, subject: Any, scope: Scope) -> Any:
        return True if field.spec.many else genuine(self, field, slot, subject, scope)

    patch.setattr(Encoder, "names", names)


@fault
def named_ids_may_be_one(patch: pytest.MonkeyPatch) -> None:
    """Two ids that rules name may be the same."""
    patch.setattr(terms.Terms, "facts", _facts_without(z3.Z3_OP_DISTINCT))


@fault
def events_of_two_types_may_have_one_id(patch: pytest.MonkeyPatch) -> None:
    """Nothing is said of the ids of events."""
    patch.setattr(terms.Terms, "facts", _facts_without(z3.Z3_OP_EQ, z3.Z3_OP_IFF, z3.Z3_OP_NOT))


def _facts_without(*kinds: int) -> Any:
    genuine = terms.Terms.facts
    return lambda self: (fact for fact in genuine(self) if fact.decl().kind() not in kinds)


# --- populations


@fault
def without_keeps_what_is_removed(patch: pytest.MonkeyPatch) -> None:
    """Who is in both is in the first without the second."""
    genuine = Encoder.member

    def member(self: Encoder, population: Any, subject: Any, scope: Scope, *, holds: bool) -> Any:
        if isinstance(population, Without):
            population = Both((population.base, population.removed))
        return genuine(self, population, subject, scope, holds=holds)

    patch.setattr(Encoder, "member", member)


@fault
def not_in_both_means_in_neither(patch: pytest.MonkeyPatch) -> None:
    """Both and either are joined alike, whether they must hold or must not."""
    genuine = Encoder.member

    def member(self: Encoder, population: Any, subject: Any, scope: Scope, *, holds: bool) -> Any:
        if isinstance(population, Both) and not holds:
            return every(self._members(population.items, subject, scope, holds=holds))
        return genuine(self, population, subject, scope, holds=holds)

    patch.setattr(Encoder, "member", member)


@fault
def different_subjects_may_be_one(patch: pytest.MonkeyPatch) -> None:
    """Where several subjects are asked for, they may be the same."""
    questions = import_module("impact_metrics.proofs.questions")
    patch.setattr(questions, "_same", lambda *_: z3.BoolVal(val=False))


# --- circles and sizes


def _ground_with(change: Callable[[Any], Any]) -> Any:
    genuine = solving.ground
    return lambda question, constraints, limit, beyond: genuine(question, constraints, limit, change(beyond))


@fault
def what_is_cut_off_is_granted_in_streams_too(patch: pytest.MonkeyPatch) -> None:
    """A stream may lack what lies beyond the cut."""
    patch.setattr(solving, "ground", _ground_with(lambda _: Beyond.GRANTED))


@fault
def what_is_cut_off_is_refused_in_proofs_too(patch: pytest.MonkeyPatch) -> None:
    """A proof takes it that nothing lies beyond the cut."""
    patch.setattr(solving, "ground", _ground_with(lambda _: Beyond.REUSED))


@fault
def a_cut_universe_is_taken_as_whole(patch: pytest.MonkeyPatch) -> None:
    """Nobody notices that the universe was cut."""
    genuine = solving.ground

    def ground(*rest: Any) -> Any:
        found = genuine(*rest)
        found.universe.cut = False
        return found

    patch.setattr(solving, "ground", ground)


@fault
def any_stream_is_the_smallest(patch: pytest.MonkeyPatch) -> None:
    """The first stream that is found is called the smallest."""
    patch.setattr(solving._Check, "as_few_as_can_be", lambda *_: True)  # noqa: SLF001 - this is what is broken


@fault
def the_first_stream_that_refutes_is_shown(patch: pytest.MonkeyPatch) -> None:
    """Of several ways to break a claim, the first is taken for the one with the fewest events."""

    def refuted(self: Any) -> Any:
        if self._example is None:
            return None
        return prove.Refuted(claim=self.claim, time=self.time, example=self._example, minimal=True)

    genuine = prove._Search.add  # noqa: SLF001 - this is what is broken

    def add(self: Any, question: Any, found: Any) -> None:
        if self._example is None:
            genuine(self, question, found)

    patch.setattr(prove._Search, "add", add)  # noqa: SLF001 - the same
    patch.setattr(prove._Search, "refuted", refuted)  # noqa: SLF001 - the same
