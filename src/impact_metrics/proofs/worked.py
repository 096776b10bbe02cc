"""What a worked example is: two streams, where a metric puts one subject in each, and what makes the difference."""

from __future__ import annotations

from datetime import date

import attrs

from impact_metrics.model import Event
from impact_metrics.proofs.places import Place, say_place
from impact_metrics.rules import Metric


@attrs.frozen
class Side:
    """One of the two streams, and the place that the metric gives the subject in it; ``None`` where it gives none."""

    events: tuple[Event, ...]
    place: Place | None


@attrs.frozen(kw_only=True)
class WorkedExample:
    """Two streams between which one clause or boundary of a metric decides over one subject, as at a date.

    ``clause`` is said in words that hold in the first stream and not in the second, and ``part`` names the part of the
    measure to which it belongs; ``None`` where that is whom the metric counts. Both streams satisfy the constraints.
    """

    metric: Metric
    part: str | None
    clause: str
    subject: str
    as_at: date
    holding: Side
    failing: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """The stream in which the clause holds, and the one in which it does not."""
        return self.holding, self.failing

    @property
    def text(self) -> str:
        """The clause, with the part to which it belongs."""
        return named(self.part, self.clause)

    @property
    def headings(self) -> tuple[str, str]:
        """What is said of the subject in each of the streams."""
        one, other = (say_place(self.metric.measure, self.subject, side.place) for side in self.sides)
        return one, other

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of events that are in one of the streams only, or differ."""
        one, other = ({event.id: event for event in side.events} for side in self.sides)
        return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


@attrs.frozen
class WorkedExamples:
    """The examples of a metric, and the clauses and boundaries without one.

    ``idle`` clauses never decide alone: wherever a valid stream fails one, it fails another as well. Of the ``unshown``
    nothing is known but that no example was found.
    """

    metric: Metric
    examples: tuple[WorkedExample, ...]
    idle: tuple[str, ...]
    unshown: tuple[str, ...] = ()


def named(part: str | None, clause: str) -> str:
    """Put the part of a measure to which a clause belongs before it."""
    return clause if part is None else f"{part}: {clause}"
