"""Bookkeeping: works out the lines of the books from step functions, all periods and cells in one evaluation."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.spans.cells import Cell, cells, ranks, reader
from impact_metrics.engines.spans.flows import flows
from impact_metrics.engines.spans.intervals import NEVER, complement, holds, intersection, union
from impact_metrics.engines.spans.placement import placed, touched
from impact_metrics.errors import RuleError
from impact_metrics.reports.books import ALL, Books, Line
from impact_metrics.rules import Count, Metric, RowCount, Total
from impact_metrics.rules.dimensions import Dimension, field_read
from impact_metrics.rules.measures import Rows
from impact_metrics.rules.periods import Period, check_contiguous
from impact_metrics.rules.populations import Population, entering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from impact_metrics.engines.spans import SpansEngine
    from impact_metrics.engines.spans.intervals import Spans
    from impact_metrics.expressions import Condition, FieldRef, Row
    from impact_metrics.model import Event
    from impact_metrics.streams import KnownView


def keep_books(  # noqa: PLR0913 - what is reported, over what, and how it is broken down
    engine: SpansEngine,
    view: KnownView,
    metrics: Sequence[Metric],
    periods: Sequence[Period],
    by: Sequence[Dimension] = (),
    *,
    every: bool = False,
) -> Books:
    """Work out the books of metrics over periods that follow each other, with subtotals for every leading dimension.

    Raises ``RuleError`` for periods that do not follow each other, and for a metric none of whose index events has what
    a dimension reads.
    """
    check_contiguous(periods)
    keeper = _Keeper(engine, view, tuple(periods), tuple(by), every=every)
    lines = tuple(line for metric in metrics for line in keeper.lines(metric))
    return Books(periods=tuple(periods), by=tuple(by), every=every, lines=lines)


class _Keeper:
    """What the lines of all metrics share."""

    def __init__(
        self,
        engine: SpansEngine,
        view: KnownView,
        periods: tuple[Period, ...],
        by: tuple[Dimension, ...],
        *,
        every: bool,
    ) -> None:
        self._engine = engine
        self._view = view
        self._periods = periods
        self._by = by
        self._every = every
        self._ends = [period.end for period in periods]
        self._boundaries = [periods[0].start - timedelta(days=1), *self._ends]
        self._ranks = [ranks(item) for item in by]

    def lines(self, metric: Metric) -> Iterator[Line]:
        match metric.measure:
            case Count(population):
                yield from self._counted(metric, population)
            case RowCount(Rows(row, condition)):
                yield from self._summed(metric, row, condition, None)
            case Total(field, condition):
                yield from self._summed(metric, field.row, condition, field.name)
            case _:
                assert_never(metric.measure)

    # --- counts of subjects: stocks

    def _counted(self, metric: Metric, population: Population[Any]) -> Iterator[Line]:
        active = self._active(population)
        members = {(): self._engine.members(population)}
        for cell, memberships in [*self._sorted(self._cells(metric, population)), *members.items()]:
            flowed = flows(memberships.values(), self._boundaries)
            acting = [0] * len(self._periods)
            for subject, spans in memberships.items():
                for position in active.get(subject, ()):
                    acting[position] += holds(spans, self._ends[position])
            full = (*cell, *[ALL] * (len(self._by) - len(cell)))
            for period, flow, count in zip(self._periods, flowed, acting, strict=True):
                yield Line(metric=metric, period=period, cell=full, flow=flow, active=count, value=flow.closing)

    def _active(self, population: Population[Any]) -> Mapping[str, set[int]]:
        """Give for each subject the periods with an index event inside whose condition holds at the end."""
        active: dict[str, set[int]] = {}
        for distinct in entering(population):
            for subject, event, spans in self._engine.entries_of(distinct).fitting():
                position = self._position(event.occurred_on)
                if position is not None and holds(spans, self._ends[position]):
                    active.setdefault(subject, set()).add(position)
        return active

    def _cells(self, metric: Metric, population: Population[Any]) -> Mapping[Cell, Mapping[str, Spans]]:
        """Give for each cell, subtotals included, its subjects with the dates on which each is placed there."""
        if not self._by:
            return {}
        row, subject_field = self._row_for(metric, population)
        read = cells([reader(item, subject_field, self._view.persons) for item in self._by], every=self._every)
        found: dict[Cell, dict[str, Spans]] = {}
        for subject, event, spans in self._placements(population, row):
            for cell in read(event, subject):
                for length in range(1, len(cell) + 1):
                    home = found.setdefault(cell[:length], {})
                    home[subject] = union(home.get(subject, NEVER), spans)
        return found

    def _placements(self, population: Population[Any], row: Row | None) -> Iterator[tuple[str, Event, Spans]]:
        """Give the events that place subjects. A member that has none of the row asked for is placed by any other."""
        found = (touched if self._every else placed)(self._engine, population, row)
        for subject, entries in found.items():
            for event, spans in entries:
                yield subject, event, spans
        if row is None:
            return
        for subject, entries in placed(self._engine, population, None).items():
            covered = NEVER
            for _, spans in found.get(subject, ()):
                covered = union(covered, spans)
            for event, spans in entries:
                if rest := intersection(spans, complement(covered)):
                    yield subject, event, rest

    def _row_for(self, metric: Metric, population: Population[Any]) -> tuple[Row | None, FieldRef | None]:
        """Find the index events that have what every dimension reads, and the field that holds the subject in them."""
        available = list(entering(population))
        read = [field for dimension in self._by if (field := field_read(dimension)) is not None]
        rows = {field.row for field in read}
        fitting = [distinct for distinct in available if rows <= {distinct.row}]
        if not fitting:
            wanted = ", ".join(sorted(str(field) for field in read))
            raise RuleError(
                f"the metric cannot be broken down by {wanted}: a subject enters it through "
                + " or ".join(sorted({str(distinct.row) for distinct in available})),
                where=f"metric {metric.id!r}",
                hint="use fields of one of its index events",
            )
        return (fitting[0].row, fitting[0].subject) if rows else (None, None)

    # --- totals and row counts: flows

    def _summed(self, metric: Metric, row: Row, condition: Condition, number: str | None) -> Iterator[Line]:
        for field in map(field_read, self._by):
            if field is not None and field.row != row:
                raise RuleError(f"the metric reads {row}, and has no {field}", where=f"metric {metric.id!r}")
        read = cells([reader(item, None, self._view.persons) for item in self._by], every=self._every)
        sums: dict[Cell, list[_Sum]] = {(): [_Sum() for _ in self._periods]}
        for event, spans in self._engine.row_spans(row, condition):
            position = self._position(event.occurred_on)
            if position is None or not holds(spans, self._ends[position]):
                continue
            value = 1 if number is None else getattr(event, number)
            prefixes = {cell[:length] for cell in read(event, None) for length in range(len(cell) + 1)}
            for cell in prefixes:
                if cell not in sums:
                    sums[cell] = [_Sum() for _ in self._periods]
                sums[cell][position].add(value)
        whole = sums.pop(())
        for cell, by_period in [*self._sorted(sums), ((), whole)]:
            full = (*cell, *[ALL] * (len(self._by) - len(cell)))
            for period, total in zip(self._periods, by_period, strict=True):
                missing = None if number is None else total.missing
                yield Line(metric=metric, period=period, cell=full, value=total.value, rows=total.rows, missing=missing)

    def _sorted(self, found: Mapping[Cell, Any]) -> list[tuple[Cell, Any]]:
        """Put cells in the order of their dimensions, missing values last, and a subtotal after what it sums."""

        def place(item: tuple[Cell, Any]) -> tuple[tuple[int, int, str], ...]:
            ranked = zip(item[0], self._ranks, strict=False)
            return (
                *((1, 0, "") if label is None else (0, rank.get(label, len(rank)), label) for label, rank in ranked),
                (2, 0, ""),
            )

        return sorted(found.items(), key=place)

    def _position(self, day: date) -> int | None:
        if not self._periods[0].start <= day <= self._periods[-1].end:
            return None
        return bisect_left(self._ends, day)


class _Sum:
    """A running total with its row counts."""

    def __init__(self) -> None:
        self.value: Any = 0
        self.rows = 0
        self.missing = 0

    def add(self, value: int | Decimal | None) -> None:
        self.rows += 1
        if value is None:
            self.missing += 1
        else:
            self.value += value
