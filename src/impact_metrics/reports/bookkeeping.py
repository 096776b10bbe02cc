"""Bookkeeping: works out the lines of the books from step functions, all periods and cells in one evaluation."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.spans.cells import Cell, Placer, Values, ranks
from impact_metrics.engines.spans.flows import Ledger, Runs, RunsBySpans
from impact_metrics.engines.spans.intervals import NEVER, complement, holds, intersection, union
from impact_metrics.engines.spans.placement import Entry, placed, touched
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

OUTSIDE = -1
"""The position of a day that is in no period."""


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
        self._runs = RunsBySpans([periods[0].start - timedelta(days=1), *self._ends])
        self._positions = _Positions(periods)
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
        members = self._engine.members(population)
        active = [
            (subject, position)
            for subject, position in self._acting(population)
            if position != OUTSIDE and holds(members.get(subject, NEVER), self._ends[position])
        ]
        whole = Ledger(len(self._periods))
        for spans, subjects in Counter(members.values()).items():
            whole.add(self._runs[spans], subjects)
        for _, position in active:
            whole.active[position] += 1
        for cell, ledger in [*self._sorted(self._cells(metric, population, active)), ((), whole)]:
            full = self._full(cell)
            for period, flow, acting in zip(self._periods, ledger.flows(), ledger.active, strict=True):
                yield Line(metric=metric, period=period, cell=full, flow=flow, active=acting, value=flow.closing)

    def _full(self, cell: Cell) -> Cell:
        return (*cell, *[ALL] * (len(self._by) - len(cell)))

    def _acting(self, population: Population[Any]) -> set[tuple[str, int]]:
        """Give each subject with each period that has an index event inside whose condition holds at the end."""
        acting: set[tuple[str, int]] = set()
        positions, ends = self._positions, self._ends
        for distinct in entering(population):
            index = self._engine.entries_of(distinct)
            if index.needs_only_days:
                acting.update([(subject, positions[event.occurred_on]) for subject, event in index.keyed_events()])
            else:
                acting.update(
                    [
                        (subject, position)
                        for subject, event, spans in index.fitting()
                        if holds(spans, ends[position := positions[event.occurred_on]])
                    ]
                )
        return acting

    def _cells(
        self, metric: Metric, population: Population[Any], active: Sequence[tuple[str, int]]
    ) -> Mapping[Cell, Ledger]:
        """Keep a ledger for each cell, subtotals included.

        Most subjects are placed once and for good: those of the same values and dates are entered together. Others may
        change cells, and stay in a subtotal meanwhile: each is entered in each cell for its own dates there.
        """
        ledgers: dict[Cell, Ledger] = {}
        if not self._by:
            return ledgers
        row, subject_field = self._row_for(metric, population)
        placer = Placer(self._by, subject_field, self._view.persons, every=self._every)
        for_good: dict[str, tuple[Values, Runs]] = {}
        changing: dict[str, Mapping[Cell, Spans]] = {}
        for subject, entries in self._placements(population, row):
            if len(entries) == 1:
                event, spans = entries[0]
                for_good[subject] = placer.values(event, subject), self._runs[spans]
            else:
                changing[subject] = self._homes(subject, entries, placer)
        for (values, runs), subjects in Counter(for_good.values()).items():
            for home in placer.homes(values):
                self._ledger(ledgers, home).add(runs, subjects)
        for homes in changing.values():
            for home, spans in homes.items():
                self._ledger(ledgers, home).add(self._runs[spans])
        for position, home in self._active_in(active, for_good, changing, placer):
            ledgers[home].active[position] += 1
        return ledgers

    def _active_in(
        self,
        active: Sequence[tuple[str, int]],
        for_good: Mapping[str, tuple[Values, Runs]],
        changing: Mapping[str, Mapping[Cell, Spans]],
        placer: Placer,
    ) -> Iterator[tuple[int, Cell]]:
        """Give the period and the cells, subtotals included, of each time that a subject is active."""
        for subject, position in active:
            if subject in for_good:
                for home in placer.homes(for_good[subject][0]):
                    yield position, home
            else:
                for home, spans in changing[subject].items():
                    if holds(spans, self._ends[position]):
                        yield position, home

    def _homes(self, subject: str, entries: Sequence[Entry], placer: Placer) -> dict[Cell, Spans]:
        """Give the cells in which a subject ever is, subtotals included, with the dates on which it is there."""
        homes: dict[Cell, Spans] = {}
        for event, spans in entries:
            for home in placer.homes(placer.values(event, subject)):
                homes[home] = union(homes.get(home, NEVER), spans)
        return homes

    def _ledger(self, ledgers: dict[Cell, Ledger], cell: Cell) -> Ledger:
        if cell not in ledgers:
            ledgers[cell] = Ledger(len(self._periods))
        return ledgers[cell]

    def _placements(self, population: Population[Any], row: Row | None) -> Iterator[tuple[str, Sequence[Entry]]]:
        """Give what places each subject. A member that has no event of the row asked for is placed by any other."""
        found = (touched if self._every else placed)(self._engine, population, row)
        if all(distinct.row == row for distinct in entering(population)) or row is None:
            yield from found.items()
            return
        for subject, entries in placed(self._engine, population, None).items():
            own = found.get(subject, ())
            covered = NEVER
            for _, spans in own:
                covered = union(covered, spans)
            rest = [(event, left) for event, spans in entries if (left := intersection(spans, complement(covered)))]
            yield subject, [*own, *rest]

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
        placer = Placer(self._by, None, self._view.persons, every=self._every)
        sums: dict[Values, list[_Sum]] = {}
        for event, position in self._in_periods(row, condition):
            values = placer.values(event, None)
            if values not in sums:
                sums[values] = [_Sum() for _ in self._periods]
            sums[values][position].add(1 if number is None else getattr(event, number))
        by_cell: dict[Cell, list[_Sum]] = {(): [_Sum() for _ in self._periods]}
        for values, by_period in sums.items():
            for cell in ((), *placer.homes(values)):
                home = by_cell.setdefault(cell, [_Sum() for _ in self._periods])
                for total, added in zip(home, by_period, strict=True):
                    total.merge(added)
        whole = by_cell.pop(())
        for cell, by_period in [*self._sorted(by_cell), ((), whole)]:
            full = self._full(cell)
            for period, total in zip(self._periods, by_period, strict=True):
                missing = None if number is None else total.missing
                yield Line(metric=metric, period=period, cell=full, value=total.value, rows=total.rows, missing=missing)

    def _in_periods(self, row: Row, condition: Condition) -> Iterator[tuple[Event, int]]:
        """Give the rows that occurred in a period and for which the condition holds at its end."""
        for event, spans in self._engine.row_spans(row, condition):
            position = self._positions[event.occurred_on]
            if position != OUTSIDE and holds(spans, self._ends[position]):
                yield event, position

    def _sorted(self, found: Mapping[Cell, Any]) -> list[tuple[Cell, Any]]:
        """Put cells in the order of their dimensions, missing values last, and a subtotal after what it sums."""

        def place(item: tuple[Cell, Any]) -> tuple[tuple[int, int, str], ...]:
            ranked = zip(item[0], self._ranks, strict=False)
            return (
                *((1, 0, "") if label is None else (0, rank.get(label, len(rank)), label) for label, rank in ranked),
                (2, 0, ""),
            )

        return sorted(found.items(), key=place)


class _Positions(dict["date", int]):
    """The position of the period that each day falls into, or ``OUTSIDE``, worked out when first asked for."""

    def __init__(self, periods: Sequence[Period]) -> None:
        super().__init__()
        self._periods = periods
        self._ends = [period.end for period in periods]

    def __missing__(self, day: date) -> int:
        inside = self._periods[0].start <= day <= self._periods[-1].end
        self[day] = position = bisect_left(self._ends, day) if inside else OUTSIDE
        return position


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

    def merge(self, other: _Sum) -> None:
        self.value += other.value
        self.rows += other.rows
        self.missing += other.missing
