"""The membership history of one person: in which figures, from when until when, through which events."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.model import Event, ids_in
from impact_metrics.reports.table import Column, Table, Tabular
from impact_metrics.rules import Metric
from impact_metrics.rules.measures import OverTime
from impact_metrics.rules.populations import subject_kind
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.engines import Engine
    from impact_metrics.engines.results import Witnesses
    from impact_metrics.rules import Measure
    from impact_metrics.values import PersonId

_PERSON = IdKind("PersonId")


@attrs.frozen(kw_only=True)
class Stay:
    """One stay of a person in a figure, both days included; ``until`` is ``None`` while it lasts.

    ``through`` are the events that made the person count on the first day; ``out_through`` those that occurred on the
    day after the last and speak of the person, or of what the person's events are linked to.
    """

    metric: Metric
    start: date
    until: date | None
    through: tuple[Event, ...]
    out_through: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class History(Tabular):
    """The stays of one person in all figures that count persons, in the order of the catalogue and of dates."""

    person: str
    known_as: tuple[str, ...]
    stays: tuple[Stay, ...]

    @property
    def table(self) -> Table:
        """The history as a table, one row a stay."""
        return Table(_COLUMNS, tuple(_row(stay) for stay in self.stays))

    def __str__(self) -> str:
        """Lay the history out for a terminal."""
        others = f" (also recorded as {', '.join(self.known_as)})" if self.known_as else ""
        if not self.stays:
            return f"{self.person}{others} is counted in no figure"
        return f"{self.person}{others}\n\n{self.table}"


_COLUMNS = (
    Column("metric", "text", "the id of the metric"),
    Column("from", "date", "the first day on which the person counts"),
    Column("until", "date", "the last day on which the person counts; empty while it lasts"),
    Column("through", "text", "the events that made the person count on the first day"),
    Column("left_through", "text", "the events of the day on which the person left the figure"),
)


def _row(stay: Stay) -> tuple[object, ...]:
    through = ", ".join(event.id for event in stay.through)
    return stay.metric.id, stay.start, stay.until, through, ", ".join(event.id for event in stay.out_through) or None


def as_reference(engine: Engine, measure: Measure, subject: str | None, day: date) -> SpansEngine:
    """Give the engine itself where it is the reference, else one over the events that decide.

    These are the events that decide on a subject (or row), or without one on all that count at a date.
    """
    return engine if isinstance(engine, SpansEngine) else SpansEngine(engine.around(measure, subject, day))


def evidence_of(engine: Engine, measure: Measure, day: date) -> Iterator[tuple[str, Witnesses]]:
    """Give what stands behind a figure: each subject, or each row by its event's id, with its witnesses.

    The events that decide on all who count do not decide on others whom they name: these are left out.
    """
    counted = engine.counted(measure, day)
    found = as_reference(engine, measure, None, day).evidence(measure, day)
    return ((subject, witnesses) for subject, witnesses in found if subject in counted)


def history(engine: Engine, metrics: Sequence[Metric], person: PersonId) -> History:
    """Work out when one person is counted by each metric that counts persons.

    A person that was merged into another is found under either id.
    """
    subject = engine.canonical(person)
    return History(
        person=subject,
        known_as=tuple(engine.known_as(subject)),
        stays=tuple(stay for metric in metrics for stay in _stays(engine, metric, subject)),
    )


def _stays(every: Engine, metric: Metric, subject: str) -> Iterator[Stay]:
    frame = metric.measure.subjects
    if metric.measure.over_time is not OverTime.STOCK or frame is None or subject_kind(frame.population) != _PERSON:
        return
    population = frame.population
    engine = as_reference(every, metric.measure, subject, date.max)
    spans = engine.members(population).get(subject, ())
    for position in range(0, len(spans), 2):
        start = spans[position]
        left = spans[position + 1] if position + 1 < len(spans) else None
        came = engine.witnesses(population, subject, start)
        events = (*came.index, *came.linked)
        out: tuple[Event, ...] = ()
        if left is not None:
            last = date.fromordinal(left.toordinal() - 1)
            then = engine.witnesses(population, subject, last)
            out = tuple(every.events_on(left, {subject}.union(*map(ids_in, (*then.index, *then.linked)))))
            assert holds(spans, last)  # noqa: S101 - spans are half-open
            yield Stay(metric=metric, start=start, until=last, through=events, out_through=out)
        else:
            yield Stay(metric=metric, start=start, until=None, through=events, out_through=())
