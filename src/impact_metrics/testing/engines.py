"""Engines as laws see them: what takes records, and answers for metrics. One entry for each engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.reports.bookkeeping import keep_books
from impact_metrics.rules import Average, FollowUp, Listing, PairedChange, Proportion, TimeBetween, Timed
from impact_metrics.rules.measures import Ending, LifeTable, Parts, Standing
from impact_metrics.streams import Stream
from impact_metrics.testing import afresh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from impact_metrics.reports.books import Line
    from impact_metrics.rules import Metric
    from impact_metrics.rules.dimensions import Dimension
    from impact_metrics.rules.measures import States
    from impact_metrics.rules.periods import Period
    from impact_metrics.streams.versions import AnyRecord

Records: TypeAlias = "Sequence[AnyRecord]"


@attrs.frozen
class Answer:
    """A figure at a date, and who is counted; ``subjects`` is ``None`` for row counts and totals.

    Of a share or follow-up rate they are those in the numerator, of a funnel those in its last stage, and ``parts``
    tell what it is made of. Of times they are those who ended. ``times`` are the life table, of times and of follow-up
    rates. ``listed`` are the entries of a list, each with the id of its latest event.
    """

    value: int | Decimal | None
    subjects: frozenset[str] | None = None
    parts: Parts | None = None
    times: LifeTable | None = None
    listed: tuple[tuple[str, str], ...] | None = None


class Loaded(Protocol):
    """An engine that has taken in records."""

    def answer(self, metric: Metric, day: date) -> Answer:
        """Give the figure of a metric as at a date."""
        ...

    def books(self, metric: Metric, periods: Sequence[Period], by: Sequence[Dimension]) -> Sequence[Line]:
        """Give the lines of a metric over periods that follow each other, by dimensions, with their sums."""
        ...


@attrs.frozen
class Engine:
    """A way to compute figures.

    ``load`` takes records in, as known at a moment (``None``: all that is recorded). They come as they are and not as a
    ``Stream``, since an engine is answerable for their order and repeats as well. An engine that does not keep books is
    not asked for any.
    """

    name: str
    load: Callable[[Records, datetime | None], Loaded]
    keeps_books: bool = True


class _BySpans:
    def __init__(self, records: Records, known_at: datetime | None) -> None:
        self._engine = SpansEngine(Stream(records).known(known_at))

    def answer(self, metric: Metric, day: date) -> Answer:
        measure, engine = metric.measure, self._engine
        figure = engine.figure(measure, day)
        subjects = None
        if measure.subjects is not None:
            states = engine.states(measure.subjects, day).items()
            subjects = frozenset(subject for subject, state in states if measure.counts(state))
        parts = figure.behind if isinstance(figure.behind, Parts) else None
        times = None
        if isinstance(measure, Timed):
            (tally,) = engine.answers([measure.watching.frame], day)
            times = measure.watching.life_table(cast("States", tally))
        listed = None
        if isinstance(measure, Listing):
            listed = tuple((entry.subject, str(entry.event.id)) for entry in engine.listed(measure.entries, day))
        return Answer(figure.value, subjects, parts, times, listed)

    def books(self, metric: Metric, periods: Sequence[Period], by: Sequence[Dimension]) -> Sequence[Line]:
        return keep_books(self._engine, [metric], periods, by).lines


class _Afresh:
    def __init__(self, records: Records, known_at: datetime | None) -> None:
        rows = Stream(records).known(known_at).rows
        self._events = [event for events in rows.values() for event in events]

    def answer(self, metric: Metric, day: date) -> Answer:
        measure = metric.measure
        counted = measure.counted
        subjects = None if counted is None else afresh.members(counted, self._events, day)
        if isinstance(measure, FollowUp):
            cohort = afresh.members(measure.cohort, self._events, day)
            standings = {subject: afresh.course(measure, subject, self._events, day) for subject in cohort}
            subjects = frozenset(subject for subject in cohort if standings[subject] is Standing.NUMERATOR)
        if isinstance(measure, TimeBetween):
            spells = afresh.spells(measure, self._events, day).items()
            subjects = frozenset(subject for subject, spell in spells if spell.ending is Ending.OUTCOME)
        if isinstance(measure, PairedChange):
            subjects = frozenset(
                subject
                for subject in afresh.members(measure.cohort, self._events, day)
                if afresh.improved(measure, afresh.scores(measure, subject, self._events, day))
            )
        if isinstance(measure, Average):
            subjects = frozenset(
                subject
                for subject in afresh.members(measure.cohort, self._events, day)
                if afresh.taken(measure.number, subject, self._events, day) is not None
            )
        parts = afresh.parts_of(measure, self._events, day) if isinstance(measure, Proportion) else None
        times = afresh.life_table(measure, self._events, day) if isinstance(measure, Timed) else None
        listed = None
        if isinstance(measure, Listing):
            listed = tuple((name, str(event.id)) for name, event in afresh.latest(measure, self._events, day).items())
        return Answer(afresh.figure(measure, self._events, day), subjects, parts, times, listed)

    def books(self, metric: Metric, periods: Sequence[Period], by: Sequence[Dimension]) -> Sequence[Line]:
        raise NotImplementedError("evaluation afresh keeps no books")


REFERENCE = Engine("the reference engine", _BySpans)
"""The engine of reports: each rule is worked out once, as a step function of the date."""

AFRESH = Engine("evaluation afresh", _Afresh, keeps_books=False)
"""The definition of the language, read event by event at each date. It is slow, and shares nothing with an engine."""

ENGINES = (REFERENCE, AFRESH)
"""The engines that must agree. A further one is one more entry."""
