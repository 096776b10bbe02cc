"""Books as SQL: members at the ends of all periods in one statement, with their cells; and sums by period and cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.sql.dates import END
from impact_metrics.engines.sql.labels import EVENT, Labels
from impact_metrics.engines.sql.measures import Measures
from impact_metrics.engines.sql.query import where
from impact_metrics.expressions import FieldRef
from impact_metrics.rules.breakdowns import placed_by_any, placing_row
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distincts, entering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from impact_metrics.engines.results import Cell
    from impact_metrics.engines.sql.dates import SeveralDates
    from impact_metrics.engines.sql.query import Query
    from impact_metrics.expressions import Row
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.measures import Lines, Subjects

_PLACES = "who is placed"


class BookWriter(Measures):
    """Writes the statements of books: dates are the day before the first period, then the end of each."""

    def __init__(
        self, query: Query, dates: SeveralDates, breakdown: Breakdown, relation: Callable[[str], str | None]
    ) -> None:
        """Keep the periods, and where events and persons are found."""
        super().__init__(query, dates)
        self._ends = dates.ends
        self._by = breakdown.by
        self._every = breakdown.every
        self._relation = relation
        self._end = query.dialect.quoted(END)

    # --- stocks

    def stocks(self, frame: Subjects, name: str) -> str:
        """Write, for each cell and end: how many members, how many came and will have gone, and how many are active."""
        population, by_latest = frame.population, frame.by_latest
        members = self.members(population, f"{name} members")
        active = self._active(population, f"{name} active")
        labels = self.labels(len(self._by))
        levels = [self._flow(0, f"SELECT {self._end}, subject FROM {members}", active)]
        if self._by:
            placed = self.placed(population, name, by_latest=by_latest)
            for depth in range(1, len(self._by) + 1):
                named = ", ".join(labels[:depth])
                levels.append(self._flow(depth, f"SELECT DISTINCT {self._end}, subject, {named} FROM {placed}", active))
        return "\nUNION ALL\n".join(levels)

    def labels(self, depth: int) -> list[str]:
        """Write the columns of the labels of so many dimensions."""
        return [self.query.dialect.quoted(f"label {number}") for number in range(1, depth + 1)]

    def padded(self, depth: int) -> list[str]:
        """Write the columns of labels, those that are summed over as NULL."""
        labels = self.labels(len(self._by))
        return [*labels[:depth], *(f"{self.query.dialect.text('NULL')} AS {label}" for label in labels[depth:])]

    def _flow(self, depth: int, base: str, active: str) -> str:
        end, labels = self._end, self.labels(depth)
        within = ", ".join([*labels, "subject"])
        return (
            f"SELECT {', '.join([f'{depth} AS depth', *self.padded(depth), end])}, count(*) AS members, "
            f"sum(CASE WHEN before = {end} - 1 THEN 0 ELSE 1 END) AS came, "
            f"sum(CASE WHEN after = {end} + 1 THEN 0 ELSE 1 END) AS went, sum(acts) AS active\nFROM (\n"
            f"  SELECT base.*, lag({end}) OVER ({self._window(within)}) AS before, "
            f"lead({end}) OVER ({self._window(within)}) AS after,\n"
            f"    CASE WHEN EXISTS (SELECT 1 FROM {active} AS acting WHERE acting.{end} = base.{end} "
            f"AND acting.subject = base.subject) THEN 1 ELSE 0 END AS acts\n"
            f"  FROM ({base}) AS base\n) AS stays\nGROUP BY {', '.join([*labels, end])}"
        )

    def _window(self, within: str) -> str:
        return f"PARTITION BY {within} ORDER BY {self._end}"

    def _active(self, population: Population[Any], name: str) -> str:
        """Add the part of subjects with an index event inside the period whose condition holds at its end."""
        selects: list[str] = []
        for distinct in entering(population):
            scope, subject = self.index(distinct, on=False)
            event = scope.alias(distinct.row)
            occurred = scope.column(FieldRef(distinct.row, "occurred_on"))
            within = f"{self._ends}.{self._end} = {event}.{self._end} AND {occurred} >= {self._ends}.start"
            selects.append(
                f"SELECT {event}.{self._end}, {subject} AS subject\nFROM {scope.source}\n"
                f"JOIN {self._ends} ON {within}{where(scope.where)}"
            )
        return self.query.part(name, "\nUNION ALL\n".join(selects))

    # --- placement

    def placed(self, population: Population[Any], name: str, *, by_latest: bool = False) -> str:
        """Add the part that gives each member at each end the labels of its cell, or of each cell it touches.

        The cell is that of the entry event, or of the latest one.
        """
        row, subject = placing_row(population, self._by, "breakdown")
        entries = (
            self._touched(population, row, f"{name} entries")
            if self._every
            else self.latest(population, f"{name} latest")
            if by_latest and isinstance(population, Distinct)
            else self.entries(population, row, f"{name} entries")
        )
        if placed_by_any(population, row):
            entries = self._by_any(entries, self.entries(population, None, f"{name} entries"), name)
        records = {distinct.row.record.name: distinct.row for distinct in distincts(population)}
        selects = [self._with_labels(entries, found, subject) for found in records.values()]
        return self.query.part(f"{name} placed", "\nUNION ALL\n".join(selects))

    def _by_any(self, own: str, others: str, name: str) -> str:
        """Place a member that has no event of the row asked for by any other."""
        end = self._end
        return self.query.part(
            f"{name} entries",
            f"SELECT * FROM {own}\nUNION ALL\nSELECT * FROM {others} AS other\nWHERE NOT EXISTS "
            f"(SELECT 1 FROM {own} AS own WHERE own.{end} = other.{end} AND own.subject = other.subject)",
        )

    def _with_labels(self, entries: str, row: Row, subject: FieldRef | None) -> str:
        """Write the labels of the entries through events of one type."""
        dialect, key = self.query.dialect, self.query.dialect.quoted("id")
        labels = Labels(self.query, self._relation, row.record, subject)
        columns, joins = [f"entry.{self._end}", "entry.subject"], list[str]()
        for number, dimension in enumerate(self._by, 1):
            found = labels.placing(dimension, number, every=self._every)
            columns.append(f"{found.text} AS {dialect.quoted(f'label {number}')}")
            joins += found.joins
        source = f"{entries} AS entry\nJOIN {self._relation(row.record.name)} AS {EVENT} ON {EVENT}.{key} = entry.event"
        return f"SELECT {', '.join(columns)}\nFROM {source}" + "".join(f"\n{join.strip()}" for join in joins)

    def entries(self, population: Population[Any], row: Row | None, name: str) -> str:
        """Add the part of entry events: end, subject, day, event. With ``row``, only its events place somebody."""
        match population:
            case Distinct():
                body = self._first(population) if row in {None, population.row} else self._nobody()
            case Both(items):
                body = self._within(self._picked(items, row, name, latest=True), population, name)
            case Either(items):
                body = self._picked(items, row, name, latest=False)
            case Without(base, _):
                body = self._within(f"SELECT * FROM {self.entries(base, row, name)}", population, name)
            case _:
                assert_never(population)
        return self.query.part(name, body)

    def latest(self, population: Distinct[Any], name: str) -> str:
        """Add the part of the latest index event of each member: end, subject, day, event."""
        rows, _ = self._rows(population, on=True)
        whose = f"{self._end}, subject"
        last = self._numbered(rows, whose, "day DESC, event DESC", 1, f"{whose}, day, event")
        return self.query.part(name, self._within(last, population, name))

    def _nobody(self) -> str:
        nothing = self.query.dialect.text("NULL")
        return (
            f"SELECT 0 AS {self._end}, {nothing} AS subject, CAST(NULL AS DATE) AS day, {nothing} AS event WHERE FALSE"
        )

    def _rows(self, population: Distinct[Any], *, on: bool) -> tuple[str, str]:
        """Write the index events of a population as entries, and the column of what tells them apart."""
        scope, subject = self.index(population, on=on)
        row = population.row
        columns = (
            f"{scope.alias(row)}.{self._end}, {subject} AS subject, "
            f"{scope.column(FieldRef(row, 'occurred_on'))} AS day, {scope.column(FieldRef(row, 'id'))} AS event"
        )
        value = "" if population.on is None else f", {scope.column(population.on)} AS apart"
        return f"SELECT {columns}{value}\nFROM {scope.source}{where(scope.where)}", value

    def _first(self, population: Distinct[Any]) -> str:
        """Write the index events that complete memberships: the n-th of a subject, or that of the n-th value."""
        rows, value = self._rows(population, on=True)
        whose = f"{self._end}, subject"
        if value and population.minimum > 1:
            rows = self._numbered(rows, f"{whose}, apart", "day, event", 1, f"{whose}, day, event")
        return self._numbered(rows, whose, "day, event", population.minimum, f"{whose}, day, event")

    def _numbered(self, rows: str, within: str, order: str, number: int, kept: str) -> str:
        """Write the rows that are the n-th of those that belong together."""
        place = self.query.dialect.quoted("in line")
        inner = "\n".join(f"  {line}" for line in rows.split("\n"))
        return (
            f"SELECT {kept} FROM (\n  SELECT rows.*, "
            f"row_number() OVER (PARTITION BY {within} ORDER BY {order}) AS {place}\n"
            f"  FROM (\n  {inner}\n  ) AS rows\n) AS ranked\nWHERE {place} = {number}"
        )

    def _picked(self, items: Sequence[Population[Any]], row: Row | None, name: str, *, latest: bool) -> str:
        parts = [self.entries(item, row, name) for item in items]
        every = "\nUNION ALL\n".join(f"SELECT * FROM {part}" for part in parts)
        whose, order = f"{self._end}, subject", "day DESC, event DESC" if latest else "day, event"
        return self._numbered(every, whose, order, 1, f"{whose}, day, event")

    def _within(self, entries: str, population: Population[Any], name: str) -> str:
        members = self.members(population, f"{name} members")
        end = self._end
        return (
            f"SELECT entry.* FROM (\n{entries}\n) AS entry\nWHERE EXISTS (SELECT 1 FROM {members} AS inside "
            f"WHERE inside.{end} = entry.{end} AND inside.subject = entry.subject)"
        )

    def _touched(self, population: Population[Any], row: Row | None, name: str) -> str:
        """Add the part of every index event of each member."""
        selects: list[str] = []
        for distinct in distincts(population):
            if row in {None, distinct.row}:
                rows, _ = self._rows(distinct, on=False)
                selects.append(f"SELECT {self._end}, subject, day, event FROM (\n{rows}\n) AS rows")
        return self.query.part(name, self._within("\nUNION ALL\n".join(selects) or self._nobody(), population, name))

    # --- sums

    def sums(self, lines: Lines, name: str) -> str:
        """Write, for each cell and period: the sum, the number of rows, and how many of these have a number."""
        row = lines.row
        scope = self.fitting(row, lines.condition)
        event = scope.alias(row)
        number = "1" if lines.number is None else scope.column(lines.number)
        within = (
            f"{self._ends}.{self._end} = {event}.{self._end} "
            f"AND {scope.column(FieldRef(row, 'occurred_on'))} >= {self._ends}.start"
        )
        key = scope.column(FieldRef(row, "id"))
        summed = self.query.part(
            f"{name} rows",
            f"SELECT {event}.{self._end}, {key} AS event, {key} AS subject, {number} AS number\nFROM {scope.source}\n"
            f"JOIN {self._ends} ON {within}{where(scope.where)}",
        )
        total = "sum(number)" if lines.number is None else self.sum(lines.number, "number")
        levels = [self._summed(0, f"SELECT {self._end}, number FROM {summed}", total)]
        if self._by:
            placed = self.query.part(f"{name} placed", self._with_labels(summed, row, None))
            for depth in range(1, len(self._by) + 1):
                named = ", ".join(self.labels(depth))
                base = (
                    f"SELECT cells.{self._end}, number, {named} FROM (SELECT DISTINCT {self._end}, subject, {named} "
                    f"FROM {placed}) AS cells JOIN {summed} AS summed "
                    f"ON summed.{self._end} = cells.{self._end} AND summed.subject = cells.subject"
                )
                levels.append(self._summed(depth, base, total))
        return "\nUNION ALL\n".join(levels)

    def _summed(self, depth: int, base: str, total: str) -> str:
        labels = self.labels(depth)
        return (
            f"SELECT {', '.join([f'{depth} AS depth', *self.padded(depth), self._end])}, {total} AS total, "
            f"count(*) AS rows, count(number) AS numbers\nFROM ({base}) AS rows\n"
            f"GROUP BY {', '.join([*labels, self._end])}"
        )


def by_cell(rows: Iterable[tuple[Any, ...]], dimensions: int) -> dict[Cell, dict[int, tuple[Any, ...]]]:
    """Sort the rows of a statement by cell and end."""
    cells: dict[Cell, dict[int, tuple[Any, ...]]] = {}
    for depth, *rest in rows:
        cell = tuple(rest[:depth])
        cells.setdefault(cell, {})[rest[dimensions]] = tuple(rest[dimensions + 1 :])
    return cells
