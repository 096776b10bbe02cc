"""Engines as laws see them: what takes records, and answers for metrics. One entry for each engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeAlias

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.reports.bookkeeping import keep_books
from impact_metrics.rules import Count
from impact_metrics.streams import Stream
from impact_metrics.testing import afresh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from impact_metrics.reports.books import Line
    from impact_metrics.rules import Metric
    from impact_metrics.rules.dimensions import Dimension
    from impact_metrics.rules.periods import Period
    from impact_metrics.streams.versions import AnyRecord

Records: TypeAlias = "Sequence[AnyRecord]"


@attrs.frozen
class Answer:
    """A figure at a date, and who is counted; ``subjects`` is ``None`` for row counts and totals."""

    value: int | Decimal
    subjects: frozenset[str] | None = None


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
        self._view = Stream(records).known(known_at)
        self._engine = SpansEngine(self._view)

    def answer(self, metric: Metric, day: date) -> Answer:
        measure = metric.measure
        subjects = self._engine.members_at(measure.population, day) if isinstance(measure, Count) else None
        return Answer(self._engine.figure(measure, day).value, subjects)

    def books(self, metric: Metric, periods: Sequence[Period], by: Sequence[Dimension]) -> Sequence[Line]:
        return keep_books(self._engine, self._view, [metric], periods, by).lines


class _Afresh:
    def __init__(self, records: Records, known_at: datetime | None) -> None:
        rows = Stream(records).known(known_at).rows
        self._events = [event for events in rows.values() for event in events]

    def answer(self, metric: Metric, day: date) -> Answer:
        measure = metric.measure
        subjects = afresh.members(measure.population, self._events, day) if isinstance(measure, Count) else None
        return Answer(afresh.figure(measure, self._events, day), subjects)

    def books(self, metric: Metric, periods: Sequence[Period], by: Sequence[Dimension]) -> Sequence[Line]:
        raise NotImplementedError("evaluation afresh keeps no books")


REFERENCE = Engine("the reference engine", _BySpans)
"""The engine of reports: each rule is worked out once, as a step function of the date."""

AFRESH = Engine("evaluation afresh", _Afresh, keeps_books=False)
"""The definition of the language, read event by event at each date. It is slow, and shares nothing with an engine."""

ENGINES = (REFERENCE, AFRESH)
"""The engines that must agree. A further one is one more entry."""
