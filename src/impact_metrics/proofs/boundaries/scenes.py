"""Scenes: a subject in a valid stream that the solver found, and the boundaries that are looked for around it.

A boundary is a value of the stream that is turned step by step: the day of an event, a score, or whether an event is
there. The reference engine is asked at which step the subject changes its place: it has to be where the rule says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import attrs

from impact_metrics.model import Event, revised
from impact_metrics.proofs.figures import Counted, TimeScope
from impact_metrics.proofs.places import Place
from impact_metrics.proofs.questions import counted_by
from impact_metrics.proofs.reading import Reader, kebab
from impact_metrics.proofs.replay import Replay
from impact_metrics.proofs.showing import disagreement
from impact_metrics.proofs.solving import Possible, answer
from impact_metrics.proofs.tidying import tidied
from impact_metrics.proofs.worked import Side, WorkedExample
from impact_metrics.rules import Catalogue, Metric
from impact_metrics.values import EventId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.proofs.tidying import Streams
    from impact_metrics.rules.measures import Tally

Events: TypeAlias = tuple[Event, ...]


@attrs.frozen
class Scene:
    """A subject of a metric, and a valid stream in which something counts it."""

    metric: Metric
    catalogue: Catalogue
    subject: str
    events: Events

    @classmethod
    def of(cls, metric: Metric, catalogue: Catalogue, rule: Tally) -> Scene | None:
        """Find a smallest stream in which a rule counts somebody; ``None`` where there is none, or none was found."""
        question = counted_by((rule, True), time=TimeScope.AS_AT)
        order = [event.__name__ for event in catalogue.model.events]
        found = answer(question, catalogue.model.constraints, order)
        if not isinstance(found, Possible):
            return None
        reader = Reader(found, catalogue.model, question.worlds)
        subject = reader.subject(Counted(rule, TimeScope.AS_AT))
        return cls(metric, catalogue, subject, reader.events(question.worlds[0]))

    @property
    def last_day(self) -> date:
        """The day of the last event."""
        return max(event.occurred_on for event in self.events)

    def place(self, events: Events, day: date) -> Place | None:
        """Give where the metric puts the subject in a stream, as at a date."""
        return Replay.of(events, day, day).places(self.metric.measure).get(self.subject)

    def valid(self, events: Events) -> bool:
        """Tell whether a stream satisfies the constraints at every date."""
        return not Replay.of(events, date.max, date.max).broken(self.catalogue.model.constraints)

    def example(self, part: str | None, clause: str, streams: Streams, as_at: date) -> WorkedExample:
        """Make an example of two streams that show a clause."""
        holding, failing = (Side(in_time(events), self.place(events, as_at)) for events in streams)
        return WorkedExample(
            metric=self.metric,
            part=part,
            clause=clause,
            subject=self.subject,
            as_at=as_at,
            holding=holding,
            failing=failing,
        )


Test: TypeAlias = Callable[[Place | None], bool]


@attrs.frozen(kw_only=True)
class Boundary:
    """Where a value of a stream decides. ``stream`` gives the events for each number to which it is turned.

    By the rule ``last`` is the last number for which the subject is in the first place, and ``beyond`` is next to it,
    where the subject is in the other. Numbers up to ``reach`` further on either side are tried as well. Where a stream
    shows an event that must make no difference, it is ``whole``, and no value of it is left out.
    """

    part: str
    clause: str
    as_at: date
    stream: Callable[[int], Events]
    holds: Test
    fails: Test
    last: int
    beyond: int
    reach: int = 0
    whole: bool = False

    def example(self, scene: Scene) -> WorkedExample | None:
        """Give the streams on the two sides of the boundary.

        ``None`` where the subject is not in the two places, or where a constraint forbids such a stream. Raises
        ``ProofError`` where the reference engine finds the boundary elsewhere than the rule says.
        """
        step = self.beyond - self.last
        here, there = self.last - step * self.reach, self.beyond + step * self.reach
        if not self.holds(self._place(scene, here)) or not self.fails(self._place(scene, there)):
            return None
        while abs(there - here) > 1:
            middle = (here + there) // 2
            if self.holds(self._place(scene, middle)):
                here = middle
            else:
                there = middle
        if here != self.last:
            raise disagreement(f"{scene.metric}: {self.clause}")
        return self._shown(scene, [self.stream(here), self.stream(there)])

    def _place(self, scene: Scene, number: int) -> Place | None:
        return scene.place(self.stream(number), self.as_at)

    def _shown(self, scene: Scene, streams: Streams) -> WorkedExample | None:
        def shows(streams: Streams) -> bool:
            places = [scene.place(events, self.as_at) for events in streams]
            apart = self.holds(places[0]) and self.fails(places[1])
            return apart and all(scene.valid(events) for events in streams)

        if not shows(streams):
            return None
        kept = streams if self.whole else tidied(streams, shows)
        return scene.example(self.part, self.clause, kept, self.as_at)


def in_time(events: Events) -> Events:
    """Put events in the order of time."""
    return tuple(sorted(events, key=lambda event: (event.occurred_on, event.id)))


def dated(event: Event, day: date) -> Event:
    """Let an event happen on another day."""
    return revised(event, occurred_on=day)


def another(event: Event, beside: Iterable[Event]) -> Event:
    """Give an event like it, with an id of its own among others."""
    taken, noun = {other.id for other in beside}, kebab(event.__record__.name)
    names = (EventId(f"{noun}-{number}") for number in count(2))
    return revised(event, id=next(name for name in names if name not in taken))


def standing_in(*standings: str) -> Test:
    """Ask whether a place is one of these."""
    return lambda place: place is not None and place.standing in standings
