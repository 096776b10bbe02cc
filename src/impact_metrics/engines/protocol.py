"""What is asked of an engine. Every engine gives the same answers; only how it finds them differs.

An engine knows populations, rows, and the columns that are asked of subjects. It knows no kind of figure: a kind says
what is asked (its frames), and makes its figure of the answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from impact_metrics.engines.results import Cell, Entry, Listed, Stock
    from impact_metrics.model import Constraint, Event
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.measures import Figure, Frame, Lines, LinesFound, Measure, States, Subjects
    from impact_metrics.rules.populations import Distinct, Population
    from impact_metrics.streams import KnownView


class Engine(ABC):
    """Evaluates rules over what was known at one moment."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name by which the engine is chosen: ``reference``, ``duckdb`` or ``spark``."""

    # --- figures

    @abstractmethod
    def answers(self, frames: Sequence[Frame], day: date) -> Sequence[States | LinesFound]:
        """Answer frames at a date, in their order: the tally of the states of subjects, or what lines come to."""

    def figures(self, measures: Sequence[Measure], day: date) -> list[Figure]:
        """Give the figures of measures at a date, in their order."""
        asked = [frame for measure in measures for frame in measure.frames]
        found = iter(self.answers(asked, day) if asked else ())
        return [measure.figure(*islice(found, len(measure.frames))) for measure in measures]

    def figure(self, measure: Measure, day: date) -> Figure:
        """Give the figure of one measure at a date."""
        (found,) = self.figures([measure], day)
        return found

    @abstractmethod
    def states(self, frame: Subjects, day: date) -> Mapping[str, Any]:
        """Give the state of each subject of a frame at a date."""

    @abstractmethod
    def tallies(self, frame: Subjects, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[States]]:
        """Give, for each period, the tally of the states, as at one date, of those who entered the frame in it.

        By cell, with subtotals and the whole; a cell that nobody entered in any of the periods is left out.
        """

    @abstractmethod
    def stocks(self, frame: Subjects, breakdown: Breakdown) -> Mapping[Cell, Stock]:
        """Give the stock of each cell that anybody is in at the end of a period, of subtotals, and of the whole."""

    @abstractmethod
    def sums(self, lines: Lines, breakdown: Breakdown) -> Mapping[Cell, Sequence[LinesFound]]:
        """Give what lines come to in each period, by each cell that has one, with subtotals and the whole."""

    # --- who and what is behind them

    def counted(self, measure: Measure, day: date) -> frozenset[str]:
        """Give the subjects that a measure counts at a date, or its rows by their ids: nobody else has evidence."""
        if measure.lines is not None:
            return frozenset(entry.subject for entry in self.entries(measure.lines, day))
        if measure.counted is not None:
            return self.members_at(measure.counted, day)
        if measure.subjects is None:
            return frozenset()
        found = self.states(measure.subjects, day)
        return frozenset(subject for subject, state in found.items() if measure.counts(state))

    @abstractmethod
    def members_at(self, population: Population[Any], day: date) -> frozenset[str]:
        """Give the subjects that are members at a date."""

    @abstractmethod
    def entries(self, counted: Population[Any] | Lines, day: date) -> Sequence[Entry]:
        """Give the events through which each member (or line) counts at a date, in the order of subject and event."""

    @abstractmethod
    def write_entries(self, named: Mapping[str, Population[Any] | Lines], day: date, path: str | PathLike[str]) -> None:
        """Write the entries of what is counted, by name, to Parquet: the columns metric, subject, type and event."""

    @abstractmethod
    def write_states(self, frame: Subjects, day: date, path: str | PathLike[str]) -> None:
        """Write each subject of a frame, and its columns under their names, to Parquet, in no order."""

    @abstractmethod
    def listed(self, population: Distinct[Any], day: date) -> Sequence[Listed]:
        """Give each member at a date with its latest index event, in the order of the members."""

    @abstractmethod
    def around(self, measure: Measure, subject: str | None, day: date) -> KnownView:
        """Give the known events that decide whether a subject (or row) counts; more may be among them.

        Without a subject, the events that decide on all that count at a date.
        """

    # --- constraints

    @abstractmethod
    def breaking(self, constraint: Constraint, day: date) -> Sequence[Event]:
        """Give the events that break a constraint at some date up to a day, from their own day on.

        An engine that cannot look at every date raises ``RuleError`` for a constraint of which it would have to.
        """

    @abstractmethod
    def violations(self, constraint: Constraint, day: date) -> Sequence[Event]:
        """Give the visible events of the constrained type for which the constraint does not hold at a date."""

    # --- what is known

    @abstractmethod
    def events_on(self, day: date, ids: Iterable[str]) -> Sequence[Event]:
        """Give the known events of one day that hold any of the ids, in the order of their own ids."""

    @abstractmethod
    def canonical(self, person: str) -> str:
        """Give the id under which a person is counted, where several turned out to be one."""

    @abstractmethod
    def known_as(self, person: str) -> Sequence[str]:
        """Give the other ids that a person had, in order."""

    @abstractmethod
    def first_day(self) -> date | None:
        """Give the first date on which anything occurred, or ``None`` where there is no event."""

    @abstractmethod
    def latest_day(self) -> date:
        """Give the latest date on which anything occurred. Raises ``StreamError`` where there is no event."""
