"""Books of shares as SQL: who entered the denominator in which period, and what has become of them by one date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.engines.sql.books import BookWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from impact_metrics.engines.sql.dates import SeveralDates
    from impact_metrics.engines.sql.query import Query
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.measures import Share
    from impact_metrics.rules.periods import Period


class CohortWriter(BookWriter):
    """Writes one statement for all cohorts: its one date is that of the report."""

    def __init__(
        self, query: Query, dates: SeveralDates, breakdown: Breakdown, relation: Callable[[str], str | None]
    ) -> None:
        """Keep the periods in which subjects enter."""
        super().__init__(query, dates, breakdown, relation)
        self._periods = breakdown.periods

    def cohorts(self, measure: Share, name: str) -> str:
        """Write, for each cell and period: how many are in the numerator, in the denominator, and not known."""
        entries = self._entries(measure.denominator, None, f"{name} entries")
        columns = [f"entry.subject, {self._period('entry.day')} AS number"]
        parts = [(measure.inside, "numerator"), (measure.undecided, "unknown")]
        for population, what in parts:
            if population is not None:
                members = self.members(population, f"{name} {what}")
                found = f"SELECT 1 FROM {members} AS inside WHERE inside.subject = entry.subject"
                columns.append(f"CASE WHEN EXISTS ({found}) THEN 1 ELSE 0 END AS {what}")
        standing = self.query.part(f"{name} standing", f"SELECT {', '.join(columns)}\nFROM {entries} AS entry")
        unknown = [] if measure.undecided is None else ["sum(unknown) AS unknown"]
        counted = ", ".join(["sum(numerator) AS numerator", "count(*) AS denominator", *unknown])
        levels = [self._cohort(0, counted, standing)]
        if self._by:
            placed = self.placed(measure.denominator, name)
            levels += [self._cohort(depth, counted, standing, placed) for depth in range(1, len(self._by) + 1)]
        return "\nUNION ALL\n".join(levels)

    def _period(self, day: str) -> str:
        """Write the number of the period in which a day falls; in none, NULL."""
        cases = " ".join(self._case(number, period, day) for number, period in enumerate(self._periods))
        return f"CASE {cases} END"

    def _case(self, number: int, period: Period, day: str) -> str:
        start, end = self.query.bind(period.start, "start"), self.query.bind(period.end, "end")
        return f"WHEN {day} BETWEEN {start} AND {end} THEN {number}"

    def _cohort(self, depth: int, counted: str, standing: str, placed: str = "") -> str:
        labels = self._labels(depth)
        cells = f"(SELECT DISTINCT subject, {', '.join(labels)} FROM {placed})" if placed else ""
        joined = f" JOIN {cells} AS cells ON cells.subject = found.subject" if placed else ""
        return (
            f"SELECT {', '.join([f'{depth} AS depth', *self._padded(depth), 'number'])}, {counted}\n"
            f"FROM {standing} AS found{joined}\nWHERE number IS NOT NULL\n"
            f"GROUP BY {', '.join([*labels, 'number'])}"
        )
