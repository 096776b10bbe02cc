"""Bookkeeping: turns what an engine found, period by period and cell by cell, into the lines of the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.reports.books import ALL, Books, Line
from impact_metrics.rules.breakdowns import Breakdown, check_row, placing_row
from impact_metrics.rules.labels import ranks
from impact_metrics.rules.measures import Figure, Lines, LinesFound, OverTime
from impact_metrics.rules.periods import Period, check_contiguous

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines import Cell, Engine
    from impact_metrics.rules import Metric
    from impact_metrics.rules.dimensions import Dimension
    from impact_metrics.rules.measures import Frame, Subjects


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
    measure, frame = metric.measure, metric.measure.frames[0]
    if measure.over_time is OverTime.EACH:
        return _each(engine, metric, breakdown)
    if isinstance(frame, Lines):
        check_row(frame.row, breakdown.by, f"metric {metric.id!r}")
        return _summed(engine, metric, frame, breakdown)
    if breakdown.by:
        placing_row(frame.population, breakdown.by, f"metric {metric.id!r}")
    if measure.over_time is OverTime.STOCK:
        return _counted(engine, metric, frame, breakdown)
    return _entered(engine, metric, frame, breakdown, day)


def _counted(engine: Engine, metric: Metric, frame: Subjects, breakdown: Breakdown) -> Iterator[Line]:
    for cell, stock in _sorted(engine.stocks(frame, breakdown), breakdown.by):
        full = _full(cell, breakdown)
        for period, flow, acting in zip(breakdown.periods, stock.flows, stock.active, strict=True):
            figure = Figure(flow.closing)
            yield Line(metric=metric, period=period, cell=full, figure=figure, flow=flow, active=acting)


def _entered(engine: Engine, metric: Metric, frame: Subjects, breakdown: Breakdown, day: date) -> Iterator[Line]:
    for cell, cohorts in _sorted(engine.tallies(frame, breakdown, day), breakdown.by):
        full = _full(cell, breakdown)
        for period, states in zip(breakdown.periods, cohorts, strict=True):
            yield Line(metric=metric, period=period, cell=full, figure=metric.measure.figure(states))


def _summed(engine: Engine, metric: Metric, lines: Lines, breakdown: Breakdown) -> Iterator[Line]:
    for cell, sums in _sorted(engine.sums(lines, breakdown), breakdown.by):
        full = _full(cell, breakdown)
        for period, found in zip(breakdown.periods, sums, strict=True):
            yield Line(metric=metric, period=period, cell=full, figure=metric.measure.figure(found))


def _each(engine: Engine, metric: Metric, breakdown: Breakdown) -> Iterator[Line]:
    """Work out a figure of several measures from what each of them gained in a period, in each cell that any has."""
    found = [_gained(engine, metric, frame, breakdown) for frame in metric.measure.frames]
    empty = [gained[()][1] for gained in found]
    cells = {cell: None for gained in found for cell in gained}
    for cell, _ in _sorted(cells, breakdown.by):
        full = _full(cell, breakdown)
        by_period = [
            gained[cell][0] if cell in gained else nothing for gained, nothing in zip(found, empty, strict=True)
        ]
        for period, answers in zip(breakdown.periods, zip(*by_period, strict=True), strict=True):
            yield Line(metric=metric, period=period, cell=full, figure=metric.measure.figure(*answers))


def _gained(
    engine: Engine, metric: Metric, frame: Frame, breakdown: Breakdown
) -> dict[Cell, tuple[Sequence[Any], Sequence[Any]]]:
    """Give by cell what each period brought: who entered, or what lines come to; and what it is where there is none."""
    if isinstance(frame, Lines):
        check_row(frame.row, breakdown.by, f"metric {metric.id!r}")
        none: list[Any] = [LinesFound(0, 0)] * len(breakdown.periods)
        return {cell: (sums, none) for cell, sums in engine.sums(frame, breakdown).items()}
    if breakdown.by:
        placing_row(frame.population, breakdown.by, f"metric {metric.id!r}")
    none = [{}] * len(breakdown.periods)
    stocks = engine.stocks(frame, breakdown).items()
    return {cell: ([{frame.fold(): flow.entered} for flow in stock.flows], none) for cell, stock in stocks}


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
