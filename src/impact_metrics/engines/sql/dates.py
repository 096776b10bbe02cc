"""The dates at which rules are evaluated: one, bound as a value, or the ends of several periods at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from impact_metrics.engines.sql.query import Query
    from impact_metrics.expressions import Row

END = "end no"
"""The column that says at which of several dates a row is visible: the space keeps it apart from every field."""


class Dates(Protocol):
    """Which events are visible, and how rows that are visible at one date are kept together."""

    def visible(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """Write the FROM clause of the visible events of a row's type, and the conditions that go with it."""
        ...

    def key(self, alias: str) -> list[str]:
        """Write the column that tells dates apart, or nothing where there is one date."""
        ...

    def together(self, one: str, other: str) -> list[str]:
        """Write the conditions that two rows are visible at the same date."""
        ...


class OneDate:
    """As at one date."""

    def __init__(self, query: Query, relation: Callable[[str], str], day: date) -> None:
        """Bind the date."""
        self._query = query
        self._relation = relation
        self._day = query.bind(day, "as_at")

    def visible(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """Write the type's own relation, with the condition that the event has occurred."""
        alias = self._query.dialect.quoted(row.name)
        occurred = f"{alias}.{self._query.dialect.quoted('occurred_on')} <= {self._day}"
        return f"{self._relation(row.record.name)} AS {alias}", (occurred,)

    def key(self, alias: str) -> list[str]:  # noqa: ARG002 - one date needs no key
        """Write nothing."""
        return []

    def together(self, one: str, other: str) -> list[str]:  # noqa: ARG002 - all rows are
        """Write nothing."""
        return []


class SeveralDates:
    """At several dates at once: each event stands once for every date at which it is visible."""

    def __init__(self, query: Query, relation: Callable[[str], str], days: Sequence[date]) -> None:
        """Bind the dates, numbered from 0: all but the first end a period that starts after the one before."""
        self._query = query
        self._relation = relation
        dialect = query.dialect
        starts = ["CAST(NULL AS DATE)", *(dialect.moved(query.bind(day, "end"), 1) for day in days[:-1])]
        bounds = enumerate(zip(days, starts, strict=True))
        rows = ", ".join(f"({number}, {query.bind(day, 'end')}, {start})" for number, (day, start) in bounds)
        self.ends = query.part(
            "period ends", f"SELECT * FROM (VALUES {rows}) AS ends({dialect.quoted(END)}, day, start)"
        )

    def visible(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """Write the join of the type's relation with the dates."""
        dialect = self._query.dialect
        end, occurred = dialect.quoted(END), dialect.quoted("occurred_on")
        return (
            f"(SELECT {self.ends}.{end}, seen.* FROM {self._relation(row.record.name)} AS seen "
            f"JOIN {self.ends} ON seen.{occurred} <= {self.ends}.day) AS {dialect.quoted(row.name)}"
        ), ()

    def key(self, alias: str) -> list[str]:
        """Write the number of the date."""
        return [f"{alias}.{self._query.dialect.quoted(END)}"]

    def together(self, one: str, other: str) -> list[str]:
        """Write that both have the same number."""
        end = self._query.dialect.quoted(END)
        return [f"{one}.{end} = {other}.{end}"]
