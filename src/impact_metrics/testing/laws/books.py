"""Laws of the books: they balance, they agree with the figures, and the cells of a breakdown add up to the whole."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from impact_metrics.reports.books import ALL
from impact_metrics.rules.dimensions import by as as_dimension
from impact_metrics.rules.dimensions import named, names
from impact_metrics.rules.periods import Period
from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import expect, known_events

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from impact_metrics.expressions import Expr
    from impact_metrics.model import Event, Model
    from impact_metrics.model.persons import PersonAttribute
    from impact_metrics.reports.books import Line
    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.rules.dimensions import Dimension
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Engine, Loaded

_DAY = timedelta(days=1)


def books_balance(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """In the books of counts of subjects, what is open, what enters and leaves, and what is closed add up.

    Opening + entered - left = closing; one period's closing is the next one's opening; and the closing is the figure as
    at the end of the period. Totals and row counts are flows, and shares and times are of those who entered: over one
    period from the beginning on, they are the figure as at its end. The periods go from each day on which something
    occurs to the next.
    """
    loaded, events = engine.load(tuple(stream), known_at), known_events(stream, known_at)
    for metric in catalogue.metrics if (periods := _day_by_day(events)) else ():
        lines = loaded.books(metric, periods, ())
        if lines[0].flow is not None:
            _balance(metric, lines, loaded)
            continue
        whole = Period(periods[0].start, periods[-1].end, "one period")
        (line,) = loaded.books(metric, [whole], ())
        where = f"as at {whole.end}, in the books of one period"
        expect(metric, where, "the value", loaded.answer(metric, whole.end).value, line.value)
        expect(metric, where, "what it is made of", loaded.answer(metric, whole.end).parts, line.parts)
        if line.times is not None:
            expect(metric, where, "the life table", loaded.answer(metric, whole.end).times, line.times)


def _balance(metric: Metric, lines: Sequence[Line], loaded: Loaded) -> None:
    closed = None
    for line in lines:
        flow = line.flow
        assert flow is not None  # noqa: S101 - lines of one metric are all of one sort
        where = f"as at {line.period.end}, in the books of {line.period}"
        if closed is not None:
            expect(metric, where, "the opening", closed, flow.opening)
        expect(metric, where, "opening + entered - left", flow.closing, flow.opening + flow.entered - flow.left)
        expect(metric, where, "the closing", loaded.answer(metric, line.period.end).value, flow.closing)
        expect(metric, where, "the value", flow.closing, line.value)
        closed = flow.closing


def breakdowns_add_up(
    catalogue: Catalogue,
    stream: Stream,
    *,
    by: Sequence[Dimension | Expr[Any] | PersonAttribute] | None = None,
    engine: Engine = REFERENCE,
    known_at: datetime | None = None,
) -> None:
    """The cells of a breakdown add up to the whole: each subject is placed once, by its entry event.

    Without ``by``, every metric is broken down by each dimension that it has: fields of its index events, attributes of
    the person who is counted, age, year, quarter and month.
    """
    loaded, events = engine.load(tuple(stream), known_at), known_events(stream, known_at)
    for metric in catalogue.metrics if (periods := _day_by_day(events)) else ():
        for dimensions in _dimensions(metric, catalogue.model) if by is None else [tuple(map(as_dimension, by))]:
            lines = loaded.books(metric, periods, dimensions)
            for period in periods:
                where = f"as at {period.end}, in the books of {period} by {' and '.join(map(str, dimensions))}"
                _add_up(metric, where, [line for line in lines if line.period == period])


def _add_up(metric: Metric, where: str, lines: Sequence[Line]) -> None:
    whole = next(line for line in lines if set(line.cell) == {ALL})
    cells = [line for line in lines if ALL not in line.cell]
    for what, of in _SUMMED.items():
        if of(whole) is not None:
            expect(metric, where, f"the sum of the cells' {what}", of(whole), sum(of(line) for line in cells))


_SUMMED: Mapping[str, Callable[[Line], Any]] = {
    "openings": lambda line: line.flow and line.flow.opening,
    "closings": lambda line: line.flow and line.flow.closing,
    "active": lambda line: line.active,
    "values": lambda line: None if line.parts or line.times else line.value,
    "numerators": lambda line: line.parts and line.parts.numerator,
    "denominators": lambda line: line.parts and line.parts.denominator,
    "unknown": lambda line: line.parts and line.parts.unknown,
    "not yet due": lambda line: line.parts and line.parts.not_yet_due,
    "lost": lambda line: line.parts and line.parts.lost,
    "ended": lambda line: line.times and line.times.ended,
    "not yet ended": lambda line: line.times and line.times.not_yet,
    "lost before": lambda line: line.times and line.times.lost,
    "unchanged": lambda line: line.parts and line.parts.changes and line.parts.changes.unchanged,
    "worsened": lambda line: line.parts and line.parts.changes and line.parts.changes.worsened,
    "before only": lambda line: line.parts and line.parts.changes and line.parts.changes.before_only,
    "after only": lambda line: line.parts and line.parts.changes and line.parts.changes.after_only,
    "unscored": lambda line: line.parts and line.parts.changes and line.parts.changes.unscored,
    "rows": lambda line: line.rows,
    "missing": lambda line: line.missing,
}
"""What cells add up to. What entered and left is none of it: a subject can change cells and stay in the whole."""


def _dimensions(metric: Metric, model: Model) -> list[tuple[Dimension, ...]]:
    found = [named(name, metric.measure, model) for name in sorted(names(metric.measure, model))]
    return [(dimension,) for dimension in found if dimension is not None]


def _day_by_day(events: Sequence[Event]) -> tuple[Period, ...]:
    """Give periods from each day on which something occurs to the next; none where nothing occurs.

    What occurs on the first day of the calendar is open before any period, and no books show it entering.
    """
    days = sorted({event.occurred_on for event in events} - {date.min})
    ends = [*(following - _DAY for _, following in pairwise(days)), *days[-1:]]
    return tuple(Period(start, end, f"{start} to {end}") for start, end in zip(days, ends, strict=True))
