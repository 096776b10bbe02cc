"""Settling: on which days a pair of streams happens, and as at which date it is looked at.

The solver makes a pair in which a clause decides whether somebody is in a part of a measure. Whether the metric then
puts them elsewhere is for days to say, which the solver chose without a thought for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from impact_metrics.engines.spans.columns import entry_events
from impact_metrics.proofs.boundaries.scenes import dated
from impact_metrics.proofs.replay import Replay
from impact_metrics.rules.measures import Timed
from impact_metrics.rules.measures.follow_up import FollowUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from impact_metrics.proofs.boundaries.scenes import Events, Scene
    from impact_metrics.proofs.tidying import Streams

LATER = timedelta(days=30)
"""How long after everything else a date is, and an outcome where the first day after entry does not do."""


def settings(scene: Scene, part: str | None, streams: Streams, day: date) -> Iterable[tuple[Streams, date]]:
    """Give the pair with its date; where subjects are watched from a day of entry on, in other ways too.

    That is when follow-up is complete, and with the outcome on the day after entry, or after everything else.
    """
    measure = scene.metric.measure
    return _watched(scene, measure, part, streams, day) if isinstance(measure, Timed) else [(streams, day)]


def _watched(
    scene: Scene, measure: Timed, part: str | None, streams: Streams, day: date
) -> Iterator[tuple[Streams, date]]:
    last = max(event.occurred_on for events in streams for event in events) + LATER
    end = measure.until(last) if isinstance(measure, FollowUp) else max(day, last)
    if part == "the cohort":
        yield streams, day
    yield streams, end
    engine = Replay.of(streams[0], end, end).engine
    outcomes = {event.id for event in engine.witnesses(measure.outcome, scene.subject, end).index}
    entered = (entry for subject, entry in entry_events(engine, measure.cohort, end) if subject == scene.subject)
    for entry in entered:
        for when in (entry.occurred_on + timedelta(1), last):
            yield [moved(events, outcomes - {entry.id}, when) for events in streams], end


def moved(events: Events, ids: AbstractSet[str], day: date) -> Events:
    """Let some events happen on another day."""
    return tuple(dated(event, day) if event.id in ids else event for event in events)
