"""Somebody watched from the day of entry into a cohort on: what follow-up rates and times have in common."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.spans.columns import entry_events
from impact_metrics.model import Event
from impact_metrics.proofs.boundaries.scenes import Boundary, Events, Scene, another, dated, standing_in
from impact_metrics.proofs.replay import Replay
from impact_metrics.rules.measures import Count
from impact_metrics.rules.measures.life_table import Ending
from impact_metrics.rules.measures.standing import Standing
from impact_metrics.rules.populations import Both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.rules.measures import Timed
    from impact_metrics.rules.populations import Population

NEAR = 7
"""How many days around a boundary are tried."""


@attrs.frozen
class Watched:
    """A scene in which a subject enters a cohort, and later has another event: the outcome, or one that loses it."""

    scene: Scene
    entry: Event
    later: Event
    others: Events

    @classmethod
    def of(cls, metric: Metric, measure: Timed, catalogue: Catalogue, *populations: Population[str]) -> Watched | None:
        """Find a scene in which a subject is in all the populations: the cohort first, and that of the event last.

        Where one event is both, it is taken twice. ``None`` where nobody can be in all.
        """
        scene = Scene.of(metric, catalogue, Count(Both(populations)))
        if scene is None:
            return None
        engine = Replay.of(scene.events, date.max, date.max).engine
        entry = dict(entry_events(engine, measure.cohort, date.max))[scene.subject]
        witnesses = engine.witnesses(populations[-1], scene.subject, date.max).index
        later = next((event for event in witnesses if event != entry), another(entry, scene.events))
        return cls(scene, entry, later, tuple(event for event in scene.events if event not in (entry, later)))

    @property
    def settled(self) -> date:
        """The last day of the events that are not moved."""
        return max(event.occurred_on for event in (self.entry, *self.others))

    @property
    def more(self) -> Event:
        """One more event like the later one."""
        return another(self.later, (self.entry, self.later, *self.others))

    def stream(self, later: date | None, entry: date | None = None, *, again: date | None = None) -> Events:
        """Give the stream with the events moved: without the later event for no day, and with it again for one."""
        moved = [dated(self.entry, entry or self.entry.occurred_on)]
        moved += [] if later is None else [dated(self.later, later)]
        moved += [] if again is None else [dated(self.more, again)]
        return (*moved, *self.others)

    def shifted(self, days: int) -> Watched:
        """Move everything by so many days."""
        entry, later, *others = (
            dated(event, event.occurred_on + timedelta(days)) for event in (self.entry, self.later, *self.others)
        )
        return attrs.evolve(self, entry=entry, later=later, others=tuple(others))


def by_day(stream: Callable[[date], Events]) -> Callable[[int], Events]:
    """Turn a stream by the number of a day in the calendar."""
    return lambda number: stream(date.fromordinal(number))


def kept(
    metric: Metric, measure: Timed, catalogue: Catalogue, until: Callable[[date], date]
) -> Iterator[tuple[Boundary, Scene]]:
    """Give the boundary that whoever has the outcome is not lost; by ``until`` follow-up is complete."""
    if measure.lost is None:
        return
    around = Watched.of(metric, measure, catalogue, measure.cohort, measure.lost, measure.outcome)
    if around is not None:
        day = around.entry.occurred_on + timedelta(1)
        yield (
            Boundary(
                part="those lost",
                clause="nobody is lost who has the outcome",
                as_at=max(until(around.entry.occurred_on), around.scene.last_day),
                stream=lambda number: around.stream(None if number else day),
                holds=standing_in(Standing.NUMERATOR.value, Ending.OUTCOME.value),
                fails=standing_in(Standing.LOST.value, Ending.LOST.value),
                last=0,
                beyond=1,
            ),
            around.scene,
        )
