"""Times as SQL: for how many days each subject was watched from its entry on, and how that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.engines.sql.cohorts import CohortWriter, flags
from impact_metrics.rules.follow_up import FollowUp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from impact_metrics.engines.sql.query import Query, Statement
    from impact_metrics.rules.time_between import Timed

ENDINGS = ("ended", "not_yet", "lost")
"""The columns that say, by 0 and 1, how the time of a subject ended."""


class TimeWriter(CohortWriter):
    """Writes statements about the times of the members of a cohort as at one date."""

    def spells(self, measure: Timed, name: str) -> str:
        """Add the part that gives each subject with the day on which it entered, its days, and how they ended."""
        days_between = self.query.dialect.days_between
        watched = self._watched(measure, name)
        complete = f"WHEN until <= {self._day} THEN {measure.longest} " if isinstance(measure, FollowUp) else ""
        days = (
            f"CASE WHEN reached IS NOT NULL THEN {days_between('day', 'reached')} "
            f"WHEN gone IS NOT NULL THEN {days_between('day', 'gone')} {complete}"
            f"ELSE {days_between('day', self._day)} END"
        )
        endings = flags(
            ("reached IS NOT NULL", "reached IS NULL AND gone IS NULL", "reached IS NULL AND gone IS NOT NULL"), ENDINGS
        )
        return self.query.part(
            f"{name} spells", f"SELECT subject, day, {days} AS days, {endings}\nFROM {watched} AS watched"
        )

    def _watched(self, measure: Timed, name: str) -> str:
        """Add the part that gives each subject with its first outcome in time, and the day on which it was lost."""
        entries = self._entries(measure.cohort, None, f"{name} entries")
        followed = isinstance(measure, FollowUp)
        until = self.query.dialect.months_after("day", measure.months) if isinstance(measure, FollowUp) else "day"
        course = self.query.part(f"{name} course", f"SELECT subject, day, {until} AS until FROM {entries} AS entries")
        rows, _ = self._rows(measure.outcome, on=False)
        outcomes = self.query.part(f"{name} outcomes", rows)
        in_time = "inside.day > entry.day AND inside.day <= entry.until" if followed else "inside.day >= entry.day"
        reached = self.query.part(
            f"{name} reached",
            f"SELECT entry.subject, entry.day, entry.until, min(inside.day) AS reached\nFROM {course} AS entry\n"
            f"LEFT JOIN {outcomes} AS inside ON inside.subject = entry.subject AND {in_time}\n"
            "GROUP BY entry.subject, entry.day, entry.until",
        )
        if measure.lost is None:
            body = f"SELECT subject, day, until, reached, CAST(NULL AS DATE) AS gone\nFROM {reached} AS reached"
        else:
            lost = self._entries(measure.lost, None, f"{name} lost entries")
            by_then = " AND inside.day <= entry.until" if followed else ""
            body = (
                f"SELECT entry.subject, entry.day, entry.until, entry.reached, inside.day AS gone\n"
                f"FROM {reached} AS entry\nLEFT JOIN {lost} AS inside "
                f"ON inside.subject = entry.subject AND inside.day >= entry.day{by_then}"
            )
        return self.query.part(f"{name} watched", body)

    def life_table(self, measure: Timed, name: str) -> str:
        """Write how many subjects were watched for so many days, by how that ended."""
        return f"SELECT days, {_SUMS}\nFROM {self.spells(measure, name)} AS spells\nGROUP BY days\nORDER BY days"

    def life_tables(self, measure: Timed, name: str) -> str:
        """Write the same for each cell and period of entry."""
        spells = self.spells(measure, name)
        number = self.query.part(f"{name} numbered", f"SELECT *, {self._period('day')} AS number FROM {spells}")
        return self._levels(measure.cohort, number, name, "days", _SUMS)


_SUMS = ", ".join(f"sum({column}) AS {column}" for column in ENDINGS)


def life_table_statement(
    query: Query, relation: Callable[[str], str], day: date, measure: Timed, name: str
) -> Statement:
    """Write the statement for the life table of times at a date."""
    return query.statement(TimeWriter(query, relation, day).life_table(measure, name))
