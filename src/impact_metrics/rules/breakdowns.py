"""Breakdowns: over which periods and by which dimensions a figure is reported, and by which events it is placed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.dimensions import Dimension, field_read
from impact_metrics.rules.periods import Period
from impact_metrics.rules.populations import Population, entering

if TYPE_CHECKING:
    from impact_metrics.expressions import FieldRef, Row


@attrs.frozen
class Breakdown:
    """Periods that follow each other, and dimensions; with ``every``, a subject is in each cell that it touches."""

    periods: tuple[Period, ...]
    by: tuple[Dimension, ...] = ()
    every: bool = False

    @property
    def ends(self) -> list[date]:
        """The last day of each period."""
        return [period.end for period in self.periods]

    @property
    def boundaries(self) -> list[date]:
        """The day before the first period, then the end of each."""
        return [self.periods[0].start - timedelta(days=1), *self.ends]


def placing_row(
    population: Population[Any], by: tuple[Dimension, ...], where: str
) -> tuple[Row | None, FieldRef | None]:
    """Find the index events that have what every dimension reads, and the field that holds the subject in them.

    Both are ``None`` where any index event will do. Raises ``RuleError`` where no index event has all that is read.
    """
    available = list(entering(population))
    read = [field for dimension in by if (field := field_read(dimension)) is not None]
    rows = {field.row for field in read}
    fitting = [distinct for distinct in available if rows <= {distinct.row}]
    if not fitting:
        wanted = ", ".join(sorted(str(field) for field in read))
        raise RuleError(
            f"the metric cannot be broken down by {wanted}: a subject enters it through "
            + " or ".join(sorted({str(distinct.row) for distinct in available})),
            where=where,
            hint="use fields of one of its index events",
        )
    return (fitting[0].row, fitting[0].subject) if rows else (None, None)


def check_row(row: Row, by: tuple[Dimension, ...], where: str) -> None:
    """Raise ``RuleError`` for a dimension that reads another row than the one that is summed or counted."""
    for field in map(field_read, by):
        if field is not None and field.row != row:
            raise RuleError(f"the metric reads {row}, and has no {field}", where=where)


def placed_by_any(population: Population[Any], row: Row | None) -> bool:
    """Tell whether a member may have no index event of the row asked for, and is then placed by any other."""
    return row is not None and any(distinct.row != row for distinct in entering(population))
