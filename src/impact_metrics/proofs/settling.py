"""Settling: on which days a pair of streams happens, and as at which date it is looked at.

The solver makes a pair in which a clause decides whether somebody is in a part of a measure. Whether the metric then
puts them elsewhere is for days to say, which the solver chose without a thought for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from impact_metrics.proofs.boundaries.scenes import dated
from impact_metrics.proofs.replay import Replay
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.time_between import TimeBetween

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.proofs.boundaries.scenes import Scene
    from impact_metrics.proofs.tidying import Streams

LATER = timedelta(days=30)
"""How long after everything else an outcome happens, where the days of the solver do not do."""


def settings(scene: Scene, part: str | None, streams: Streams, day: date) -> Iterator[tuple[Streams, date]]:
    """Give the pair with a date, then otherwise: when follow-up is complete, and with the outcome after all else."""
    measure = scene.metric.measure
    if part is None or not isinstance(measure, FollowUp | TimeBetween):
        yield streams, day
        return
    last = max(event.occurred_on for events in streams for event in events) + LATER
    end = measure.until(last) if isinstance(measure, FollowUp) else max(day, last)
    if part == "the cohort":
        yield streams, day
    yield streams, end
    engine = Replay.of(streams[0], end, end).engine
    outcomes = {event.id for event in engine.witnesses(measure.outcome, scene.subject, end).index}
    moved = [tuple(dated(event, last) if event.id in outcomes else event for event in events) for events in streams]
    yield moved, end
