"""Laws of lists: each subject that counts is there once, with an event that is its own, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.rules import Listing
from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, expect, known_events

if TYPE_CHECKING:
    from datetime import date, datetime

    from impact_metrics.model import Event
    from impact_metrics.rules import Catalogue
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Engine


def lists_are_whole(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """The figure of a list is the number of its entries, and these are the subjects that count, each once, at any date.

    What an entry shows is of a visible event of the list's type that holds the subject.
    """
    loaded = engine.load(tuple(stream), known_at)
    events = known_events(stream, known_at)
    for day in days_of_interest(events):
        for metric in catalogue.metrics:
            if not isinstance(metric.measure, Listing):
                continue
            answer, where = loaded.answer(metric, day), f"as at {day}"
            entries = answer.listed or ()
            expect(metric, where, "the number of entries", answer.value, len(entries))
            expect(metric, where, "those listed", sorted(answer.subjects or ()), [subject for subject, _ in entries])
            its = {(subject, event.id) for event in events for subject in _subjects(metric.measure, event, day)}
            expect(metric, where, "the events of others", [], [entry for entry in entries if entry not in its])


def _subjects(measure: Listing, event: Event, day: date) -> frozenset[str]:
    """Give the subjects that an event can speak of in a list at a date."""
    if event.__record__ != measure.entries.row.record or event.occurred_on > day:
        return frozenset()
    held = getattr(event, measure.entries.subject.name)
    return held if isinstance(held, frozenset) else frozenset({held} - {None})
