"""The books: every figure period by period and cell by cell, and balancing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines import Cell, Flow
from impact_metrics.reports.results import HasFigure
from impact_metrics.reports.table import Column, Table, Tabular
from impact_metrics.reports.told import part_columns, part_values, value_column
from impact_metrics.rules import Invariant, Metric, Subset
from impact_metrics.rules.dimensions import Dimension
from impact_metrics.rules.labels import UNKNOWN
from impact_metrics.rules.measures import Figure
from impact_metrics.rules.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ALL = "all"
"""What stands in a dimension's column in the lines that sum over it."""


@attrs.frozen(kw_only=True)
class Line(HasFigure):
    """One metric in one period and cell.

    Counts of subjects are stocks: ``opening + entered - left = closing``, and ``active`` are the members at the end
    with an index event inside the period. Totals and row counts are flows: over the rows that occurred in the period.
    All other figures are of those who entered in the period, and have no value where nobody did.
    """

    metric: Metric
    period: Period
    cell: Cell
    figure: Figure
    flow: Flow | None = None
    active: int | None = None

    def __attrs_post_init__(self) -> None:
        """The books balance, or there is no line."""
        flow = self.flow
        if flow is not None and flow.opening + flow.entered - flow.left != flow.closing:
            raise AssertionError(f"{self.metric} in {self.period} does not balance: {flow}")


@attrs.frozen(kw_only=True)
class Books(Tabular):
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
        behind = part_columns(
            metric.measure for metric in {line.metric.id: line.metric for line in self.lines}.values()
        )
        rows = tuple(_table_row(line, behind) for line in self.lines)
        figures = (*_FLOW, value_column(_VALUE, (line.value for line in self.lines)), *behind)
        return Table((*_HEAD, *dimensions, *figures), rows)

    def __str__(self) -> str:
        """Lay the books out for a terminal, one table a metric."""
        return "\n\n".join([*self._texts(), *self.notes])

    def _texts(self) -> Iterator[str]:
        for metric in {line.metric.id: line.metric for line in self.lines}.values():
            table = Books(periods=self.periods, by=self.by, every=self.every, lines=self.of(metric.id)).table
            narrow = table.without({"metric", "version", "unit", "start", "end"})
            overlap = "; cells overlap and need not add up" if self.every and self.by else ""
            yield f"{metric.title} ({metric.unit}; {metric}{overlap})\n\n{narrow}"


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
_FLOW = (
    Column("opening", "integer", "members on the day before the period starts"),
    Column("entered", "integer", "members at the end who were none before the start"),
    Column("left", "integer", "members before the start who are none at the end"),
    Column("closing", "integer", "members at the end of the period"),
    Column("active", "integer", "members at the end with an index event inside the period"),
)
_VALUE = (
    "the closing of a count; the sum or number of rows that occurred in the period; the share, or the median time in "
    "days, of those who entered"
)


def _table_row(line: Line, behind: Sequence[Column]) -> tuple[Any, ...]:
    period, flow = line.period, line.flow
    head = (line.metric.id, line.metric.version, line.metric.unit.plural, period.label, period.start, period.end)
    cell = tuple(UNKNOWN if label is None else label for label in line.cell)
    stock = (None,) * 4 if flow is None else (flow.opening, flow.entered, flow.left, flow.closing)
    return (*head, *cell, *stock, line.active, line.value, *part_values(behind, line.told))
