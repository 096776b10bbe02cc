"""Bookkeeping by step functions: what periods and cells did to a stock or a sum, all in one evaluation."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from impact_metrics.engines.results import Cell, Stock
from impact_metrics.engines.spans.cells import Placer, Values
from impact_metrics.engines.spans.exact import exact_sum
from impact_metrics.engines.spans.flows import Ledger, Runs, RunsBySpans
from impact_metrics.engines.spans.intervals import NEVER, complement, holds, intersection, union
from impact_metrics.engines.spans.placement import Entry, Placed, latest, placed, touched
from impact_metrics.rules.breakdowns import Breakdown, placed_by_any, placing_row
from impact_metrics.rules.measures import LinesFound
from impact_metrics.rules.populations import Distinct, Population, entering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from impact_metrics.engines.spans.engine import SpansEngine
    from impact_metrics.engines.spans.intervals import Spans
    from impact_metrics.expressions import Condition, Row
    from impact_metrics.model import Event, Person
    from impact_metrics.rules.measures import Lines, States, Subjects
    from impact_metrics.rules.periods import Period
    from impact_metrics.values import PersonId

Found = TypeVar("Found")

OUTSIDE = -1
"""The position of a day that is in no period."""


class Keeper:
    """What all the cells of one breakdown share."""

    def __init__(self, engine: SpansEngine, persons: Mapping[PersonId, Person], breakdown: Breakdown) -> None:
        """Keep the boundaries at which step functions are read."""
        self._engine = engine
        self._persons = persons
        self._by = breakdown.by
        self._every = breakdown.every
        self._periods = breakdown.periods
        self._ends = breakdown.ends
        self._runs = RunsBySpans(breakdown.boundaries)
        self._positions = _Positions(breakdown.periods)

    # --- counts of subjects: stocks

    def stocks(self, population: Population[Any], *, by_latest: bool = False) -> dict[Cell, Stock]:
        """Give the stock of each cell that anybody is in at a boundary, of subtotals, and of the whole.

        Subjects are placed by their entry events, or by their latest ones.
        """
        members = self._engine.members(population)
        active = [
            (subject, position)
            for subject, position in self._acting(population)
            if position != OUTSIDE and holds(members.get(subject, NEVER), self._ends[position])
        ]
        whole = Ledger(len(self._periods))
        for spans, subjects in Counter(members.values()).items():
            whole.add(self._runs[spans], subjects)
        for _, position in active:
            whole.active[position] += 1
        ledgers = {**self._cells(population, active, by_latest=by_latest), (): whole}
        return {cell: Stock(tuple(ledger.flows()), tuple(ledger.active)) for cell, ledger in ledgers.items()}

    def _acting(self, population: Population[Any]) -> set[tuple[str, int]]:
        """Give each subject with each period that has an index event inside whose condition holds at the end."""
        acting: set[tuple[str, int]] = set()
        positions, ends = self._positions, self._ends
        for distinct in entering(population):
            index = self._engine.entries_of(distinct)
            if index.needs_only_days:
                acting.update([(subject, positions[event.occurred_on]) for subject, event in index.keyed_events()])
            else:
                acting.update(
                    [
                        (subject, position)
                        for subject, event, spans in index.fitting()
                        if holds(spans, ends[position := positions[event.occurred_on]])
                    ]
                )
        return acting

    def _cells(
        self, population: Population[Any], active: Sequence[tuple[str, int]], *, by_latest: bool
    ) -> Mapping[Cell, Ledger]:
        """Keep a ledger for each cell, subtotals included.

        Most subjects are placed once and for good: those of the same values and dates are entered together. Others may
        change cells, and stay in a subtotal meanwhile: each is entered in each cell for its own dates there.
        """
        ledgers: dict[Cell, Ledger] = {}
        if not self._by:
            return ledgers
        row, subject_field = placing_row(population, self._by, "breakdown")
        placer = Placer(self._by, subject_field, self._persons, every=self._every)
        for_good: dict[str, tuple[Values, Runs]] = {}
        changing: dict[str, Mapping[Cell, Spans]] = {}
        for subject, entries in self._placements(population, row, by_latest=by_latest):
            if len(entries) == 1:
                event, spans = entries[0]
                for_good[subject] = placer.values(event, subject), self._runs[spans]
            else:
                changing[subject] = self._homes(subject, entries, placer)
        for (values, runs), subjects in Counter(for_good.values()).items():
            for home in placer.homes(values):
                self._enter(ledgers, home, runs, subjects)
        for homes in changing.values():
            for home, spans in homes.items():
                self._enter(ledgers, home, self._runs[spans], 1)
        for position, home in self._active_in(active, for_good, changing, placer):
            ledgers[home].active[position] += 1
        return ledgers

    def _active_in(
        self,
        active: Sequence[tuple[str, int]],
        for_good: Mapping[str, tuple[Values, Runs]],
        changing: Mapping[str, Mapping[Cell, Spans]],
        placer: Placer,
    ) -> Iterator[tuple[int, Cell]]:
        """Give the period and the cells, subtotals included, of each time that a subject is active."""
        for subject, position in active:
            if subject in for_good:
                for home in placer.homes(for_good[subject][0]):
                    yield position, home
            else:
                for home, spans in changing[subject].items():
                    if holds(spans, self._ends[position]):
                        yield position, home

    def _homes(self, subject: str, entries: Sequence[Entry], placer: Placer) -> dict[Cell, Spans]:
        """Give the cells in which a subject ever is, subtotals included, with the dates on which it is there."""
        homes: dict[Cell, Spans] = {}
        for event, spans in entries:
            for home in placer.homes(placer.values(event, subject)):
                homes[home] = union(homes.get(home, NEVER), spans)
        return homes

    def _enter(self, ledgers: dict[Cell, Ledger], cell: Cell, runs: Runs, subjects: int) -> None:
        """Enter subjects into the ledger of a cell; a cell that nobody is in at any boundary has none."""
        if runs:
            if cell not in ledgers:
                ledgers[cell] = Ledger(len(self._periods))
            ledgers[cell].add(runs, subjects)

    def _placements(
        self, population: Population[Any], row: Row | None, *, by_latest: bool = False
    ) -> Iterator[tuple[str, Sequence[Entry]]]:
        """Give what places each subject. A member that has no event of the row asked for is placed by any other."""
        found = self._placed(population, row, by_latest=by_latest)
        if not placed_by_any(population, row):
            yield from found.items()
            return
        for subject, entries in placed(self._engine, population, None).items():
            own = found.get(subject, ())
            covered = NEVER
            for _, spans in own:
                covered = union(covered, spans)
            rest = [(event, left) for event, spans in entries if (left := intersection(spans, complement(covered)))]
            yield subject, [*own, *rest]

    def _placed(self, population: Population[Any], row: Row | None, *, by_latest: bool) -> Placed:
        if self._every:
            return touched(self._engine, population, row)
        if by_latest:
            assert isinstance(population, Distinct)  # noqa: S101 - a list is of one
            return latest(self._engine, population)
        return placed(self._engine, population, row)

    # --- cohorts of entry

    def tallies(self, frame: Subjects, day: date) -> dict[Cell, list[States]]:
        """Give the tally of the states, as at a date, of those who entered the frame in each period, by cell."""
        by_cell = self._by_entry(frame.population, self._engine.states(frame, day), day)
        return {cell: [Counter(found) for found in periods] for cell, periods in by_cell.items()}

    def _by_entry(
        self, population: Population[Any], found: Mapping[str, Found], day: date
    ) -> dict[Cell, list[list[Found]]]:
        """Sort what was found of each member at a date by its cells and the period in which it entered."""
        by_cell: dict[Cell, list[list[Found]]] = {(): [[] for _ in self._periods]}
        homes = self._homes_at(population, day)
        for subject, entries in placed(self._engine, population, None).items():
            for event, spans in entries:
                position = self._positions[event.occurred_on]
                if position != OUTSIDE and holds(spans, day):
                    for cell in ((), *homes.get(subject, ())):
                        home = by_cell.setdefault(cell, [[] for _ in self._periods])
                        home[position].append(found[subject])
        return by_cell

    def _homes_at(self, population: Population[Any], day: date) -> Mapping[str, frozenset[Cell]]:
        """Give the cells in which each member is at a date, subtotals included."""
        if not self._by:
            return {}
        row, subject_field = placing_row(population, self._by, "breakdown")
        placer = Placer(self._by, subject_field, self._persons, every=self._every)
        return {
            subject: frozenset().union(
                *(placer.homes(placer.values(event, subject)) for event, spans in entries if holds(spans, day))
            )
            for subject, entries in self._placements(population, row)
        }

    # --- totals and row counts: flows

    def sums(self, lines: Lines) -> dict[Cell, list[LinesFound]]:
        """Give what lines come to in each period, by each cell that has one, with subtotals and the whole."""
        number = None if lines.number is None else lines.number.name
        placer = Placer(self._by, None, self._persons, every=self._every)
        sums: dict[Values, list[_Sum]] = {}
        for event, position in self._in_periods(lines.row, lines.condition):
            values = placer.values(event, None)
            if values not in sums:
                sums[values] = [_Sum() for _ in self._periods]
            sums[values][position].add(1 if number is None else getattr(event, number))
        by_cell: dict[Cell, list[_Sum]] = {(): [_Sum() for _ in self._periods]}
        for values, by_period in sums.items():
            for cell in ((), *placer.homes(values)):
                home = by_cell.setdefault(cell, [_Sum() for _ in self._periods])
                for total, added in zip(home, by_period, strict=True):
                    total.merge(added)
        return {
            cell: [LinesFound(total.value, total.rows, total.missing) for total in by_period]
            for cell, by_period in by_cell.items()
        }

    def _in_periods(self, row: Row, condition: Condition) -> Iterator[tuple[Event, int]]:
        """Give the rows that occurred in a period and for which the condition holds at its end."""
        for event, spans in self._engine.row_spans(row, condition):
            position = self._positions[event.occurred_on]
            if position != OUTSIDE and holds(spans, self._ends[position]):
                yield event, position


class _Positions(dict["date", int]):
    """The position of the period that each day falls into, or ``OUTSIDE``, worked out when first asked for."""

    def __init__(self, periods: Sequence[Period]) -> None:
        super().__init__()
        self._periods = periods
        self._ends = [period.end for period in periods]

    def __missing__(self, day: date) -> int:
        inside = self._periods[0].start <= day <= self._periods[-1].end
        self[day] = position = bisect_left(self._ends, day) if inside else OUTSIDE
        return position


class _Sum:
    """A running total with its row counts."""

    def __init__(self) -> None:
        self.value: Any = 0
        self.rows = 0
        self.missing = 0

    def add(self, value: int | Decimal | None) -> None:
        self.rows += 1
        if value is None:
            self.missing += 1
        else:
            self.value = exact_sum(self.value, value)

    def merge(self, other: _Sum) -> None:
        self.value = exact_sum(self.value, other.value)
        self.rows += other.rows
        self.missing += other.missing
