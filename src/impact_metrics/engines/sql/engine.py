"""The SQL engine: the answers of the reference engine, found by a database."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.changes import Changes, Pair
from impact_metrics.engines.results import Cell, Entry, Figure, Flow, Listed, Stock, Sums
from impact_metrics.engines.shares import Parts, Standing, standing_of, standings_of
from impact_metrics.engines.sql.books import BookWriter, by_cell
from impact_metrics.engines.sql.cohorts import COUNTED, CohortWriter, columns
from impact_metrics.engines.sql.conditions import spoken
from impact_metrics.engines.sql.dates import OneDate, SeveralDates
from impact_metrics.engines.sql.entries import entries
from impact_metrics.engines.sql.figures import figure_in, figures_statement
from impact_metrics.engines.sql.measures import Measures
from impact_metrics.engines.sql.pairs import PairWriter
from impact_metrics.engines.sql.query import Query, Statement, where
from impact_metrics.engines.sql.reading import ending_in, life_row, parts_in, standing_in, sum_of
from impact_metrics.engines.sql.records import fetch
from impact_metrics.engines.sql.since import SinceWhen, lasts
from impact_metrics.engines.sql.slices import Slices
from impact_metrics.engines.sql.standing import StandingBooks, can_stand, standing
from impact_metrics.engines.sql.times import ENDINGS, TimeWriter, life_table_statement
from impact_metrics.engines.times import LifeTable, Spell
from impact_metrics.errors import RuleError
from impact_metrics.expressions import FieldRef
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.measures import Count, Measure, Proportion, Share, Total, population_of
from impact_metrics.rules.paired_change import PairedChange
from impact_metrics.rules.time_between import TimeBetween
from impact_metrics.streams import KnownView
from impact_metrics.streams.known import no_event
from impact_metrics.values import IdKind, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from impact_metrics.engines.sql.database import Database
    from impact_metrics.engines.sql.known import Known
    from impact_metrics.model import Constraint, Event
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.measures import HasEntries, RowCount
    from impact_metrics.rules.populations import Population
    from impact_metrics.rules.time_between import Timed


class SqlEngine:
    """Evaluates rules over the known relations of a database."""

    def __init__(self, database: Database, known: Known) -> None:
        """Take the relations to evaluate over. Nothing is computed before it is asked for."""
        self._database = database
        self._known = known
        self._members: dict[tuple[Population[Any], date], frozenset[str]] = {}

    @property
    def name(self) -> str:
        """The name of the database, by which the engine is chosen."""
        return self._database.dialect.name

    def _query(self) -> Query:
        return Query(self._database.dialect, self._known.names)

    def _writer(self, query: Query, day: date) -> Measures:
        return Measures(query, self._dates(query, day))

    def _dates(self, query: Query, day: date) -> OneDate:
        return OneDate(query, self._known.relation, day)

    def figures(self, measures: Sequence[Measure], day: date) -> list[Figure]:
        """Give the values of measures at a date, in their order."""
        named = [(f"measure {number}", measure) for number, measure in enumerate(measures, 1)]
        at_once = [(name, measure) for name, measure in named if not isinstance(measure, PairedChange | TimeBetween)]
        values: Iterator[Any] = iter(())
        if at_once:
            query = self._query()
            (row,) = self._database.rows(figures_statement(query, self._known.relation, day, at_once))
            values = iter(row)
        return [self._figure(measure, day, values) for measure in measures]

    def _figure(self, measure: Measure, day: date, values: Iterator[Any]) -> Figure:
        """Give a figure from the next values of the one statement, or from a statement of its own."""
        if isinstance(measure, TimeBetween):
            return Figure.timed(self.life_table(measure, day))
        if isinstance(measure, PairedChange):
            return Figure.of(self._paired(measure, day))
        return figure_in(measure, values)

    def _paired(self, measure: PairedChange, day: date) -> Parts:
        query = self._query()
        body = PairWriter(query, self._known.relation, day).transitions(measure, "measure")
        rows = self._database.rows(query.statement(body))
        return Parts.of_changes(Changes.of(measure, ((Pair(before, after), number) for before, after, number in rows)))

    def pairs(self, measure: PairedChange, day: date) -> dict[str, Pair]:
        """Give the two scores of each subject with a row for either end, as at a date."""
        query = self._query()
        part = PairWriter(query, self._known.relation, day).pairs(measure, "measure")
        rows = self._database.rows(query.statement(f"SELECT subject, first_score, last_score FROM {part}"))
        return {subject: Pair(before, after) for subject, before, after in rows}

    def members_at(self, population: Population[Any], day: date) -> frozenset[str]:
        """Give the subjects that are members at a date."""
        if (population, day) not in self._members:
            query = self._query()
            part = self._writer(query, day).members(population, "members found")
            rows = self._database.rows(query.statement(f"SELECT subject FROM {part}"))
            self._members[population, day] = frozenset(subject for (subject,) in rows)
        return self._members[population, day]

    def entries(self, measure: HasEntries, day: date) -> list[Entry]:
        """Give the events through which each subject (or row) counts at a date, in the order of subject and event."""
        query = self._query()
        body = entries(self._writer(query, day), measure, "measure")
        ordered = f"SELECT subject, type, event FROM (\n{body}\n) AS entries\nORDER BY subject, type, event"
        return [Entry(*row) for row in self._database.rows(query.statement(ordered))]

    def write_entries(self, named: Mapping[str, HasEntries], day: date, path: str | PathLike[str]) -> None:
        """Write the entries of measures to Parquet, in one statement and without reading any of them."""
        query = self._query()
        writer = self._writer(query, day)
        each = [
            f"SELECT {query.bind(name, 'metric')} AS metric, subject, type, event FROM (\n"
            f"{entries(writer, measure, name)}\n) AS entries"
            for name, measure in named.items()
        ]
        self._database.write(query.statement("\nUNION ALL\n".join(each)), path)

    def standings(self, measure: Proportion, day: date) -> dict[str, Standing]:
        """Give where each subject stands at a date: those of the denominator of a share, or of the cohort of a rate."""
        if isinstance(measure, Funnel):
            return standings_of(measure, self.reached(measure, day))
        if isinstance(measure, PairedChange):
            return {subject: standing_of(measure, pair) for subject, pair in self.pairs(measure, day).items()}
        query = self._query()
        standing = CohortWriter(query, self._known.relation, day).standing(measure, "measure")
        rows = self._database.rows(query.statement(f"SELECT subject, {', '.join(COUNTED)} FROM {standing}"))
        return {subject: standing_in(*flags) for subject, *flags in rows}

    def spells(self, measure: Timed, day: date) -> dict[str, Spell]:
        """Give for how long each subject of a cohort was watched by a date, and how that ended."""
        query = self._query()
        spells = TimeWriter(query, self._known.relation, day).spells(measure, "measure")
        rows = self._database.rows(query.statement(f"SELECT subject, days, {', '.join(ENDINGS)} FROM {spells}"))
        return {subject: Spell(days, ending_in(*flags)) for subject, days, *flags in rows}

    def life_table(self, measure: Timed, day: date) -> LifeTable:
        """Count the subjects of a cohort by the days for which they were watched by a date."""
        statement = life_table_statement(self._query(), self._known.relation, day, measure, "measure")
        return LifeTable.told(measure, map(life_row, self._database.rows(statement)))

    def reached(self, measure: Funnel, day: date) -> dict[str, int]:
        """Give how many stages of a funnel each subject of its first stage has reached at a date."""
        query = self._query()
        standing = CohortWriter(query, self._known.relation, day).standing(measure, "measure")
        number = " + ".join(columns(measure))
        return dict(self._database.rows(query.statement(f"SELECT subject, {number} FROM {standing}")))

    def listed(self, measure: Listing, day: date) -> list[Listed]:
        """Give the entries of a list at a date, in the order of their subjects."""
        query = self._query()
        latest = CohortWriter(query, self._known.relation, day).latest(measure.entries, "measure")
        rows = list(self._database.rows(query.statement(f"SELECT subject, event FROM {latest}")))
        name = measure.entries.row.record.name
        events = {event.id: event for event in self._fetched(name, f"SELECT event FROM {latest}", query)}
        return [Listed(subject, events[event]) for subject, event in sorted(rows)]

    # --- constraints

    def _broken(self, constraint: Constraint, query: Query, day: date) -> tuple[str, str]:
        """Write the FROM clause of the events that break a constraint, with its conditions, and the id of each."""
        writer = self._writer(query, day)
        scope = writer.visible(constraint.row)
        conditions = (*scope.where, f"({writer.write(constraint.condition, scope)}) IS NOT TRUE")
        return f"{scope.source}{where(conditions)}", scope.column(FieldRef(constraint.row, "id"))

    def violations(self, constraint: Constraint, day: date) -> list[Event]:
        """Give the visible events of the constrained type for which the constraint does not hold, by their ids."""
        query = self._query()
        source, key = self._broken(constraint, query, day)
        wrong = query.part("events that break it", f"SELECT {key} AS event\nFROM {source}")
        return self._fetched(constraint.row.record.name, f"SELECT event FROM {wrong}", query)

    def breaking(self, constraint: Constraint, day: date) -> list[Event]:
        """Give the events that break a constraint at some date up to a day, from their own day on.

        Raises ``RuleError`` for a constraint that can come to be broken by what happens later: one would have to look
        at every date.
        """
        if not lasts(constraint.condition):
            raise RuleError(
                "the constraint can come to be broken later, and only the reference engine looks at every date",
                where=constraint.id,
                hint="evaluate with engine='reference'",
            )
        query = self._query()
        writer = SinceWhen(query, self._dates(query, day))
        scope, joins = writer.visible(constraint.row), list[str]()
        since = writer.date(constraint.condition, scope, joins)
        source = "\n".join([scope.source, *joins])
        conditions = (*scope.where, f"{since} > {scope.column(FieldRef(constraint.row, 'occurred_on'))}")
        key = scope.column(FieldRef(constraint.row, "id"))
        late = query.part("events that break it", f"SELECT {key} AS event\nFROM {source}{where(conditions)}")
        return self._fetched(constraint.row.record.name, f"SELECT event FROM {late}", query)

    def violation_counts(self, constraints: Sequence[Constraint], day: date) -> list[int]:
        """Count the events that break each constraint, in one statement and without reading any of them."""
        if not constraints:
            return []
        query = self._query()
        counts = []
        for constraint in constraints:
            source, _ = self._broken(constraint, query, day)
            part = query.part(spoken(constraint.id), f"SELECT count(*) AS broken\nFROM {source}")
            counts.append(f"(SELECT broken FROM {part})")
        (row,) = self._database.rows(query.statement(f"SELECT {', '.join(counts)}"))
        return list(row)

    def _fetched(self, name: str, ids: str, query: Query) -> list[Event]:
        record = self._known.model.by_name[name]
        relation = self._known.relation(name)
        key = query.dialect.quoted("id")
        return list(fetch(self._database, record, relation, [f"{key} IN ({ids})"], query.statement))

    # --- books

    def stocks(self, measure: Count | Listing, breakdown: Breakdown) -> Mapping[Cell, Stock]:
        """Give the stock of each cell that anybody is in at the end of a period, of subtotals, and of the whole."""
        population = measure.entries if isinstance(measure, Listing) else measure.population
        # Whoever is placed by the latest event moves from cell to cell, though nobody leaves.
        if can_stand(population, breakdown) and not (isinstance(measure, Listing) and breakdown.by):
            query = self._query()
            books = StandingBooks(query, self._known.relation_or_none, breakdown)
            return standing(self._database.rows(query.statement(books.stocks(population, "measure"))), breakdown)
        query, writer = self._bookkeeping(breakdown)
        rows = self._database.rows(query.statement(writer.stocks(measure, "measure")))
        cells = by_cell(rows, len(breakdown.by))
        ends = range(1, len(breakdown.periods) + 1)
        found: dict[Cell, Stock] = {}
        for cell, at in {(): {}, **cells}.items():
            stock = [at.get(end, (0, 0, 0, 0)) for end in (0, *ends)]
            flows = tuple(Flow(stock[end - 1][0], stock[end][1], stock[end - 1][2], stock[end][0]) for end in ends)
            found[cell] = Stock(flows, tuple(stock[end][3] for end in ends))
        return found

    def sums(self, measure: RowCount | Total, breakdown: Breakdown) -> Mapping[Cell, Sums]:
        """Give the sums of each cell that has a row, of subtotals, and of the whole."""
        query, writer = self._bookkeeping(breakdown)
        rows = self._database.rows(query.statement(writer.sums(measure, "measure")))
        cells = by_cell(rows, len(breakdown.by))
        found: dict[Cell, Sums] = {}
        for cell, at in {(): {}, **cells}.items():
            figures = []
            for end in range(1, len(breakdown.periods) + 1):
                total, number, known = at.get(end, (None, 0, 0))
                figures.append(Figure(sum_of(measure, total), number, number - known))
            found[cell] = Sums(tuple(figures))
        return found

    def cohorts(self, measure: Proportion, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[Parts]]:
        """Give, for each period, the parts of a share of those who entered the denominator in it, as at one date."""
        if isinstance(measure, PairedChange):
            return self._changes(measure, breakdown, day)
        query = self._query()
        writer = CohortWriter(query, self._known.relation_or_none, day, breakdown)
        rows = self._database.rows(query.statement(writer.cohorts(measure, "measure")))
        cells = {(): {}, **by_cell(rows, len(breakdown.by))}
        nobody = (0,) * len(columns(measure))
        return {
            cell: [parts_in(measure, at.get(number, nobody)) for number in range(len(breakdown.periods))]
            for cell, at in cells.items()
        }

    def life_tables(self, measure: Timed, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[LifeTable]]:
        """Give, for each period, the life table of those who entered the cohort in it, as at one date."""
        query = self._query()
        writer = TimeWriter(query, self._known.relation_or_none, day, breakdown)
        found: dict[Cell, list[list[Any]]] = {(): [[] for _ in breakdown.periods]}
        for depth, *rest in self._database.rows(query.statement(writer.life_tables(measure, "measure"))):
            number, *row = rest[len(breakdown.by) :]
            found.setdefault(tuple(rest[:depth]), [[] for _ in breakdown.periods])[number].append(life_row(row))
        return {cell: [LifeTable.told(measure, rows) for rows in by_period] for cell, by_period in found.items()}

    def _changes(self, measure: PairedChange, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[Parts]]:
        query = self._query()
        writer = PairWriter(query, self._known.relation_or_none, day, breakdown)
        found: dict[Cell, list[list[tuple[Pair, int]]]] = {(): [[] for _ in breakdown.periods]}
        for depth, *rest in self._database.rows(query.statement(writer.changes(measure, "measure"))):
            number, before, after, subjects = rest[len(breakdown.by) :]
            cell = found.setdefault(tuple(rest[:depth]), [[] for _ in breakdown.periods])
            cell[number].append((Pair(before, after), subjects))
        return {
            cell: [Parts.of_changes(Changes.of(measure, pairs)) for pairs in by_period]
            for cell, by_period in found.items()
        }

    def _bookkeeping(self, breakdown: Breakdown) -> tuple[Query, BookWriter]:
        query = self._query()
        dates = SeveralDates(query, self._known.relation, breakdown.boundaries)
        return query, BookWriter(query, dates, breakdown, self._known.relation_or_none)

    # --- what is behind it

    def around(self, measure: Measure, subject: str | None, day: date) -> KnownView:
        """Give the known events that decide whether a subject (or row) counts; without one, of all that count then."""
        query = self._query()
        slices = Slices(query, self._known.relation)
        if subject is not None:
            chosen = f"SELECT {query.bind(subject, 'subject')} AS subject"
        elif isinstance(measure, Count | Proportion | TimeBetween | Listing):
            counted = measure.inside if isinstance(measure, Share | Funnel) else population_of(measure)
            assert counted is not None  # noqa: S101 - it counts no rows
            part = self._writer(query, day).members(counted, "members found")
            chosen = f"SELECT subject FROM {part}"
        else:
            row = measure.field.row if isinstance(measure, Total) else measure.rows.row
            condition = measure.condition if isinstance(measure, Total) else measure.rows.condition
            scope = self._writer(query, day).fitting(row, condition)
            chosen = f"SELECT {scope.column(FieldRef(row, 'id'))} FROM {scope.source}{where(scope.where)}"
        slices.around(measure, chosen)
        key = query.dialect.quoted("id")
        rows = {
            name: self._fetched(name, "\nUNION ALL ".join(f"SELECT {key} FROM {part}" for part in parts), query)
            for name, parts in slices.parts.items()
        }
        return KnownView(rows, {}, self._known.canonical)

    def events_on(self, day: date, ids: Iterable[str]) -> list[Event]:
        """Give the known events of one day that hold any of the ids, in the order of their own ids."""
        wanted = sorted(ids)
        found: list[Event] = []
        for event in self._known.model.events:
            query = self._query()
            sought = [query.bind(name, "wanted") for name in wanted]
            tests = [
                query.dialect.overlaps(column, sought, decimal=False)
                if spec.many
                else f"{column} IN ({', '.join(sought)})"
                for spec in event.__record__.fields
                if isinstance(spec.kind, IdKind) and spec.name != "id"
                for column in (query.dialect.quoted(spec.name),)
            ]
            occurred = f"{query.dialect.quoted('occurred_on')} = {query.bind(day, 'day')}"
            relation = self._known.relation(event.__name__)
            if tests:
                conditions = [occurred, f"({' OR '.join(tests)})"]
                found += fetch(self._database, event, relation, conditions, query.statement)
        return sorted(found, key=lambda event: event.id)

    def canonical(self, person: str) -> str:
        """Give the id under which a person is counted, where several turned out to be one."""
        return self._known.canonical.get(PersonId(person), person)

    def known_as(self, person: str) -> tuple[str, ...]:
        """Give the other ids that a person had, in order."""
        return tuple(sorted(other for other, staying in self._known.canonical.items() if staying == person))

    @cached_property
    def _days(self) -> tuple[date | None, date | None]:
        """The first and the last date on which anything occurred."""
        occurred = self._database.dialect.quoted("occurred_on")
        every = "\nUNION ALL ".join(
            f"SELECT min({occurred}) AS first, max({occurred}) AS last FROM {self._known.relation(event.__name__)}"
            for event in self._known.model.events
        )
        (row,) = self._database.rows(Statement(f"SELECT min(first), max(last) FROM ({every}) AS days"))
        first, last = row
        return first, last

    def first_day(self) -> date | None:
        """Give the first date on which anything occurred, or ``None`` where there is no event."""
        return self._days[0]

    def latest_day(self) -> date:
        """Give the latest date on which anything occurred. Raises ``StreamError`` where there is no event."""
        last = self._days[1]
        if last is None:
            raise no_event()
        return last
