"""Bookkeeping: turns what an engine found, period by period and cell by cell, into the lines of the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.reports.books import ALL, Books, Line
from impact_metrics.rules import Count, FollowUp, Funnel, Listing, Metric, PairedChange, RowCount, Share, Total
from impact_metrics.rules.breakdowns import Breakdown, check_row, placing_row
from impact_metrics.rules.labels import ranks
from impact_metrics.rules.periods import Period, check_contiguous
from impact_metrics.rules.time_between import TimeBetween

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines import Cell, Engine
    from impact_metrics.rules import Proportion
    from impact_metrics.rules.dimensions import Dimension


def keep_books(  # noqa: PLR0913 - whose books, over which periods, broken down how
    engine: Engine,
    metrics: Sequence[Metric],
    periods: Sequence[Period],
    by: Sequence[Dimension] = (),
    *,
    every: bool = False,
    as_at: date | None = None,
) -> Books:
    """Work out the books of metrics over periods that follow each other, with subtotals for every leading dimension.

    ``as_at`` is the date by which the outcomes of shares and times are looked at; without it, the end of the last
    period. Raises ``RuleError`` for periods that do not follow each other, and for a metric none of whose index events
    has what a dimension reads.
    """
    check_contiguous(periods)
    breakdown = Breakdown(tuple(periods), tuple(by), every)
    day = breakdown.ends[-1] if as_at is None else as_at
    lines = tuple(line for metric in metrics for line in _lines(engine, metric, breakdown, day))
    return Books(periods=breakdown.periods, by=breakdown.by, every=every, lines=lines)


def _lines(engine: Engine, metric: Metric, breakdown: Breakdown, day: date) -> Iterator[Line]:
    match metric.measure:
        case (
            Share(denominator=population)
            | Funnel(denominator=population)
            | FollowUp(cohort=population)
            | PairedChange(cohort=population)
        ) as divided:
            if breakdown.by:
                placing_row(population, breakdown.by, f"metric {metric.id!r}")
            yield from _divided(engine, metric, divided, breakdown, day)
        case TimeBetween(cohort=population) as timed:
            if breakdown.by:
                placing_row(population, breakdown.by, f"metric {metric.id!r}")
            yield from _timed(engine, metric, timed, breakdown, day)
        case Count(population) | Listing(population) as counted:
            if breakdown.by:
                placing_row(population, breakdown.by, f"metric {metric.id!r}")
            yield from _counted(engine, metric, counted, breakdown)
        case RowCount(rows) as measure:
            check_row(rows.row, breakdown.by, f"metric {metric.id!r}")
            yield from _summed(engine, metric, measure, breakdown)
        case Total(field) as measure:
            check_row(field.row, breakdown.by, f"metric {metric.id!r}")
            yield from _summed(engine, metric, measure, breakdown)
        case _:
            assert_never(metric.measure)


def _counted(engine: Engine, metric: Metric, measure: Count | Listing, breakdown: Breakdown) -> Iterator[Line]:
    for cell, stock in _sorted(engine.stocks(measure, breakdown), breakdown.by):
        full = _full(cell, breakdown)
        for period, flow, acting in zip(breakdown.periods, stock.flows, stock.active, strict=True):
            yield Line(metric=metric, period=period, cell=full, flow=flow, active=acting, value=flow.closing)


def _divided(engine: Engine, metric: Metric, measure: Proportion, breakdown: Breakdown, day: date) -> Iterator[Line]:
    for cell, cohorts in _sorted(engine.cohorts(measure, breakdown, day), breakdown.by):
        full = _full(cell, breakdown)
        for period, parts in zip(breakdown.periods, cohorts, strict=True):
            yield Line(metric=metric, period=period, cell=full, value=parts.share, parts=parts)


def _timed(engine: Engine, metric: Metric, measure: TimeBetween, breakdown: Breakdown, day: date) -> Iterator[Line]:
    for cell, tables in _sorted(engine.life_tables(measure, breakdown, day), breakdown.by):
        full = _full(cell, breakdown)
        for period, times in zip(breakdown.periods, tables, strict=True):
            yield Line(metric=metric, period=period, cell=full, value=times.median, times=times)


def _summed(engine: Engine, metric: Metric, measure: RowCount | Total, breakdown: Breakdown) -> Iterator[Line]:
    for cell, sums in _sorted(engine.sums(measure, breakdown), breakdown.by):
        full = _full(cell, breakdown)
        for period, figure in zip(breakdown.periods, sums.figures, strict=True):
            missing = None if isinstance(measure, RowCount) else figure.missing
            yield Line(metric=metric, period=period, cell=full, value=figure.value, rows=figure.rows, missing=missing)


def _full(cell: Cell, breakdown: Breakdown) -> Cell:
    return (*cell, *[ALL] * (len(breakdown.by) - len(cell)))


def _sorted(found: Mapping[Cell, Any], by: Sequence[Dimension]) -> list[tuple[Cell, Any]]:
    """Put cells in the order of their dimensions, missing values last, and a subtotal after what it sums."""
    ranked = [ranks(item) for item in by]

    def place(item: tuple[Cell, Any]) -> tuple[tuple[int, int, str], ...]:
        labels = zip(item[0], ranked, strict=False)
        return (
            *((1, 0, "") if label is None else (0, rank.get(label, len(rank)), label) for label, rank in labels),
            (2, 0, ""),
        )

    return sorted(found.items(), key=place)
