"""Paired change in the reference engine: which rows give each subject its score before, and its score after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.changes import Pair
from impact_metrics.engines.results import Witnesses
from impact_metrics.engines.shares import Standing, standing_of
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines.spans.engine import SpansEngine
    from impact_metrics.rules.paired_change import PairedChange
    from impact_metrics.rules.populations import Distinct


@attrs.frozen
class Course:
    """The row that gives a subject its score before, and that which gives it its score after; ``None`` for none.

    ``pair`` are the two scores: the score after is left out where its day is not later than that of the one before.
    """

    before: Event | None
    after: Event | None
    pair: Pair


def courses(engine: SpansEngine, measure: PairedChange, day: date) -> Iterator[tuple[str, Course]]:
    """Give the course of each subject with a row for either end, as at a date."""
    score = measure.score.name
    higher = measure.scale.better == "higher"
    for subject in engine.members_at(measure.everybody, day):
        early = _rows(engine, measure.scored_before, subject, day)
        late = _rows(engine, measure.scored_after, subject, day)
        before = _extreme([event for event in early if event.occurred_on == early[0].occurred_on], score, most=higher)
        after = _extreme([event for event in late if event.occurred_on == late[-1].occurred_on], score, most=not higher)
        if before is not None and after is not None and after.occurred_on <= before.occurred_on:
            after = None
        scores = (None if event is None else getattr(event, score) for event in (before, after))
        yield subject, Course(before, after, Pair(*scores))


def _rows(engine: SpansEngine, population: Distinct[str], subject: str, day: date) -> list[Event]:
    return [event for event, fits in engine.entries_of(population).in_order(subject) if holds(fits, day)]


def _extreme(events: Sequence[Event], score: str, *, most: bool) -> Event | None:
    """Give the event with the greatest (or least) score, of several the first by id."""
    pick = max if most else min
    return pick(events, key=lambda event: getattr(event, score)) if events else None


def pairs(engine: SpansEngine, measure: PairedChange, day: date) -> Mapping[str, Pair]:
    """Give the two scores of each subject with a row for either end."""
    return {subject: course.pair for subject, course in courses(engine, measure, day)}


def evidence(engine: SpansEngine, measure: PairedChange, day: date) -> list[tuple[str, Witnesses]]:
    """Give the evidence of those who improved: the two rows that are compared, and what made them and the entry fit."""
    found: list[tuple[str, Witnesses]] = []
    for subject, course in sorted(courses(engine, measure, day), key=lambda item: item[0]):
        if standing_of(measure, course.pair) is Standing.NUMERATOR:
            entered = engine.witnesses(measure.cohort, subject, day)
            compared = {event.id: event for event in (course.before, course.after) if event is not None}
            reached = engine.witnesses(measure.scored_after, subject, day)
            others = (*entered.index, *entered.linked, *reached.linked)
            linked = {event.id: event for event in others if event.id not in compared}
            in_order = sorted(linked.values(), key=lambda event: (event.occurred_on, event.id))
            found.append((subject, Witnesses(tuple(compared.values()), tuple(in_order))))
    return found
