"""The reference engine: figures and evidence from the known view of a stream."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.results import Cell, Entry, Listed, Stock, Witnesses
from impact_metrics.engines.spans import columns
from impact_metrics.engines.spans.bookkeeping import Keeper
from impact_metrics.engines.spans.exact import exact_sum
from impact_metrics.engines.spans.index import Index, passing
from impact_metrics.engines.spans.intervals import NEVER, Spans, at_least, complement, holds, intersection, since
from impact_metrics.engines.spans.placement import Placed, latest, placed
from impact_metrics.engines.spans.plans import Compiler, field_name
from impact_metrics.errors import StreamError
from impact_metrics.model import ids_in
from impact_metrics.replacing import replaced_file
from impact_metrics.rules.measures import Lines, LinesFound, Subjects
from impact_metrics.rules.measures.columns import kind_of
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.streams.arrow_types import arrow, kind_type
from impact_metrics.values import PersonId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from impact_metrics.expressions import Condition, Row
    from impact_metrics.model import Constraint, Event
    from impact_metrics.rules.breakdowns import Breakdown
    from impact_metrics.rules.measures import Frame, Measure, States
    from impact_metrics.streams import KnownView

Members: TypeAlias = "Mapping[str, Spans]"


class SpansEngine(Engine):
    """Evaluates rules over one known view. What rules share is worked out once for each engine."""

    def __init__(self, view: KnownView) -> None:
        """Take the rows to evaluate over. Nothing is computed before it is asked for."""
        self._view = view
        self._keepers: dict[Breakdown, Keeper] = {}
        self._compiler = Compiler(view.rows)
        self._members: dict[Population[Any], Members] = {}

    def __reduce__(self) -> tuple[type[SpansEngine], tuple[KnownView]]:
        """Travel as what is known: the rest is worked out again."""
        return SpansEngine, (self._view,)

    @property
    def name(self) -> str:
        """The name by which the engine is chosen."""
        return "reference"

    def members(self, population: Population[Any]) -> Members:
        """Give every subject that is ever a member, with the dates on which it is."""
        if population not in self._members:
            self._members[population] = self._worked_out(population)
        return self._members[population]

    def _worked_out(self, population: Population[Any]) -> Members:
        if isinstance(population, Distinct):
            return self._compiler.index_of(population).answers(population.minimum, field_name(population.on))
        return {subject: spans for subject, spans in self._combined(population) if spans}

    def _combined(self, population: Both[Any] | Either[Any] | Without[Any]) -> Iterator[tuple[str, Spans]]:
        match population:
            case Both(items):
                first, *others = (self.members(item) for item in items)
                for subject, spans in first.items():
                    for other in others:
                        spans = intersection(spans, other.get(subject, NEVER))  # noqa: PLW2901 - narrows step by step
                    yield subject, spans
            case Either(items):
                every = [self.members(item) for item in items]
                for subject in {subject: None for members in every for subject in members}:
                    yield subject, at_least(1, [members.get(subject, NEVER) for members in every])
            case Without(base, removed):
                gone = self.members(removed)
                for subject, spans in self.members(base).items():
                    yield subject, intersection(spans, complement(gone.get(subject, NEVER)))
            case _:
                assert_never(population)

    def members_at(self, population: Population[Any], day: date) -> frozenset[str]:
        """Give the subjects that are members at a date."""
        return frozenset(subject for subject, spans in self.members(population).items() if holds(spans, day))

    def answers(self, frames: Sequence[Frame], day: date) -> list[States | LinesFound]:
        """Answer frames at a date, in their order."""
        return [
            columns.tally(self, frame, day) if isinstance(frame, Subjects) else self._lines(frame, day)
            for frame in frames
        ]

    def _lines(self, lines: Lines, day: date) -> LinesFound:
        found = self.rows_at(lines.row, lines.condition, day)
        if lines.number is None:
            return LinesFound(len(found), len(found))
        name = lines.number.name
        numbers = [number for event in found if (number := getattr(event, name)) is not None]
        return LinesFound(reduce(exact_sum, numbers) if numbers else 0, len(found), len(found) - len(numbers))

    def states(self, frame: Subjects, day: date) -> dict[str, Any]:
        """Give the state of each subject of a frame at a date."""
        return columns.states(self, frame, day)

    def placed(self, population: Population[Any], row: Row | None) -> Placed:
        """Give each subject's entry events with the dates on which each is *the* entry event."""
        return placed(self, population, row)

    def listed(self, population: Distinct[Any], day: date) -> list[Listed]:
        """Give each member at a date with its latest index event, in the order of the members."""
        return [
            Listed(subject, event)
            for subject, entries in sorted(latest(self, population).items())
            for event, spans in entries
            if holds(spans, day)
        ]

    def rows_at(self, row: Row, condition: Condition, day: date) -> list[Event]:
        """Give the events of a type that are visible at a date and for which the condition holds then."""
        tests, plan = self._compiler.of_row(row, condition)
        found = [event for event in passing(self._compiler.rows_of(row), tests) if event.occurred_on <= day]
        return found if plan is None else [event for event in found if holds(plan.spans((event,)), day)]

    def row_spans(self, row: Row, condition: Condition) -> Iterator[tuple[Event, Spans]]:
        """Give the events of a type for which the condition ever holds, with the dates on which it does."""
        tests, plan = self._compiler.of_row(row, condition)
        for event in passing(self._compiler.rows_of(row), tests):
            spans = since(event.occurred_on)
            if plan is not None:
                spans = intersection(spans, plan.spans((event,)))
            if spans:
                yield event, spans

    def truth(self, condition: Condition, bound: Mapping[Row, Event]) -> Spans:
        """Give the dates on which a condition holds for the events that its free rows are bound to."""
        slots = {row: position for position, row in enumerate(bound)}
        return self._compiler.plan(condition, slots).spans(tuple(bound.values()))

    def rows_of(self, row: Row) -> Sequence[Event]:
        """Give all known events of a row's type, visible or not."""
        return self._compiler.rows_of(row)

    def entries_of(self, population: Distinct[Any]) -> Index:
        """Give the index events of one ``distinct(...)`` population, by subject."""
        return self._compiler.index_of(population)

    def witnesses(self, population: Population[Any], subject: str, day: date) -> Witnesses:
        """Give the events that make the subject a member at a date; none where it is no member."""
        index: dict[str, Event] = {}
        linked: dict[str, Event] = {}
        self._collect(population, subject, day, index, linked)
        return Witnesses(_in_order(index), _in_order({key: linked[key] for key in linked.keys() - index.keys()}))

    def _collect(
        self, population: Population[Any], subject: str, day: date, index: dict[str, Event], linked: dict[str, Event]
    ) -> None:
        if not holds(self.members(population).get(subject, NEVER), day):
            return
        match population:
            case Distinct():
                entries = self._compiler.index_of(population)
                for event, others in entries.witnesses(subject, day, field_name(population.on)):
                    index[event.id] = event
                    linked.update((other.id, other) for other in others)
            case Both(items) | Either(items):
                for item in items:
                    self._collect(item, subject, day, index, linked)
            case Without(base, _):
                self._collect(base, subject, day, index, linked)
            case _:
                assert_never(population)

    def evidence(self, measure: Measure, day: date) -> list[tuple[str, Witnesses]]:
        """Give what stands behind a figure: each subject, or each row by its event's id, with its witnesses.

        Of a share, those are the subjects in the numerator, of a funnel those in the last stage, and of times those who
        ended.
        """
        if measure.lines is not None:
            return self._row_evidence(measure.lines.row, measure.lines.condition, day)
        if measure.counted is not None:
            return self._subject_evidence(measure.counted, day)
        if measure.subjects is None:
            return []
        found = self.states(measure.subjects, day)
        read = self.witnesses_of(measure, day)
        return [(subject, read(subject)) for subject in sorted(found) if measure.counts(found[subject])]

    def witnesses_of(self, measure: Measure, day: date) -> Callable[[str], Witnesses]:
        """Build what gives the events that put a subject where it stands in a measure; none where it is not in it."""
        frame = measure.subjects
        assert frame is not None  # noqa: S101 - asked of figures of subjects
        entered = {subject: event.occurred_on for subject, event in columns.entry_events(self, frame.population, day)}
        read = columns.evidence(self, frame, day)
        return lambda subject: read(subject, entered[subject]) if subject in entered else Witnesses((), ())

    def _subject_evidence(self, population: Population[Any], day: date) -> list[tuple[str, Witnesses]]:
        subjects = sorted(self.members_at(population, day))
        return [(subject, self.witnesses(population, subject, day)) for subject in subjects]

    def _row_evidence(self, row: Row, condition: Condition, day: date) -> list[tuple[str, Witnesses]]:
        _, plan = self._compiler.of_row(row, condition)
        found: list[tuple[str, Witnesses]] = []
        for event in sorted(self.rows_at(row, condition, day), key=lambda item: item.id):
            others = () if plan is None else plan.witnesses((event,), day)
            linked: dict[str, Event] = {other.id: other for other in others if other.id != event.id}
            found.append((event.id, Witnesses((event,), _in_order(linked))))
        return found

    def entries(self, counted: Population[Any] | Lines, day: date) -> list[Entry]:
        """Give the events through which each member (or line) counts at a date, in the order of subject and event."""
        found = (
            self._row_evidence(counted.row, counted.condition, day)
            if isinstance(counted, Lines)
            else self._subject_evidence(counted, day)
        )
        return sorted(
            Entry(subject, event.__record__.name, event.id) for subject, witnesses in found for event in witnesses.index
        )

    def write_entries(self, named: Mapping[str, Population[Any] | Lines], day: date, path: str | PathLike[str]) -> None:
        """Write the entries of what is counted to Parquet. Raises ``MissingExtraError`` without the extra ``arrow``."""
        pa = arrow()
        rows = [(name, *entry) for name, counted in named.items() for entry in self.entries(counted, day)]
        columns = zip(*rows, strict=True) if rows else ((), (), (), ())
        held = [pa.array(column, pa.string()) for column in columns]
        with replaced_file(path, StreamError) as new:
            pa.parquet.write_table(pa.table(held, names=["metric", "subject", "type", "event"]), new)

    def write_states(self, frame: Subjects, day: date, path: str | PathLike[str]) -> None:
        """Write each subject of a frame, and its columns under their names, to Parquet.

        Raises ``MissingExtraError`` without the extra ``arrow``.
        """
        pa = arrow()
        found = self.states(frame, day)
        held = [pa.array(list(found), pa.string())]
        for position, column in enumerate(frame.columns):
            values = [state[position] for state in found.values()]
            numbers = [value for value in values if isinstance(value, Decimal)]
            texts = [str(value) if isinstance(value, str) else value for value in values]
            held.append(pa.array(texts, kind_type(pa, kind_of(column), numbers)))
        with replaced_file(path, StreamError) as new:
            pa.parquet.write_table(pa.table(held, names=["subject", *frame.names]), new)

    def breaking(self, constraint: Constraint, day: date) -> list[Event]:
        """Give the events that break a constraint at some date up to a day, from their own day on."""
        kept = {event.id: spans for event, spans in self.row_spans(constraint.row, constraint.condition)}
        found: list[Event] = []
        for event in self._compiler.rows_of(constraint.row):
            broken = intersection(since(event.occurred_on), complement(kept.get(event.id, NEVER)))
            if broken and broken[0] <= day:
                found.append(event)
        return found

    def violations(self, constraint: Constraint, day: date) -> list[Event]:
        """Give the visible events of the constrained type for which the constraint does not hold at a date."""
        row = constraint.row
        kept = {event.id for event in self.rows_at(row, constraint.condition, day)}
        visible = [event for event in self._compiler.rows_of(row) if event.occurred_on <= day]
        return [event for event in visible if event.id not in kept]

    def stocks(self, frame: Subjects, breakdown: Breakdown) -> Mapping[Cell, Stock]:
        """Give the stock of each cell that anybody is in at the end of a period, of subtotals, and of the whole."""
        return self._keeper(breakdown).stocks(frame.population, by_latest=frame.by_latest)

    def sums(self, lines: Lines, breakdown: Breakdown) -> Mapping[Cell, Sequence[LinesFound]]:
        """Give what lines come to in each period, by each cell that has one, with subtotals and the whole."""
        return self._keeper(breakdown).sums(lines)

    def tallies(self, frame: Subjects, breakdown: Breakdown, day: date) -> Mapping[Cell, Sequence[States]]:
        """Give, for each period, the tally of the states, as at one date, of those who entered the frame in it."""
        return self._keeper(breakdown).tallies(frame, day)

    def _keeper(self, breakdown: Breakdown) -> Keeper:
        if breakdown not in self._keepers:
            self._keepers[breakdown] = Keeper(self, self._view.persons, breakdown)
        return self._keepers[breakdown]

    def around(self, measure: Measure, subject: str | None, day: date) -> KnownView:  # noqa: ARG002 - all is at hand
        """Give the known events that decide whether a subject (or row) counts: all of them."""
        return self._view

    def events_on(self, day: date, ids: Iterable[str]) -> tuple[Event, ...]:
        """Give the known events of one day that hold any of the ids, in the order of their own ids."""
        wanted = frozenset(ids)
        found = [
            event
            for events in self._view.rows.values()
            for event in events
            if event.occurred_on == day and not wanted.isdisjoint(ids_in(event))
        ]
        return tuple(sorted(found, key=lambda event: event.id))

    def canonical(self, person: str) -> str:
        """Give the id under which a person is counted, where several turned out to be one."""
        return self._view.canonical.get(PersonId(person), person)

    def known_as(self, person: str) -> tuple[str, ...]:
        """Give the other ids that a person had, in order."""
        return tuple(sorted(other for other, staying in self._view.canonical.items() if staying == person))

    def first_day(self) -> date | None:
        """Give the first date on which anything occurred, or ``None`` where there is no event."""
        days = [event.occurred_on for events in self._view.rows.values() for event in events]
        return min(days, default=None)

    def latest_day(self) -> date:
        """Give the latest date on which anything occurred. Raises ``StreamError`` where there is no event."""
        return self._view.latest_day()


def _in_order(events: Mapping[str, Event]) -> tuple[Event, ...]:
    return tuple(sorted(events.values(), key=lambda event: (event.occurred_on, event.id)))
