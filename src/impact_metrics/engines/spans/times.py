"""Times in the reference engine: for how long each subject was watched from its entry on, and how that ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines.results import Witnesses
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.engines.spans.placement import placed
from impact_metrics.engines.times import Ending, Spell
from impact_metrics.model import Event
from impact_metrics.rules.follow_up import FollowUp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.engines.spans.engine import SpansEngine
    from impact_metrics.rules.populations import Population
    from impact_metrics.rules.time_between import Timed


@attrs.frozen
class Watch:
    """One subject's time in a cohort: its entry event, the event that ended it, and that through which it was lost."""

    entry: Event
    outcome: Event | None
    lost: Event | None
    spell: Spell


def watches(engine: SpansEngine, measure: Timed, day: date) -> Iterator[tuple[str, Watch]]:
    """Give the time of each member of the cohort, as at a date."""
    index = engine.entries_of(measure.outcome)
    losses = {} if measure.lost is None else dict(_entries(engine, measure.lost, day))
    for subject, entry in _entries(engine, measure.cohort, day):
        entered = entry.occurred_on
        outcome = next(
            (
                event
                for event, fits in index.in_order(subject)
                if holds(fits, day) and _in_time(measure, entered, event.occurred_on)
            ),
            None,
        )
        loss = losses.get(subject)
        if loss is not None and not entered <= loss.occurred_on <= _last(measure, entered):
            loss = None
        yield subject, Watch(entry, outcome, loss, _spell(measure, entered, outcome, loss, day))


def _entries(engine: SpansEngine, population: Population[Any], day: date) -> Iterator[tuple[str, Event]]:
    for subject, entries in placed(engine, population, None).items():
        for event, spans in entries:
            if holds(spans, day):
                yield subject, event


def _in_time(measure: Timed, entered: date, day: date) -> bool:
    """Tell whether an outcome counts: from the day of entry on, of a follow-up after it and until its last day."""
    if isinstance(measure, FollowUp):
        return entered < day <= measure.until(entered)
    return entered <= day


def _last(measure: Timed, entered: date) -> date:
    return measure.until(entered) if isinstance(measure, FollowUp) else date.max


def _spell(measure: Timed, entered: date, outcome: Event | None, loss: Event | None, day: date) -> Spell:
    if outcome is not None:
        return Spell((outcome.occurred_on - entered).days, Ending.OUTCOME)
    if loss is not None:
        return Spell((loss.occurred_on - entered).days, Ending.LOST)
    if isinstance(measure, FollowUp) and measure.until(entered) <= day:
        return Spell(measure.longest, Ending.NOT_YET)
    return Spell((day - entered).days, Ending.NOT_YET)


def spells(engine: SpansEngine, measure: Timed, day: date) -> Mapping[str, Spell]:
    """Give for how long each member of the cohort was watched by a date, and how that ended."""
    return {subject: watch.spell for subject, watch in watches(engine, measure, day)}


def evidence(engine: SpansEngine, measure: Timed, day: date) -> list[tuple[str, Witnesses]]:
    """Give the evidence of those who ended: the events of entry, and linked to them the outcome."""
    found: list[tuple[str, Witnesses]] = []
    for subject, watch in sorted(watches(engine, measure, day), key=lambda item: item[0]):
        if watch.outcome is not None:
            entered = engine.witnesses(measure.cohort, subject, day)
            index = {event.id for event in entered.index}
            linked = {event.id: event for event in (*entered.linked, watch.outcome) if event.id not in index}
            in_order = sorted(linked.values(), key=lambda event: (event.occurred_on, event.id))
            found.append((subject, Witnesses(entered.index, tuple(in_order))))
    return found
