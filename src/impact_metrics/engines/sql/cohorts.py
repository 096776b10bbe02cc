"""Shares, rates and funnels as SQL: where each subject stands at one date, and who entered in which period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.sql.books import BookWriter
from impact_metrics.engines.sql.dates import SeveralDates
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.measures import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from impact_metrics.engines.sql.query import Query
    from impact_metrics.rules.periods import Period
    from impact_metrics.rules.populations import Population

COUNTED = ("numerator", "denominator", "unknown", "not_yet_due", "early", "lost")
"""The columns that say, by 0 and 1, where a subject stands: those not yet due with the outcome are also early."""


def columns(measure: Share | FollowUp | Funnel) -> tuple[str, ...]:
    """Give the columns that say, by 0 and 1, where a subject stands; of a funnel, one for each stage."""
    if isinstance(measure, Funnel):
        return tuple(f"stage_{number}" for number in range(1, len(measure.stages) + 1))
    return COUNTED


class CohortWriter(BookWriter):
    """Writes statements about the members of a population as at one date."""

    def __init__(
        self, query: Query, relation: Callable[[str], str | None], day: date, breakdown: Breakdown | None = None
    ) -> None:
        """Keep the date, and the periods in which subjects enter."""
        dates = SeveralDates(query, lambda name: relation(name) or "", [day])
        super().__init__(query, dates, breakdown or Breakdown(()), relation)
        self._day = query.bind(day, "as_at")
        self._periods = () if breakdown is None else breakdown.periods

    # --- where each subject stands

    def standing(self, measure: Share | FollowUp | Funnel, name: str) -> str:
        """Add the part that gives each subject with the day on which it entered, and where it stands."""
        match measure:
            case Share():
                return self._in_share(measure, name)
            case FollowUp():
                return self._followed_up(measure, name)
            case Funnel():
                return self._through(measure, name)
            case _:
                assert_never(measure)

    def _in_share(self, measure: Share, name: str) -> str:
        entries = self._entries(measure.denominator, None, f"{name} entries")
        has = f"EXISTS (SELECT 1 FROM {self.members(measure.inside, f'{name} numerator')} AS inside WHERE {_SAME})"
        unknown = "FALSE"
        if measure.undecided is not None:
            members = self.members(measure.undecided, f"{name} unknown")
            unknown = f"EXISTS (SELECT 1 FROM {members} AS inside WHERE {_SAME})"
        written = flags((has, "TRUE", unknown, "FALSE", "FALSE", "FALSE"), COUNTED)
        return self.query.part(
            f"{name} standing", f"SELECT entry.subject, entry.day, {written}\nFROM {entries} AS entry"
        )

    def _through(self, measure: Funnel, name: str) -> str:
        entries = self._entries(measure.denominator, None, f"{name} entries")
        within = ["TRUE"]
        for number, stage in enumerate(measure.nested[1:], 2):
            members = self.members(stage, f"{name} stage {number}")
            within.append(f"EXISTS (SELECT 1 FROM {members} AS inside WHERE {_SAME})")
        written = flags(within, columns(measure))
        return self.query.part(
            f"{name} standing", f"SELECT entry.subject, entry.day, {written}\nFROM {entries} AS entry"
        )

    def _followed_up(self, measure: FollowUp, name: str) -> str:
        entries = self._entries(measure.cohort, None, f"{name} entries")
        rows, _ = self._rows(measure.outcome, on=False)
        outcomes = self.query.part(f"{name} outcomes", rows)
        until = self.query.dialect.months_after("day", measure.months)
        followed = self.query.part(f"{name} course", f"SELECT subject, day, {until} AS until FROM {entries} AS entries")
        within = "inside.day > entry.day AND inside.day <= entry.until"
        found = [
            f"EXISTS (SELECT 1 FROM {outcomes} AS inside WHERE {_SAME} AND {within}) AS has",
            f"entry.until <= {self._day} AS due",
            "FALSE AS gone"
            if measure.lost is None
            else f"EXISTS (SELECT 1 FROM {self.members(measure.lost, f'{name} lost')} AS inside WHERE {_SAME}) AS gone",
        ]
        seen = self.query.part(
            f"{name} seen", f"SELECT entry.subject, entry.day, {', '.join(found)}\nFROM {followed} AS entry"
        )
        written = flags(
            (
                "due AND has",
                "due AND (has OR NOT gone)",
                "FALSE",
                "NOT due",
                "NOT due AND has",
                "due AND gone AND NOT has",
            ),
            COUNTED,
        )
        return self.query.part(f"{name} standing", f"SELECT subject, day, {written}\nFROM {seen} AS seen")

    def numbers(self, measure: FollowUp, name: str) -> list[str]:
        """Write how many subjects stand where, as the values of one statement."""
        standing = self.standing(measure, name)
        return [f"(SELECT coalesce(sum({column}), 0) FROM {standing})" for column in COUNTED]

    # --- books

    def cohorts(self, measure: Share | FollowUp | Funnel, name: str) -> str:
        """Write, for each cell and period of entry, how many subjects stand where."""
        standing = self.standing(measure, name)
        number = self.query.part(f"{name} cohorts", f"SELECT *, {self._period('day')} AS number FROM {standing}")
        counted = ", ".join(f"sum({column}) AS {column}" for column in columns(measure))
        population = measure.cohort if isinstance(measure, FollowUp) else measure.denominator
        return self._levels(population, number, name, "", counted)

    def _levels(self, population: Population[Any], found: str, name: str, apart: str, counted: str) -> str:
        """Write what is counted for each cell of each depth and period; ``apart`` are columns told apart besides."""
        levels = [self._cohort(0, found, apart, counted)]
        if self._by:
            placed = self.placed(population, name)
            levels += [self._cohort(depth, found, apart, counted, placed) for depth in range(1, len(self._by) + 1)]
        return "\nUNION ALL\n".join(levels)

    def _period(self, day: str) -> str:
        """Write the number of the period in which a day falls; in none, NULL."""
        cases = " ".join(self._case(number, period, day) for number, period in enumerate(self._periods))
        return f"CASE {cases} END"

    def _case(self, number: int, period: Period, day: str) -> str:
        start, end = self.query.bind(period.start, "start"), self.query.bind(period.end, "end")
        return f"WHEN {day} BETWEEN {start} AND {end} THEN {number}"

    def _cohort(self, depth: int, found: str, apart: str, counted: str, placed: str = "") -> str:
        labels = self._labels(depth)
        told = [apart] if apart else []
        return (
            f"SELECT {', '.join([f'{depth} AS depth', *self._padded(depth), 'number', *told])}, {counted}\n"
            f"FROM {found} AS found{self._in_cells(depth, placed)}\nWHERE number IS NOT NULL\n"
            f"GROUP BY {', '.join([*labels, 'number', *told])}"
        )

    def _in_cells(self, depth: int, placed: str) -> str:
        """Write the join that puts each subject into its cells; nothing for the whole."""
        if not placed:
            return ""
        cells = f"(SELECT DISTINCT subject, {', '.join(self._labels(depth))} FROM {placed})"
        return f" JOIN {cells} AS cells ON cells.subject = found.subject"


_SAME = "inside.subject = entry.subject"


def flags(conditions: Sequence[str], names: Sequence[str]) -> str:
    """Write columns of 0 and 1, each by its condition."""
    return ", ".join(
        f"CASE WHEN {condition} THEN 1 ELSE 0 END AS {column}"
        for condition, column in zip(conditions, names, strict=True)
    )
