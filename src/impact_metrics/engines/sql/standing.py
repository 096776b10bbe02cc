"""Books of populations that nobody leaves: read off the dates since when each subject is a member."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.results import Flow, Stock
from impact_metrics.engines.sql.books import BookWriter
from impact_metrics.engines.sql.dates import OneDate, SeveralDates
from impact_metrics.engines.sql.since import SinceWhen, enters_by_days, stays
from impact_metrics.rules.breakdowns import placed_by_any, placing_row
from impact_metrics.rules.populations import entering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from impact_metrics.engines.results import Cell
    from impact_metrics.engines.sql.query import Query
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.populations import Population


def can_stand(population: Population[Any], breakdown: Breakdown) -> bool:
    """Tell whether nobody leaves the population, nor the cell in which the breakdown places them."""
    if not breakdown.by:
        return stays(population)
    if breakdown.every or not enters_by_days(population):
        return False
    row, _ = placing_row(population, breakdown.by, "breakdown")
    return not placed_by_any(population, row)


class StandingBooks:
    """Writes one statement for all ends: who came in which period, and who was active in it."""

    def __init__(self, query: Query, relation: Callable[[str], str | None], breakdown: Breakdown) -> None:
        """Take what has occurred by the last end; the dates since when tell of every end before."""
        self._query = query
        self._breakdown = breakdown
        self._by = breakdown.by
        last = breakdown.boundaries[-1]
        self._since = SinceWhen(query, OneDate(query, lambda name: relation(name) or "", last))
        self._placing = (
            BookWriter(query, SeveralDates(query, lambda name: relation(name) or "", [last]), breakdown, relation)
            if self._by
            else None
        )

    def stocks(self, population: Population[Any], name: str) -> str:
        """Write, for each cell and end: how many came by then who were not there before, and how many are active."""
        since = self._since.since(population, name)
        end = self._end("since")
        came = self._query.part(f"{name} came", f"SELECT subject, {end} AS number FROM {since}")
        active = self._active(population, came, name)
        levels = [self._level(0, came, active)]
        if self._placing is not None:
            placed = self._placing.placed(population, name)
            levels += [self._level(depth, came, active, placed) for depth in range(1, len(self._by) + 1)]
        return "\nUNION ALL\n".join(levels)

    def _end(self, day: str) -> str:
        """Write the number of the first end that is not before a day."""
        cases = [
            f"WHEN {day} <= {self._query.bind(end, 'end')} THEN {number}"
            for number, end in enumerate(self._breakdown.boundaries)
        ]
        return f"CASE {' '.join(cases)} END"

    def _active(self, population: Population[Any], came: str, name: str) -> str:
        """Add the part of subjects with an index event inside a period that fits at its end, as they do."""
        selects = [
            f"SELECT subject, {self._end('day')} AS number, {self._end('since')} AS fits "
            f"FROM {self._since.index_rows(distinct, name)}"
            for distinct in entering(population)
        ]
        every = "\nUNION ALL\n".join(selects)
        return self._query.part(
            f"{name} active",
            f"SELECT DISTINCT acts.subject, acts.number FROM (\n{every}\n) AS acts\n"
            f"JOIN {came} AS came ON came.subject = acts.subject AND came.number <= acts.number\n"
            f"WHERE acts.number > 0 AND acts.fits <= acts.number",
        )

    def _level(self, depth: int, came: str, active: str, placed: str = "") -> str:
        labels = [self._query.dialect.quoted(f"label {number}") for number in range(1, len(self._by) + 1)]
        shown = [*labels[:depth], *(f"{self._query.dialect.text('NULL')} AS {label}" for label in labels[depth:])]
        joined = f" JOIN {placed} AS placed ON placed.subject = found.subject" if placed else ""
        return "\nUNION ALL\n".join(
            f"SELECT {', '.join([f'{depth} AS depth', *shown, 'number'])}, {counted}\nFROM {part} AS found{joined}\n"
            f"GROUP BY {', '.join([*labels[:depth], 'number'])}"
            for part, counted in ((came, "count(*) AS came, 0 AS active"), (active, "0 AS came, count(*) AS active"))
        )


def standing(rows: Iterable[tuple[Any, ...]], breakdown: Breakdown) -> dict[Cell, Stock]:
    """Balance the stocks of cells from who came in each period."""
    ends = len(breakdown.boundaries)
    came: dict[Cell, list[int]] = {(): [0] * ends}
    active: dict[Cell, list[int]] = {}
    for depth, *rest in rows:
        cell, (number, entered, acting) = tuple(rest[:depth]), rest[len(breakdown.by) :]
        came.setdefault(cell, [0] * ends)[number] += entered
        active.setdefault(cell, [0] * ends)[number] += acting
    found: dict[Cell, Stock] = {}
    for cell, entered in came.items():
        stock = list(accumulate(entered))
        flows = tuple(Flow(stock[end - 1], entered[end], 0, stock[end]) for end in range(1, ends))
        found[cell] = Stock(flows, tuple(active.get(cell, [0] * ends)[1:]))
    return found
