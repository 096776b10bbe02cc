"""Follow-up in the reference engine: when each subject entered, and which outcomes fall into its own time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.results import Witnesses
from impact_metrics.engines.shares import Standing
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.engines.spans.placement import placed
from impact_metrics.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.engines.spans.engine import SpansEngine
    from impact_metrics.rules.follow_up import FollowUp


@attrs.frozen
class Course:
    """One subject's time in a cohort: its entry event, the last day that counts, and the outcomes until then."""

    entry: Event
    until: date
    outcomes: tuple[Event, ...]

    def standing(self, day: date, *, lost: bool) -> Standing:
        """Say where the subject stands at a date."""
        if self.until > day:
            return Standing.EARLY if self.outcomes else Standing.NOT_YET_DUE
        if self.outcomes:
            return Standing.NUMERATOR
        return Standing.LOST if lost else Standing.DENOMINATOR


def courses(engine: SpansEngine, measure: FollowUp, day: date) -> Iterator[tuple[str, Course]]:
    """Give the course of each member of the cohort, as at a date."""
    index = engine.entries_of(measure.outcome)
    for subject, entries in placed(engine, measure.cohort, None).items():
        for entry, spans in entries:
            if holds(spans, day):
                until = measure.until(entry.occurred_on)
                outcomes = [
                    event
                    for event, fits in index.in_order(subject)
                    if entry.occurred_on < event.occurred_on <= until and holds(fits, day)
                ]
                yield subject, Course(entry, until, tuple(outcomes))


def standings(engine: SpansEngine, measure: FollowUp, day: date) -> Mapping[str, Standing]:
    """Give where each member of the cohort stands at a date."""
    lost = frozenset[str]() if measure.lost is None else engine.members_at(measure.lost, day)
    return {subject: course.standing(day, lost=subject in lost) for subject, course in courses(engine, measure, day)}


def evidence(engine: SpansEngine, measure: FollowUp, day: date) -> list[tuple[str, Witnesses]]:
    """Give the evidence of those in the numerator: the events of entry, and linked to them the outcomes."""
    found: list[tuple[str, Witnesses]] = []
    for subject, course in sorted(courses(engine, measure, day), key=lambda item: item[0]):
        if course.standing(day, lost=False) is Standing.NUMERATOR:
            entered = engine.witnesses(measure.cohort, subject, day)
            index = {event.id for event in entered.index}
            linked = {event.id: event for event in (*entered.linked, *course.outcomes) if event.id not in index}
            in_order = sorted(linked.values(), key=lambda event: (event.occurred_on, event.id))
            found.append((subject, Witnesses(entered.index, tuple(in_order))))
    return found
