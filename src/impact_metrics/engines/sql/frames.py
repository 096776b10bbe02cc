"""Frames as SQL: the columns of each subject at one date, and how many subjects have the same values in all of them.

The database counts subjects by their values; the fold of a kind turns each combination of values into a state. Values
are told apart as numbers, dates and texts, so that the frames of many measures fit into one statement.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.engines.sql.books import BookWriter
from impact_metrics.engines.sql.dates import OneDate, SeveralDates
from impact_metrics.engines.sql.measures import Measures, sum_of
from impact_metrics.engines.sql.query import Query, conjunction, where
from impact_metrics.expressions import FieldRef
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.measures import Lines, LinesFound, Subjects
from impact_metrics.rules.measures.columns import (
    Due,
    EntryDate,
    FirstDate,
    FirstKnown,
    Known,
    LastDate,
    Member,
    Picked,
    Rows,
    Summed,
    Watched,
)
from impact_metrics.rules.months import most_days
from impact_metrics.values import DateKind, FlagKind, NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from impact_metrics.engines.results import Cell
    from impact_metrics.engines.sql.query import Statement
    from impact_metrics.rules.measures import Frame, States
    from impact_metrics.rules.measures.columns import Column, Dated, Window
    from impact_metrics.rules.periods import Period
    from impact_metrics.rules.populations import Distinct

_SAME = "inside.subject = entry.subject"
_NOTHING = "CAST(NULL AS DATE)"


@attrs.frozen
class _Written:
    """One column as SQL: its expressions over ``entry`` and the parts that are joined to it."""

    values: tuple[str, ...]
    joins: tuple[str, ...] = ()


class FrameWriter:
    """Writes the subjects of frames with their columns, as at one date."""

    def __init__(
        self, query: Query, relation: Callable[[str], str | None], day: date, breakdown: Breakdown | None = None
    ) -> None:
        """Keep the date, and the periods in which subjects enter."""
        self._query = query
        self._relation = relation
        self._date = day
        self._breakdown = breakdown or Breakdown(())
        self._day = query.bind(day, "as_at")
        self._at_once = Measures(query, OneDate(query, self._of, day))

    def _of(self, name: str) -> str:
        return self._relation(name) or ""

    def _books(self) -> BookWriter:
        """Give what places subjects: it needs the date in a row of its own."""
        return BookWriter(
            self._query, SeveralDates(self._query, self._of, [self._date]), self._breakdown, self._relation
        )

    # --- subjects with their columns

    def subjects(self, frame: Subjects, name: str, *, entered: bool = False) -> str:
        """Add the part that gives each subject with the values of its columns, ``c1`` and so on.

        Where columns look from entry, or with ``entered``, there is also the ``day`` on which it entered.
        """
        writer: Measures = self._at_once
        if entered or frame.looks_from_entry:
            writer = books = self._books()
            base, day = books.entries(frame.population, None, f"{name} entries"), ", entry.day"
        else:
            base, day = writer.members(frame.simplest, f"{name} members"), ""
        if not frame.columns and not day:
            return base
        each = _Columns(self._query, writer, base, self._day)
        written = [each.write(column, f"{name} {place}") for place, column in enumerate(frame.columns, 1)]
        values = [value for column in written for value in column.values]
        named = "".join(f", {value} AS c{place}" for place, value in enumerate(values, 1))
        joins = "".join(f"\n{join}" for column in written for join in column.joins)
        return self._query.part(f"{name} subjects", f"SELECT entry.subject{day}{named}\nFROM {base} AS entry{joins}")

    def states(self, frame: Subjects, name: str) -> Statement:
        """Write the statement for the values of each subject."""
        values = "".join(f", c{place}" for place in range(1, width(frame) + 1))
        return self._query.statement(f"SELECT subject{values} FROM {self.subjects(frame, name)} AS subjects")

    def table(self, frame: Subjects, name: str) -> Statement:
        """Write the statement for the values of each subject, under their names, flags as such."""
        quoted = self._query.dialect.quoted
        columns = enumerate(zip(frame.columns, frame.names, strict=True), 1)
        values = "".join(f", {_as_kind(column, f'c{place}')} AS {quoted(word)}" for place, (column, word) in columns)
        return self._query.statement(f"SELECT subject{values} FROM {self.subjects(frame, name)} AS subjects")

    def shown(self, frame: Frame, name: str) -> Statement:
        """Write the statement that gives a frame to people: one number, a sum, or how many have which values."""
        quoted = self._query.dialect.quoted
        if isinstance(frame, Lines):
            total = f"c1 AS {quoted(name)}, " if frame.number is not None else ""
            missing = f", c2 AS {quoted(f'{name} missing')}" if frame.number is not None else ""
            rows = quoted(f"{name} rows" if frame.number is not None else name)
            body = f"SELECT {total}subjects AS {rows}{missing} FROM {self._lines(frame, name)} AS rows"
            return self._query.statement(body)
        columns = [f"c{place}" for place in range(1, width(frame) + 1)]
        words = zip(columns, frame.names or columns, strict=False)
        named = "".join(f"{column} AS {quoted(word)}, " for column, word in words)
        grouped = f"\nGROUP BY {', '.join(columns)}\nORDER BY {', '.join(columns)}" if columns else ""
        part = self.subjects(frame, name)
        return self._query.statement(f"SELECT {named}count(*) AS {quoted(name)} FROM {part} AS subjects{grouped}")

    # --- many frames in one statement

    def answers(self, frames: Sequence[tuple[str, Frame]]) -> Statement:
        """Write the one statement for frames, each called by its name: its number, its values, and how many there are.

        Of lines, the values are the sum, and how many lack the number.
        """
        most = max(width(frame) for _, frame in frames)
        return self._query.statement(
            "\nUNION ALL\n".join(self._answer(place, name, frame, most) for place, (name, frame) in enumerate(frames))
        )

    def _answer(self, place: int, name: str, frame: Frame, most: int) -> str:
        text = self._query.dialect.text
        padding = [text("NULL")] * (most - width(frame))
        columns = [f"c{number}" for number in range(1, width(frame) + 1)]
        named = ", ".join(f"{value} AS c{number}" for number, value in enumerate([*map(text, columns), *padding], 1))
        shown = f"SELECT {place} AS frame{', ' + named if named else ''}"
        if isinstance(frame, Lines):
            return f"{shown}, subjects FROM {self._lines(frame, name)} AS rows"
        grouped = f"\nGROUP BY {', '.join(columns)}" if columns else ""
        return f"{shown}, count(*) AS subjects\nFROM {self.subjects(frame, name)} AS subjects{grouped}"

    def _lines(self, lines: Lines, name: str) -> str:
        scope = self._at_once.fitting(lines.row, lines.condition)
        number = "1" if lines.number is None else scope.column(lines.number)
        total = "count(*)" if lines.number is None else self._at_once.sum(lines.number, number)
        return self._query.part(
            f"{name} rows",
            f"SELECT {total} AS c1, count(*) - count({number}) AS c2, count(*) AS subjects\n"
            f"FROM {scope.source}{where(scope.where)}",
        )

    # --- who entered in which period

    def tallies(self, frame: Subjects, name: str) -> Statement:
        """Write, for each cell and period of entry, how many subjects have which values."""
        books, subjects = self._books(), self.subjects(frame, name, entered=True)
        number = self._query.part(f"{name} cohorts", f"SELECT *, {self._period('day')} AS number FROM {subjects}")
        by = len(self._breakdown.by)
        levels = [self._level(books, 0, number, frame, "")]
        if by:
            placed = books.placed(frame.population, name)
            levels += [self._level(books, depth, number, frame, placed) for depth in range(1, by + 1)]
        return self._query.statement("\nUNION ALL\n".join(levels))

    def _period(self, day: str) -> str:
        """Write the number of the period in which a day falls; in none, NULL."""
        cases = " ".join(self._case(number, period, day) for number, period in enumerate(self._breakdown.periods))
        return f"CASE {cases} END"

    def _case(self, number: int, period: Period, day: str) -> str:
        start, end = self._query.bind(period.start, "start"), self._query.bind(period.end, "end")
        return f"WHEN {day} BETWEEN {start} AND {end} THEN {number}"

    def _level(self, books: BookWriter, depth: int, found: str, frame: Subjects, placed: str) -> str:
        columns = [f"c{place}" for place in range(1, width(frame) + 1)]
        labels, cells = books.labels(depth), ""
        if placed:
            named = f"(SELECT DISTINCT subject, {', '.join(labels)} FROM {placed})"
            cells = f" JOIN {named} AS cells ON cells.subject = found.subject"
        return (
            f"SELECT {', '.join([f'{depth} AS depth', *books.padded(depth), 'number', *columns])}, "
            f"count(*) AS subjects\nFROM {found} AS found{cells}\nWHERE number IS NOT NULL\n"
            f"GROUP BY {', '.join([*labels, 'number', *columns])}"
        )


@attrs.frozen
class _Columns:
    """Writes the columns of the subjects of one frame, which stand in ``base``."""

    query: Query
    writer: Measures
    base: str
    day: str

    def write(self, column: Column, name: str) -> _Written:
        match column:
            case Member(population):
                members = self.writer.members(population, f"{name} members")
                return _Written((_flag(f"EXISTS (SELECT 1 FROM {members} AS inside WHERE {_SAME})"),))
            case Due(months):
                return _Written((_flag(f"{self._months('entry.day', months)} <= {self.day}"),))
            case Known(FirstDate(population, within)):
                rows = self._rows(population, f"{name} rows")
                inside = conjunction([_SAME, *self._inside(within)])
                return _Written((_flag(f"EXISTS (SELECT 1 FROM {rows} AS inside WHERE {inside})"),))
            case EntryDate() | FirstDate() | LastDate():
                return self._dated(column, name)
            case FirstKnown(dates):
                return self._first_known(dates, name)
            case Picked():
                return self._picked(column, name)
            case Summed(population, number):
                rows = self._rows(population, f"{name} rows", number)
                total = self.writer.sum(number, "value")
                return self._joined(f"SELECT subject, {total} AS found FROM {rows} GROUP BY subject", name)
            case Rows(population):
                rows = self._rows(population, f"{name} rows")
                joined = self._joined(f"SELECT subject, count(*) AS found FROM {rows} GROUP BY subject", name)
                return _Written((f"coalesce({joined.values[0]}, 0)",), joined.joins)
            case _:
                assert_never(column)

    def _rows(self, population: Distinct[Any], name: str, field: FieldRef | None = None) -> str:
        """Add the part of the index events of a population that fit: subject, day, event, and the value of a field."""
        scope, subject = self.writer.index(population, on=False)
        columns = [
            f"{subject} AS subject",
            f"{scope.column(FieldRef(population.row, 'occurred_on'))} AS day",
            f"{scope.column(FieldRef(population.row, 'id'))} AS event",
            *([] if field is None else [f"{scope.column(field)} AS value"]),
        ]
        return self.query.part(name, f"SELECT {', '.join(columns)}\nFROM {scope.source}{where(scope.where)}")

    def _months(self, day: str, months: int) -> str:
        return self.query.dialect.months_after(day, months)

    def _inside(self, within: Window | None) -> list[str]:
        """Write that the day of ``inside`` falls into a window from entry on."""
        if within is None:
            return []
        start = "entry.day" if not within.after else self.query.dialect.moved("entry.day", within.after)
        last = [] if within.months is None else [f"inside.day <= {self._months('entry.day', within.months)}"]
        return [f"inside.day >= {start}", *last]

    def _joined(self, body: str, name: str, on: Sequence[str] = ()) -> _Written:
        """Join a part with a ``found`` for each subject."""
        part, alias = self.query.part(name, body), self.query.aside(f"{name} found")
        tied = conjunction([f"{alias}.subject = entry.subject", *(item.replace("inside.", f"{alias}.") for item in on)])
        return _Written((f"{alias}.found",), (f"LEFT JOIN {part} AS {alias} ON {tied}",))

    def _dated(self, column: EntryDate | FirstDate | LastDate, name: str) -> _Written:
        match column:
            case EntryDate(population, within):
                assert isinstance(self.writer, BookWriter)  # noqa: S101 - whoever enters is placed
                entries = self.writer.entries(population, None, f"{name} entries")
                inside = [item.replace("inside.day", "inside.found") for item in self._inside(within)]
                return self._joined(f"SELECT subject, day AS found FROM {entries}", name, inside)
            case FirstDate(population, within):
                rows = self._rows(population, f"{name} rows")
                if within is None:
                    return self._joined(f"SELECT subject, min(day) AS found FROM {rows} GROUP BY subject", name)
                return self._joined(
                    f"SELECT entry.subject, min(inside.day) AS found\nFROM {self.base} AS entry\n"
                    f"JOIN {rows} AS inside ON {conjunction([_SAME, *self._inside(within)])}\nGROUP BY entry.subject",
                    name,
                )
            case LastDate(population):
                rows = self._rows(population, f"{name} rows")
                return self._joined(f"SELECT subject, max(day) AS found FROM {rows} GROUP BY subject", name)
            case _:
                assert_never(column)

    def _first_known(self, dates: Sequence[Dated], name: str) -> _Written:
        which, days, joins = list[str](), list[str](), list[str]()
        for place, dated in enumerate(dates):
            if isinstance(dated, Watched):
                known, found = "TRUE", self._watched(dated.months)
            else:
                written = self._dated(dated, f"{name} {place + 1}")
                joins += written.joins
                known = f"{written.values[0]} IS NOT NULL"
                found = self.query.dialect.days_between("entry.day", written.values[0])
            which.append(f"WHEN {known} THEN {place}")
            days.append(f"WHEN {known} THEN {found}")
        return _Written((f"CASE {' '.join(which)} END", f"CASE {' '.join(days)} END"), tuple(joins))

    def _watched(self, months: int | None) -> str:
        until = self.query.dialect.days_between("entry.day", self.day)
        if months is None:
            return until
        complete = f"{self._months('entry.day', months)} <= {self.day}"
        return f"CASE WHEN {complete} THEN {most_days(months)} ELSE {until} END"

    def _picked(self, column: Picked, name: str) -> _Written:
        found = self._pick(column, name)
        if column.later_than is None:
            return self._picking(found, name)
        before = self._pick(column.later_than, f"{name} before")
        one, other = self._picking(found, name), self._picking(before, f"{name} before")
        day, earlier = (alias.values[0].removesuffix(".found") + ".day" for alias in (one, other))
        value = f"CASE WHEN {earlier} IS NULL OR {day} > {earlier} THEN {one.values[0]} END"
        return _Written((value,), (*one.joins, *other.joins))

    def _picking(self, part: str, name: str) -> _Written:
        return self._joined(f"SELECT subject, day, found FROM {part}", name)

    def _pick(self, column: Picked, name: str) -> str:
        """Add the part of one value a subject: that of its first or last day, of several on it as the column says."""
        rows = self._rows(column.population, f"{name} rows", column.field)
        if column.greatest is None:
            order = "day DESC, event DESC" if column.last else "day, event"
            return self.query.part(
                f"{name} picked",
                f"SELECT subject, day, value AS found FROM (\n  SELECT rows.*, row_number() OVER "
                f"(PARTITION BY subject ORDER BY {order}) AS place FROM {rows} AS rows\n) AS ranked WHERE place = 1",
            )
        days = self.query.part(
            f"{name} day",
            f"SELECT subject, {'max' if column.last else 'min'}(day) AS day FROM {rows} GROUP BY subject",
        )
        return self.query.part(
            f"{name} picked",
            f"SELECT scored.subject, scored.day, {'max' if column.greatest else 'min'}(scored.value) AS found\n"
            f"FROM {rows} AS scored\n"
            f"JOIN {days} AS chosen ON chosen.subject = scored.subject AND chosen.day = scored.day\n"
            "GROUP BY scored.subject, scored.day",
        )


def _as_kind(column: Column, value: str) -> str:
    """Write a value as what it is of: a flag is written as a number for counting."""
    return f"({value} = 1)" if isinstance(column, Member | Due | Known) else value


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


# --- what the rows of statements say


def width(frame: Frame) -> int:
    """Give how many values a frame has in a row."""
    if isinstance(frame, Lines):
        return 2
    return sum(2 if isinstance(column, FirstKnown) else 1 for column in frame.columns)


def fold(frame: Subjects, values: Sequence[Any]) -> Any:  # noqa: ANN401 - the state of any kind
    """Read the values of a row, natively typed or as text, and fold them."""
    held = iter(values)
    return frame.fold(*[_read(column, held) for column in frame.columns])


def _read(column: Column, held: Iterator[Any]) -> Any:  # noqa: ANN401 - the value of any column
    value = next(held)
    if isinstance(column, FirstKnown):
        days = next(held)
        return None if value is None else (int(value), int(days))
    if value is None:
        return None
    match column:
        case Member() | Due() | Known():
            return bool(int(value))
        case EntryDate() | FirstDate() | LastDate():
            return date.fromisoformat(value) if isinstance(value, str) else value
        case Rows():
            return int(value)
        case Picked(_, field) | Summed(_, field):
            return _value(field, value)
        case _:
            assert_never(column)


def _value(field: FieldRef, value: Any) -> Any:  # noqa: ANN401 - the value of any field
    match field.spec.kind:
        case NumberKind(decimal):
            return Decimal(value) if decimal else int(value)
        case FlagKind():
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case DateKind():
            return date.fromisoformat(value) if isinstance(value, str) else value
        case _:
            return value


def tally(frame: Subjects, rows: Iterable[tuple[Sequence[Any], int]]) -> States:
    """Count subjects by their states."""
    found: Counter[Any] = Counter()
    for values, number in rows:
        if number:
            found[fold(frame, values)] += number
    return found


def answers_in(frames: Sequence[Frame], rows: Iterable[Sequence[Any]]) -> list[States | LinesFound]:
    """Take the answers of frames from the rows of the one statement."""
    by_frame: list[list[tuple[Sequence[Any], int]]] = [[] for _ in frames]
    for place, *values, number in rows:
        by_frame[place].append((values, number))
    return [
        tally(frame, found) if isinstance(frame, Subjects) else _lines_in(frame, *found[0])
        for frame, found in zip(frames, by_frame, strict=True)
    ]


def _lines_in(lines: Lines, values: Sequence[Any], number: int) -> LinesFound:
    total, missing = values[:2]
    return LinesFound(sum_of(lines.number, total), number, int(missing))


def tallies_in(frame: Subjects, breakdown: Breakdown, rows: Iterable[Sequence[Any]]) -> dict[Cell, list[States]]:
    """Take the tallies of cells and periods from the rows of their statement."""
    dimensions, periods = len(breakdown.by), range(len(breakdown.periods))
    found: dict[Cell, list[list[tuple[Sequence[Any], int]]]] = {(): [[] for _ in periods]}
    for depth, *rest in rows:
        number, *values, subjects = rest[dimensions:]
        found.setdefault(tuple(rest[:depth]), [[] for _ in periods])[number].append((values, subjects))
    return {cell: [tally(frame, period) for period in by_period] for cell, by_period in found.items()}
