"""Judging outcomes of the prover by the oracle, which has no engine, and by trying every small stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from impact_metrics.model import Constraint, Event
from impact_metrics.proofs import Outcome, Proved, Refuted, TimeScope, Unknown, prove
from impact_metrics.proofs.solving import LEVELS
from impact_metrics.rules import Catalogue, Count, Measure, RowCount, Rows, Total
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
from impact_metrics.rules.populations import entering
from tests import oracle
from tests.proofs.enumeration import Found, Trial
from tests.proofs.toy import catalogue


def counted(measure: Measure, events: Sequence[Event], start: date | None, end: date, time: TimeScope) -> set[str]:
    """Whom a measure counts by the definition: ids of subjects, or of the events of rows."""
    seen = oracle.visible(events, end)
    inside = [event for event in seen if start is None or event.occurred_on >= start]
    if not isinstance(measure, Count):
        row, condition = (
            (measure.rows.row, measure.rows.condition)
            if isinstance(measure, RowCount)
            else (measure.field.row, measure.condition)
        )
        return {event.id for event in oracle.rows(row, condition, events, end) if event in inside}
    members = oracle.members(measure.population, events, end)
    if time is TimeScope.AS_AT or start is None:
        return members
    if time is TimeScope.ENTERED:
        return members - oracle.members(measure.population, events, start - timedelta(days=1))
    acting: set[str] = set()
    for distinct in entering(measure.population):
        for event in oracle.rows(distinct.row, distinct.condition, events, end):
            held = getattr(event, distinct.subject.name)
            if event in inside and held is not None:
                acting |= held if distinct.subject.spec.many else {held}
    return members & acting


def figure(measure: Measure, events: Sequence[Event], start: date | None, end: date, time: TimeScope) -> Any:
    """The figure of a measure by the definition."""
    found = counted(measure, events, start, end, time)
    if not isinstance(measure, Total):
        return len(found)
    numbers = [getattr(event, measure.field.name) for event in events if event.id in found]
    return sum(number for number in numbers if number is not None)


def valid(constraints: Iterable[Constraint], events: Sequence[Event]) -> bool:
    """Whether every event keeps every constraint at every date on which it is visible."""
    return all(
        oracle.rows(constraint.row, constraint.condition, events, day)
        == [event for event in oracle.visible(events, day) if event.__record__ == constraint.row.record]
        for constraint in constraints
        for day in oracle.days_of_interest(events)
    )


def broken(
    claim: Invariant, rules: Catalogue, events: Sequence[Event], start: date | None, end: date, time: TimeScope
) -> bool:
    """Whether a stream breaks a claim by the definition; for ``Satisfiable``, whether it shows it."""

    def of(name: str) -> set[str]:
        return counted(rules[name].measure, events, start, end, time)

    def amount(name: str) -> Any:
        return figure(rules[name].measure, events, start, end, time)

    if isinstance(claim, Subset):
        return not of(claim.part) <= of(claim.whole)
    if isinstance(claim, CoveredBy):
        return not of(claim.part) <= set().union(*map(of, claim.wholes))
    if isinstance(claim, Disjoint):
        return bool(of(claim.one) & of(claim.other))
    if isinstance(claim, Equivalent):
        return of(claim.one) != of(claim.other)
    if isinstance(claim, AtMost):
        return bool(amount(claim.lesser) > amount(claim.greater))
    assert isinstance(claim, Satisfiable)
    return bool(amount(claim.metric) != 0)


def faults(
    outcome: Outcome, rules: Catalogue, found: Found, *, hurried: bool = False, levels: int = LEVELS
) -> list[str]:
    """What is wrong with an outcome, as far as the oracle and the streams that were tried can tell.

    ``hurried`` tells that the solver may have run out of time, so that a constraint may be named that is not needed.
    """
    claim, example = outcome.claim, getattr(outcome, "example", None)
    shown = isinstance(claim, Satisfiable)
    wrong: list[str] = []
    if example is not None:
        wrong.extend(_faults_of_example(outcome, rules))
    if isinstance(outcome, Refuted):
        if outcome.minimal and found.breaking is not None and example and len(example.stream) > len(found.breaking):
            wrong.append(f"called smallest with {len(example.stream)} events, and {len(found.breaking)} do")
        if shown and found.breaking is not None:
            wrong.append("nothing can count, and something does")
    if isinstance(outcome, Proved):
        if found.breaking is not None and not shown:
            wrong.append("proved, and a stream breaks it")
        if outcome.vacuous and found.counting is not None:
            wrong.append("vacuous, and a stream counts something")
        wrong.extend(() if hurried else _faults_of_needs(outcome, rules, levels))
        wrong.extend(() if hurried or shown else _faults_of_emptiness(outcome, rules, levels))
    return wrong


def _faults_of_example(outcome: Any, rules: Catalogue) -> Iterable[str]:
    claim, example = outcome.claim, outcome.example
    before, after = list(example.events), list(example.stream)
    time = TimeScope.AS_AT if isinstance(claim, Monotone | Satisfiable) else outcome.time
    if not all(valid(rules.model.constraints, events) for events in (before, after)):
        yield "the stream breaks a constraint"
    figures = {
        name: figure(rules[name].measure, after, example.start, example.as_at, time) for name in metrics_of(claim)
    }
    if dict(example.figures) != figures:
        yield f"figures {example.figures} are {figures}"
    if isinstance(claim, Monotone):
        name = claim.metric
        past = figure(rules[name].measure, before, None, example.as_at, time)
        if not figures[name] < past:
            yield f"the figure does not fall, from {past} to {figures[name]}"
    elif not broken(claim, rules, after, example.start, example.as_at, time):
        yield "the stream does not break the claim"


def _faults_of_needs(outcome: Proved, rules: Catalogue, levels: int) -> Iterable[str]:
    """The constraints that are named are enough, and each of them is needed."""
    unused = [item.id for item in rules.model.constraints if item.id not in outcome.constraints_used]

    def again(*without: str) -> Outcome:
        return prove(outcome.claim, rules, time=outcome.time, without=(*unused, *without), levels=levels)

    if unused and not isinstance(again(), Proved):
        yield "the constraints named are not enough"
    yield from (f"{name} is not needed" for name in outcome.constraints_used if isinstance(again(name), Proved))


def _faults_of_emptiness(outcome: Proved, rules: Catalogue, levels: int) -> Iterable[str]:
    """A proof is vacuous where its first metric cannot count anything, and only there."""
    first = metrics_of(outcome.claim)[0]
    measure = rules[first].measure
    # Rows without a number count, and add nothing to a total.
    counting = RowCount(Rows(measure.field.row, measure.condition)) if isinstance(measure, Total) else measure
    alone = catalogue(model=rules.model, first=counting)
    satisfiable = prove(Satisfiable("first", "asked"), alone, levels=levels)
    if isinstance(satisfiable, Refuted) and not outcome.vacuous:
        yield "not called vacuous, and nothing can count"
    if isinstance(satisfiable, Proved) and outcome.vacuous and outcome.time is TimeScope.AS_AT:
        yield "called vacuous, and something can count"


def outcome_of(trial: Trial, **options: Any) -> tuple[Outcome, Catalogue]:
    """What the prover says of a claim."""
    rules = catalogue(model=trial.model, **trial.measures)
    return prove(trial.claim, rules, time=trial.time, **options), rules


def kind_of(outcome: Outcome) -> str:
    """Into which pile an outcome goes."""
    if isinstance(outcome, Proved):
        return "vacuous" if outcome.vacuous else "proved with constraints" if outcome.constraints_used else "proved"
    if isinstance(outcome, Unknown):
        return "unknown"
    large = outcome.example is not None and len(outcome.example.stream) > 1
    return "refuted by several events" if large else "refuted"
