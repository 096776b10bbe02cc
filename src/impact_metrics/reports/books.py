"""The books: every figure period by period and cell by cell, and balancing."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.engines.spans.cells import Cell, cells, reader
from impact_metrics.engines.spans.flows import Flow, flows
from impact_metrics.engines.spans.intervals import NEVER, holds, union
from impact_metrics.engines.spans.placement import placed, touched
from impact_metrics.errors import RuleError
from impact_metrics.reports.table import Column, Table
from impact_metrics.rules import Count, Invariant, Metric, RowCount, Subset, Total
from impact_metrics.rules.dimensions import Dimension, field_read
from impact_metrics.rules.measures import Rows
from impact_metrics.rules.periods import Period, check_contiguous
from impact_metrics.rules.populations import Population, entering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from impact_metrics.engines.spans import SpansEngine
    from impact_metrics.engines.spans.intervals import Spans
    from impact_metrics.expressions import Condition, FieldRef, Row
    from impact_metrics.streams import KnownView

ALL = "all"
"""What stands in a dimension's column in the lines that sum over it."""


@attrs.frozen(kw_only=True)
class Line:
    """One metric in one period and cell.

    Counts of subjects are stocks: ``opening + entered - left = closing``, and ``active`` are the members at the end
    with an index event inside the period. Totals and row counts are flows: ``value`` over the rows that occurred in the
    period, with how many ``rows`` that were and in how many the number is ``missing``.
    """

    metric: Metric
    period: Period
    cell: Cell
    flow: Flow | None = None
    active: int | None = None
    value: int | Decimal
    rows: int | None = None
    missing: int | None = None

    def __attrs_post_init__(self) -> None:
        """The books balance, or there is no line."""
        flow = self.flow
        if flow is not None and flow.opening + flow.entered - flow.left != flow.closing:
            raise AssertionError(f"{self.metric} in {self.period} does not balance: {flow}")


@attrs.frozen(kw_only=True)
class Books:
    """Lines for metrics, periods and cells. ``every`` tells that cells overlap and need not add up to the whole."""

    periods: tuple[Period, ...]
    by: tuple[Dimension, ...]
    every: bool
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """One period's closing is the next one's opening, in every cell, or there are no books."""
        closings: dict[tuple[str, Cell], int] = {}
        for line in self.lines:
            if line.flow is not None:
                key = line.metric.id, line.cell
                if closings.get(key, line.flow.opening) != line.flow.opening:
                    raise AssertionError(f"{line.metric} opens {line.period} with another figure than it closed before")
                closings[key] = line.flow.closing

    def of(self, metric_id: str) -> tuple[Line, ...]:
        """Give the lines of one metric."""
        return tuple(line for line in self.lines if line.metric.id == metric_id)

    @property
    def table(self) -> Table:
        """The books as a table, one row a line; see the documentation of its columns."""
        dimensions = tuple(Column(str(item), "text", f"the cell by {item}; 'all' sums over it") for item in self.by)
        rows = tuple(_table_row(line) for line in self.lines)
        exact = any(isinstance(line.value, Decimal) for line in self.lines)
        figures = tuple(
            attrs.evolve(column, kind="decimal") if exact and column.name == "value" else column for column in _FIGURES
        )
        return Table((*_HEAD, *dimensions, *figures), rows)

    def __str__(self) -> str:
        """Lay the books out for a terminal, one table a metric."""
        return "\n\n".join([*self._texts(), *self.notes])

    def _texts(self) -> Iterator[str]:
        for metric in {line.metric.id: line.metric for line in self.lines}.values():
            table = Books(periods=self.periods, by=self.by, every=self.every, lines=self.of(metric.id)).table
            kept = [
                position
                for position, column in enumerate(table.columns)
                if column.name not in {"metric", "version", "unit", "start", "end"}
                and any(row[position] is not None for row in table.rows)
            ]
            narrow = Table(
                tuple(table.columns[position] for position in kept),
                tuple(tuple(row[position] for position in kept) for row in table.rows),
            )
            overlap = "; cells overlap and need not add up" if self.every and self.by else ""
            yield f"{metric.title} ({metric.unit}; {metric}{overlap})\n\n{narrow}"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def surprises(books: Books, invariants: Sequence[Invariant]) -> tuple[str, ...]:
    """Say where a part gained more in a period than the whole it is within, and why that is no error."""
    gained = {
        (line.metric.id, line.period.label): line.flow.entered
        for line in books.lines
        if line.flow is not None and set(line.cell) <= {ALL}
    }
    return tuple(
        f"note: in {period.label} more entered {invariant.part} ({part:,}) than {invariant.whole} ({whole:,}). This is "
        f"no error: {invariant.part} is within {invariant.whole} to date, and a person can enter the two in different "
        "periods"
        for invariant in invariants
        if isinstance(invariant, Subset)
        for period in books.periods
        if (part := gained.get((invariant.part, period.label), 0))
        > (whole := gained.get((invariant.whole, period.label), part))
    )


_HEAD = (
    Column("metric", "text", "the id of the metric"),
    Column("version", "text", "the version of its definition"),
    Column("unit", "text", "what one of the figure is, in the plural"),
    Column("period", "text", "the name of the period"),
    Column("start", "date", "the first day of the period"),
    Column("end", "date", "the last day of the period"),
)
_FIGURES = (
    Column("opening", "integer", "members on the day before the period starts"),
    Column("entered", "integer", "members at the end who were none before the start"),
    Column("left", "integer", "members before the start who are none at the end"),
    Column("closing", "integer", "members at the end of the period"),
    Column("active", "integer", "members at the end with an index event inside the period"),
    Column("value", "integer", "the closing of a count; the sum or number of rows that occurred in the period"),
    Column("rows", "integer", "for totals and row counts: how many rows stand behind the value"),
    Column("missing", "integer", "for totals: how many of these rows have no number"),
)


def _table_row(line: Line) -> tuple[Any, ...]:
    period, flow = line.period, line.flow
    head = (line.metric.id, line.metric.version, line.metric.unit.plural, period.label, period.start, period.end)
    cell = tuple("unknown" if label is None else label for label in line.cell)
    stock = (None,) * 4 if flow is None else (flow.opening, flow.entered, flow.left, flow.closing)
    return (*head, *cell, *stock, line.active, line.value, line.rows, line.missing)


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
        self._boundaries = [_day_before(periods[0].start), *self._ends]

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
        for cell, memberships in [*_sorted(self._cells(metric, population)), *members.items()]:
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
        place = touched if self._every else placed
        read = cells([reader(item, subject_field, self._view.persons) for item in self._by], every=self._every)
        found: dict[Cell, dict[str, Spans]] = {}
        for subject, entries in place(self._engine, population, row).items():
            for event, spans in entries:
                for cell in read(event, subject):
                    for length in range(1, len(cell) + 1):
                        home = found.setdefault(cell[:length], {})
                        home[subject] = union(home.get(subject, NEVER), spans)
        return found

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
        for cell, by_period in [*_sorted(sums), ((), whole)]:
            full = (*cell, *[ALL] * (len(self._by) - len(cell)))
            for period, total in zip(self._periods, by_period, strict=True):
                missing = None if number is None else total.missing
                yield Line(metric=metric, period=period, cell=full, value=total.value, rows=total.rows, missing=missing)

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


def _sorted(found: Mapping[Cell, Any]) -> list[tuple[Cell, Any]]:
    """Put cells in the order of their labels, missing values after others, and a subtotal after what it sums."""
    return sorted(
        found.items(), key=lambda item: (*tuple((label is None, label or "") for label in item[0]), (True, "\uffff"))
    )


def _day_before(day: date) -> date:
    return day - timedelta(days=1) if day > date.min else day
