"""The law of invariants: what a catalogue declares between its metrics holds wherever the constraints do."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.rules import AtMost, Disjoint, Subset
from impact_metrics.testing import afresh
from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, known_events, subjects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from impact_metrics.model import Event, Model
    from impact_metrics.rules import Catalogue, Invariant
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Answer, Engine


def invariants_hold(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """Declared invariants hold at every date on which the constraints of the model do.

    Draw streams with ``satisfying_constraints=True``, or the law has little to say.
    """
    loaded, events = engine.load(tuple(stream), known_at), known_events(stream, known_at)
    for day in days_of_interest(events):
        if catalogue.invariants and _is_valid(catalogue.model, afresh.visible(events, day)):
            answers = {metric.id: loaded.answer(metric, day) for metric in catalogue.metrics}
            for invariant in catalogue.invariants:
                _check(invariant, answers, day)


def _is_valid(model: Model, seen: Sequence[Event]) -> bool:
    return all(
        afresh.is_true(constraint.condition, {constraint.row: event}, seen)
        for constraint in model.constraints
        for event in seen
        if event.__record__ == constraint.row.record
    )


def _check(invariant: Invariant, answers: Mapping[str, Answer], day: date) -> None:
    match invariant:
        case AtMost(one, other):
            lesser, greater = answers[one].value, answers[other].value
            wanted = f"at most the {greater} of {other!r}"
            found = "" if lesser <= greater else str(lesser)
        case Subset(one, other):
            wanted = f"nobody who is not in {other!r}"
            found = ", ".join(sorted(subjects(answers[one]) - subjects(answers[other])))
        case Disjoint(one, other):
            wanted = f"nobody who is in {other!r}"
            found = ", ".join(sorted(subjects(answers[one]) & subjects(answers[other])))
        case _:
            assert_never(invariant)
    if found:
        raise AssertionError(f"metric {one!r} as at {day}: expected {wanted}, found {found}; declared: {invariant}")
