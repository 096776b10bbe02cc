"""What a report asks of an engine. Every engine gives the same answers; only how it finds them differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from impact_metrics.engines.changes import Pair
    from impact_metrics.engines.results import Cell, Entry, Figure, Listed, Stock, Sums
    from impact_metrics.engines.shares import Parts, Standing
    from impact_metrics.engines.times import LifeTable, Spell
    from impact_metrics.model import Constraint, Event
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.funnels import Funnel
    from impact_metrics.rules.listings import Listing
    from impact_metrics.rules.measures import Count, HasEntries, Measure, Proportion, RowCount, Total
    from impact_metrics.rules.paired_change import PairedChange
    from impact_metrics.rules.populations import Population
    from impact_metrics.rules.time_between import Timed
    from impact_metrics.streams import KnownView


class Engine(Protocol):
    """Evaluates rules over what was known at one moment."""

    @property
    def name(self) -> str:
        """The name by which the engine is chosen: ``reference``, ``duckdb`` or ``spark``."""
        ...

    def figures(self, measures: Sequence[Measure], day: date) -> Sequence[Figure]:
        """Give the values of measures at a date, in their order."""
        ...

    def members_at(self, population: Population[Any], day: date) -> frozenset[str]:
        """Give the subjects that are members at a date."""
        ...

    def entries(self, measure: HasEntries, day: date) -> Sequence[Entry]:
        """Give the events through which each subject (or row) counts at a date, in the order of subject and event."""
        ...

    def write_entries(self, named: Mapping[str, HasEntries], day: date, path: str | PathLike[str]) -> None:
        """Write the entries of measures, which have names, to Parquet: the columns metric, subject, type and event."""
        ...

    def breaking(self, constraint: Constraint, day: date) -> Sequence[Event]:
        """Give the events that break a constraint at some date up to a day, from their own day on.

        An engine that cannot look at every date raises ``RuleError`` for a constraint of which it would have to.
        """
        ...

    def violations(self, constraint: Constraint, day: date) -> Sequence[Event]:
        """Give the visible events of the constrained type for which the constraint does not hold at a date."""
        ...

    def stocks(self, measure: Count | Listing, breakdown: Breakdown) -> Mapping[Cell, Stock]:
        """Give the stock of each cell that anybody is in at the end of a period, of subtotals, and of the whole.

        A list places its entries by their latest events.
        """
        ...

    def sums(self, measure: RowCount | Total, breakdown: Breakdown) -> Mapping[Cell, Sums]:
        """Give the sums of each cell that has a row, of subtotals, and of the whole."""
        ...

    def standings(self, measure: Proportion, day: date) -> Mapping[str, Standing]:
        """Give where each subject stands at a date: those of the denominator of a share, or of the cohort of a rate.

        Of a paired change, those are all with a row for either end.
        """
        ...

    def pairs(self, measure: PairedChange, day: date) -> Mapping[str, Pair]:
        """Give the two scores of each subject with a row for either end of a paired change, as at a date."""
        ...

    def reached(self, measure: Funnel, day: date) -> Mapping[str, int]:
        """Give how many stages of a funnel each subject of its first stage has reached at a date."""
        ...

    def listed(self, measure: Listing, day: date) -> Sequence[Listed]:
        """Give the entries of a list at a date, in the order of their subjects."""
        ...

    def cohorts(self, measure: Proportion, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[Parts]]:
        """Give, for each period, the parts of a share of those who entered the denominator in it, as at one date.

        By cell, with subtotals and the whole; a cell that nobody entered in any of the periods is left out.
        """
        ...

    def spells(self, measure: Timed, day: date) -> Mapping[str, Spell]:
        """Give for how long each subject of a cohort was watched by a date, and how that ended."""
        ...

    def life_table(self, measure: Timed, day: date) -> LifeTable:
        """Count the subjects of a cohort by the days for which they were watched by a date."""
        ...

    def life_tables(self, measure: Timed, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[LifeTable]]:
        """Give, for each period, the life table of those who entered the cohort in it, as at one date.

        By cell, with subtotals and the whole; a cell that nobody entered in any of the periods is left out.
        """
        ...

    def around(self, measure: Measure, subject: str | None, day: date) -> KnownView:
        """Give the known events that decide whether a subject (or row) counts; more may be among them.

        Without a subject, the events that decide on all that count at a date.
        """
        ...

    def events_on(self, day: date, ids: Iterable[str]) -> Sequence[Event]:
        """Give the known events of one day that hold any of the ids, in the order of their own ids."""
        ...

    def canonical(self, person: str) -> str:
        """Give the id under which a person is counted, where several turned out to be one."""
        ...

    def known_as(self, person: str) -> Sequence[str]:
        """Give the other ids that a person had, in order."""
        ...

    def first_day(self) -> date | None:
        """Give the first date on which anything occurred, or ``None`` where there is no event."""
        ...

    def latest_day(self) -> date:
        """Give the latest date on which anything occurred. Raises ``StreamError`` where there is no event."""
        ...
