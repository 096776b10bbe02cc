"""The SQL engine: the answers of the reference engine, found by a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Entry, Flow, Listed, Stock
from impact_metrics.engines.sql.books import BookWriter, by_cell
from impact_metrics.engines.sql.conditions import spoken
from impact_metrics.engines.sql.database import stays_here
from impact_metrics.engines.sql.dates import OneDate, SeveralDates
from impact_metrics.engines.sql.entries import entries
from impact_metrics.engines.sql.frames import FrameWriter, answers_in, fold, tallies_in
from impact_metrics.engines.sql.measures import Measures, sum_of
from impact_metrics.engines.sql.query import Query, Statement, where
from impact_metrics.engines.sql.records import fetch
from impact_metrics.engines.sql.since import SinceWhen, lasts
from impact_metrics.engines.sql.slices import Slices
from impact_metrics.engines.sql.standing import StandingBooks, can_stand, standing
from impact_metrics.errors import RuleError
from impact_metrics.expressions import FieldRef
from impact_metrics.lazy import cached_property
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.measures import LinesFound, population_of
from impact_metrics.streams import KnownView
from impact_metrics.streams.known import no_event
from impact_metrics.values import IdKind, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from impact_metrics.engines.sql.database import Database
    from impact_metrics.engines.sql.known import Known
    from impact_metrics.model import Constraint, Event
    from impact_metrics.rules.measures import Frame, Lines, Measure, States, Subjects
    from impact_metrics.rules.populations import Distinct, Population


_EVENTS = "SELECT event FROM {}"


class SqlEngine(Engine):
    """Evaluates rules over the known relations of a database."""

    def __init__(self, database: Database, known: Known) -> None:
        """Take the relations to evaluate over. Nothing is computed before it is asked for."""
        self._database = database
        self._known = known
        self._members: dict[tuple[Population[Any], date], frozenset[str]] = {}

    def __reduce__(self) -> NoReturn:
        """Refuse to travel: raise ``StreamError`` with what to do instead."""
        stays_here()

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

    def _frames(self, query: Query, day: date, breakdown: Breakdown | None = None) -> FrameWriter:
        return FrameWriter(query, self._known.relation_or_none, day, breakdown)

    def answers(self, frames: Sequence[Frame], day: date) -> list[States | LinesFound]:
        """Answer frames at a date, in their order, by one statement."""
        named = [(f"measure {number}", frame) for number, frame in enumerate(frames, 1)]
        return answers_in(frames, self._database.rows(self._frames(self._query(), day).answers(named)))

    def states(self, frame: Subjects, day: date) -> dict[str, Any]:
        """Give the state of each subject of a frame at a date."""
        rows = self._database.rows(self._frames(self._query(), day).states(frame, "measure"))
        return {subject: fold(frame, values) for subject, *values in rows}

    def members_at(self, population: Population[Any], day: date) -> frozenset[str]:
        """Give the subjects that are members at a date."""
        if (population, day) not in self._members:
            query = self._query()
            part = self._writer(query, day).members(population, "members found")
            rows = self._database.rows(query.statement(f"SELECT subject FROM {part}"))
            self._members[population, day] = frozenset(subject for (subject,) in rows)
        return self._members[population, day]

    def entries(self, counted: Population[Any] | Lines, day: date) -> list[Entry]:
        """Give the events through which each member (or line) counts at a date, in the order of subject and event."""
        query = self._query()
        body = entries(self._writer(query, day), counted, "measure")
        ordered = f"SELECT subject, type, event FROM (\n{body}\n) AS entries\nORDER BY subject, type, event"
        return [Entry(*row) for row in self._database.rows(query.statement(ordered))]

    def write_entries(self, named: Mapping[str, Population[Any] | Lines], day: date, path: str | PathLike[str]) -> None:
        """Write the entries of what is counted to Parquet, in one statement and without reading any of them."""
        query = self._query()
        writer = self._writer(query, day)
        each = [
            f"SELECT {query.bind(name, 'metric')} AS metric, subject, type, event FROM (\n"
            f"{entries(writer, counted, name)}\n) AS entries"
            for name, counted in named.items()
        ]
        self._database.write(query.statement("\nUNION ALL\n".join(each)), path)

    def write_states(self, frame: Subjects, day: date, path: str | PathLike[str]) -> None:
        """Write each subject of a frame, and its columns under their names, to Parquet, without reading any of them."""
        self._database.write(self._frames(self._query(), day).table(frame, "measure"), path)

    def listed(self, population: Distinct[Any], day: date) -> list[Listed]:
        """Give each member at a date with its latest index event, in the order of the members."""
        query = self._query()
        dates = SeveralDates(query, self._known.relation, [day])
        latest = BookWriter(query, dates, Breakdown(()), self._known.relation_or_none).latest(population, "measure")
        rows = list(self._database.rows(query.statement(f"SELECT subject, event FROM {latest}")))
        events = {event.id: event for event in self._fetched(population.row.record.name, _EVENTS.format(latest), query)}
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

    def stocks(self, frame: Subjects, breakdown: Breakdown) -> Mapping[Cell, Stock]:
        """Give the stock of each cell that anybody is in at the end of a period, of subtotals, and of the whole."""
        # Whoever is placed by the latest event moves from cell to cell, though nobody leaves.
        if can_stand(frame.population, breakdown) and not (frame.by_latest and breakdown.by):
            query = self._query()
            books = StandingBooks(query, self._known.relation_or_none, breakdown)
            return standing(self._database.rows(query.statement(books.stocks(frame.population, "measure"))), breakdown)
        query, writer = self._bookkeeping(breakdown)
        rows = self._database.rows(query.statement(writer.stocks(frame, "measure")))
        cells = by_cell(rows, len(breakdown.by))
        ends = range(1, len(breakdown.periods) + 1)
        found: dict[Cell, Stock] = {}
        for cell, at in {(): {}, **cells}.items():
            stock = [at.get(end, (0, 0, 0, 0)) for end in (0, *ends)]
            flows = tuple(Flow(stock[end - 1][0], stock[end][1], stock[end - 1][2], stock[end][0]) for end in ends)
            found[cell] = Stock(flows, tuple(stock[end][3] for end in ends))
        return found

    def sums(self, lines: Lines, breakdown: Breakdown) -> Mapping[Cell, Sequence[LinesFound]]:
        """Give what lines come to in each period, by each cell that has one, with subtotals and the whole."""
        query, writer = self._bookkeeping(breakdown)
        rows = self._database.rows(query.statement(writer.sums(lines, "measure")))
        cells = by_cell(rows, len(breakdown.by))
        found: dict[Cell, list[LinesFound]] = {}
        for cell, at in {(): {}, **cells}.items():
            found[cell] = []
            for end in range(1, len(breakdown.periods) + 1):
                total, number, known = at.get(end, (None, 0, 0))
                found[cell].append(LinesFound(sum_of(lines.number, total), number, number - known))
        return found

    def tallies(self, frame: Subjects, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[States]]:
        """Give, for each period, the tally of the states, as at one date, of those who entered the frame in it."""
        statement = self._frames(self._query(), day, breakdown).tallies(frame, "measure")
        return tallies_in(frame, breakdown, self._database.rows(statement))

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
        elif (counted := measure.counted or population_of(measure)) is not None:
            chosen = f"SELECT subject FROM {self._writer(query, day).members(counted, 'members found')}"
        elif measure.lines is None:
            return KnownView({}, {}, self._known.canonical)
        else:
            row = measure.lines.row
            scope = self._writer(query, day).fitting(row, measure.lines.condition)
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
