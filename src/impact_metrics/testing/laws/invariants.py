"""The law of invariants: what a catalogue declares between its metrics holds wherever the constraints do."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.rules import AtMost, CoveredBy, Disjoint, Equivalent, Monotone, Subset
from impact_metrics.rules.invariants import metrics_of
from impact_metrics.streams import Stream
from impact_metrics.testing import afresh
from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, known_events, subjects
from impact_metrics.testing.laws.figures import monotone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from impact_metrics.model import Event, Model
    from impact_metrics.rules import Catalogue, Relation
    from impact_metrics.testing.engines import Answer, Engine


def invariants_hold(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """Declared invariants hold at every date on which the constraints of the model do.

    A metric that is declared monotone does not fall when an event is added, as long as both streams keep the
    constraints; that a metric is satisfiable no single stream can deny. Draw streams with
    ``satisfying_constraints=True``, or the law has little to say.
    """
    loaded, events = engine.load(tuple(stream), known_at), known_events(stream, known_at)
    days = days_of_interest(events)
    valid = [day for day in days if _is_valid(catalogue.model, afresh.visible(events, day))]
    for day in valid if catalogue.relations else ():
        answers = {metric.id: loaded.answer(metric, day) for metric in catalogue.metrics}
        for invariant in catalogue.relations:
            _check(invariant, answers, day)
    claimed = [catalogue[claim.metric] for claim in catalogue.invariants if isinstance(claim, Monotone)]
    for event in events if claimed and valid == days else ():
        fewer = [other for other in events if other is not event]
        if all(_is_valid(catalogue.model, afresh.visible(fewer, day)) for day in days):
            for metric in claimed:
                monotone(metric, Stream(fewer), [event], engine=engine)


def _is_valid(model: Model, seen: Sequence[Event]) -> bool:
    return all(
        afresh.is_true(constraint.condition, {constraint.row: event}, seen)
        for constraint in model.constraints
        for event in seen
        if event.__record__ == constraint.row.record
    )


def _check(invariant: Relation, answers: Mapping[str, Answer], day: date) -> None:
    one, *others = metrics_of(invariant)
    counted = {name: subjects(answers[name]) for name in (one, *others)}
    match invariant:
        case AtMost(one, other):
            lesser, greater = answers[one].value, answers[other].value
            assert lesser is not None and greater is not None  # noqa: S101, PT018 - only a share or time can have none
            wanted = f"at most the {greater} of {other!r}"
            found = "" if lesser <= greater else str(lesser)
        case Subset(one, other):
            wanted = f"nobody who is not in {other!r}"
            found = _named(counted[one] - counted[other])
        case Disjoint(one, other):
            wanted = f"nobody who is in {other!r}"
            found = _named(counted[one] & counted[other])
        case Equivalent(one, other):
            wanted = f"the same as in {other!r}"
            found = _named(counted[one] ^ counted[other])
        case CoveredBy(one, wholes):
            wanted = f"nobody who is in none of {', '.join(map(repr, wholes))}"
            found = _named(counted[one].difference(*(counted[name] for name in wholes)))
        case _:
            assert_never(invariant)
    if found:
        raise AssertionError(f"metric {one!r} as at {day}: expected {wanted}, found {found}; declared: {invariant}")


def _named(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
