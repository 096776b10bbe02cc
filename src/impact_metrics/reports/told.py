"""The parts of figures as columns of a table: one a part, under the name that it has everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.reports.table import Column, exactly
from impact_metrics.rules.measures.parts import VALUE, PartUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from impact_metrics.rules.measures import Measure
    from impact_metrics.rules.measures.parts import Part, Value

_DECIMAL = frozenset({PartUnit.PARTS_OF_ONE, PartUnit.POINTS})


def part_columns(measures: Iterable[Measure], *, leaving_out: Iterable[str] = (VALUE,)) -> tuple[Column, ...]:
    """Give a column for each part that any of some measures tells, in the order of their declarations."""
    found: dict[str, Part] = {}
    for measure in measures:
        for part in measure.parts:
            found.setdefault(part.name, part)
    return tuple(
        Column(part.name, "decimal" if part.unit in _DECIMAL else "integer", part.meaning)
        for part in found.values()
        if part.name not in leaving_out
    )


def part_values(columns: Sequence[Column], told: Mapping[str, Value]) -> tuple[Value, ...]:
    """Give the values of columns; those of parts that a figure does not have are missing."""
    return tuple(told.get(column.name) for column in columns)


def value_column(doc: str, values: Iterable[int | Decimal | None]) -> Column:
    """Give the column of figures: of decimals where one of them is no whole number."""
    return exactly(Column(VALUE, "integer", doc), values)
