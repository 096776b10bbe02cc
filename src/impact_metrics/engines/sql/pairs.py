"""Paired change as SQL: the score before and the score after of each subject, and how many have which two.

Scores are compared and subtracted in Python, exactly: databases differ in how many places a difference of decimals has.
Only the one statement that gives a figure to people who run it by hand subtracts them itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.cohorts import CohortWriter
from impact_metrics.engines.sql.query import where
from impact_metrics.expressions import FieldRef

if TYPE_CHECKING:
    from impact_metrics.rules.paired_change import PairedChange
    from impact_metrics.rules.populations import Distinct

TOLD = ("improved", "paired", "worsened", "before only", "after only", "unscored")
"""The columns of the one statement for a figure."""

_SCORES = "first_score, last_score"


class PairWriter(CohortWriter):
    """Writes statements about the two scores of each subject, as at one date."""

    def pairs(self, measure: PairedChange, name: str, *, days: bool = False) -> str:
        """Add the part that gives each subject with its two scores, and with the day on which it entered if asked."""
        entries = (
            self._entries(measure.cohort, None, f"{name} entries")
            if days
            else self.members(measure.everybody, f"{name} subjects")
        )
        higher = measure.scale.better == "higher"
        start = self._scores(measure, measure.scored_before, f"{name} before", "min", "max" if higher else "min")
        finish = self._scores(measure, measure.scored_after, f"{name} after", "max", "min" if higher else "max")
        return self.query.part(
            f"{name} pairs",
            f"SELECT entry.subject,{' entry.day,' if days else ''} start.score AS first_score,\n"
            "  CASE WHEN start.day IS NULL OR finish.day > start.day THEN finish.score END AS last_score\n"
            f"FROM {entries} AS entry\nLEFT JOIN {start} AS start ON start.subject = entry.subject\n"
            f"LEFT JOIN {finish} AS finish ON finish.subject = entry.subject",
        )

    def _scores(self, measure: PairedChange, population: Distinct[Any], name: str, day: str, score: str) -> str:
        """Add the part of one score a subject: that of its earliest or latest day, of several the best or worst."""
        scope, subject = self.index(population)
        columns = (
            f"{subject} AS subject, {scope.column(FieldRef(population.row, 'occurred_on'))} AS day, "
            f"{scope.column(measure.score)} AS score"
        )
        rows = self.query.part(f"{name} rows", f"SELECT {columns}\nFROM {scope.source}{where(scope.where)}")
        days = self.query.part(f"{name} day", f"SELECT subject, {day}(day) AS day FROM {rows} GROUP BY subject")
        return self.query.part(
            name,
            f"SELECT scored.subject, scored.day, {score}(scored.score) AS score\nFROM {rows} AS scored\n"
            f"JOIN {days} AS chosen ON chosen.subject = scored.subject AND chosen.day = scored.day\n"
            "GROUP BY scored.subject, scored.day",
        )

    def transitions(self, measure: PairedChange, name: str) -> str:
        """Write how many subjects have which two scores."""
        return f"SELECT {_SCORES}, count(*) FROM {self.pairs(measure, name)} GROUP BY {_SCORES}"

    def told(self, measure: PairedChange, name: str) -> list[str]:
        """Write the numbers of a figure, as the values of one statement."""
        part = self.pairs(measure, name)
        least = self.query.bind(measure.at_least, "least_change")
        up, down = "last_score - first_score", "first_score - last_score"
        better, worse = (up, down) if measure.scale.better == "higher" else (down, up)
        both = "first_score IS NOT NULL AND last_score IS NOT NULL"
        conditions = (
            f"{better} >= {least}",
            both,
            f"{worse} >= {least}",
            "first_score IS NOT NULL AND last_score IS NULL",
            "first_score IS NULL AND last_score IS NOT NULL",
            "first_score IS NULL AND last_score IS NULL",
        )
        return [f"(SELECT count(*) FROM {part} WHERE {condition})" for condition in conditions]

    def changes(self, measure: PairedChange, name: str) -> str:
        """Write, for each cell and period of entry, how many subjects have which two scores."""
        pairs = self.pairs(measure, name, days=True)
        number = self.query.part(f"{name} cohorts", f"SELECT *, {self._period('day')} AS number FROM {pairs}")
        return self._levels(measure.cohort, number, name, _SCORES, "count(*) AS subjects")
