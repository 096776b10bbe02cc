"""What differs between databases: one class a database, so that the compiler itself knows none of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from impact_metrics.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = str | bool | date | int | Decimal

MAX_DECIMAL = 38
"""How many digits a decimal of a database has, before and after the point together."""
_FEW = 16
"""Up to how many members are looked for one by one."""
_FURTHEST = 4_000_000
"""More days than the calendar has: a date moved further stops at an end of it all the same."""


class Dialect(ABC):
    """How one database writes what the compiler says. A list is what holds a set-valued field."""

    name: str

    @abstractmethod
    def quoted(self, name: str) -> str:
        """Write an identifier so that no character in it means anything else."""

    @abstractmethod
    def parameter(self, name: str) -> str:
        """Write the place of a bound value."""

    @abstractmethod
    def literal(self, value: Value) -> str:
        """Write a value itself, for statements that are to be run by hand."""

    @abstractmethod
    def unnested(self, source: str, held: str, alias: str, column: str) -> str:
        """Extend a FROM clause so that there is a row for each member of a list, none for a missing one."""

    @abstractmethod
    def contains(self, held: str, item: str, *, decimal: bool) -> str:
        """Test whether a list has a member."""

    @abstractmethod
    def overlaps(self, held: str, items: Sequence[str], *, decimal: bool) -> str:
        """Test whether a list has one of several members."""

    @abstractmethod
    def list_of(self, items: Sequence[str]) -> str:
        """Write a list."""

    @abstractmethod
    def mapped(self, held: str, variable: str, each: str) -> str:
        """Write the list of what ``each`` makes of every member, which it calls ``variable``."""

    @abstractmethod
    def size(self, held: str) -> str:
        """Write how many members a list has."""

    @abstractmethod
    def item(self, held: str, position: int) -> str:
        """Write one member of a list, the first at 1."""

    @abstractmethod
    def in_order(self, held: str) -> str:
        """Write the list sorted, each member once."""

    @abstractmethod
    def joined(self, held: str, between: str) -> str:
        """Write the members of a list of texts as one text."""

    @abstractmethod
    def gathered(self, lists: str) -> str:
        """Aggregate lists into one list."""

    @abstractmethod
    def moved(self, day: str, days: int) -> str:
        """Write a date moved by days."""

    @abstractmethod
    def months_after(self, day: str, months: int) -> str:
        """Write the day so many months later, the last of its month where that is shorter, and of the calendar."""

    @abstractmethod
    def micros(self, moment: str) -> str:
        """Write a moment as whole microseconds since 1970."""

    @abstractmethod
    def whole(self, number: str, divisor: int) -> str:
        """Divide a whole number that is not negative, and round down."""

    @abstractmethod
    def padded(self, number: str, width: int) -> str:
        """Print a whole number with leading zeros."""

    @abstractmethod
    def plain_decimal(self, number: str) -> str:
        """Print a decimal without zeros at its end."""

    @abstractmethod
    def distinct(self, held: str) -> str:
        """Write the list with each member once."""

    @abstractmethod
    def repeats(self, held: str) -> str:
        """Test whether a list has a member twice."""

    @abstractmethod
    def has_gaps(self, held: str) -> str:
        """Test whether a list has a member that is missing."""

    @abstractmethod
    def some(self, held: str, variable: str, test: str) -> str:
        """Test whether a list has a member, called ``variable``, that passes a test."""

    @abstractmethod
    def type_name(self, kind: str) -> str:
        """Write a type, given by the name that ``column_type`` has for it."""

    @abstractmethod
    def row_number(self) -> str:
        """Write the number of a row, in the order in which they are read, the first at 1."""

    @abstractmethod
    def in_utc(self, moment: str) -> str:
        """Write a moment without time zone as one in UTC."""

    @abstractmethod
    def falls_to(self, text: str, turn: int, turns: int) -> str:
        """Test whether a text falls to one of several turns, the first of which is 0: each to exactly one."""

    def cast(self, value: str, kind: str) -> str:
        """Write a value as one of a type."""
        return f"CAST({value} AS {self.type_name(kind)})"

    def text(self, value: str) -> str:
        """Print a value."""
        return self.cast(value, "VARCHAR")

    def compared(self, one: str, sign: str, other: str, *, decimal: bool) -> str:  # noqa: ARG002 - for others
        """Compare two values; ``decimal`` says that they are decimals, of any number of places."""
        return f"{one} {sign} {other}"

    def one_of(self, value: str, items: Sequence[str], *, decimal: bool) -> str:  # noqa: ARG002 - for others
        """Test whether a value is one of several."""
        return f"{value} IN ({', '.join(items)})"

    def none_of(self, value: str, items: Sequence[str], *, decimal: bool) -> str:  # noqa: ARG002 - for others
        """Test whether a value is there, and none of several."""
        return f"{value} NOT IN ({', '.join(items)})"

    def total(self, number: str) -> str:
        """Aggregate whole numbers to their sum, which may be larger than each of them may be."""
        return f"sum({number})"

    def shifted(self, day: str, days: int) -> str:
        """Move a date by days, and stop at the first and the last that there is."""
        days = max(-_FURTHEST, min(days, _FURTHEST))
        there, first, last = self.moved(day, days), self.literal(date.min), self.literal(date.max)
        if days >= 0:
            return f"CASE WHEN {there} > {last} THEN {last} ELSE {there} END"
        return f"CASE WHEN {there} < {first} THEN {first} ELSE {there} END"


class DuckDBDialect(Dialect):
    """The SQL of DuckDB."""

    name = "duckdb"

    def quoted(self, name: str) -> str:
        """Write an identifier in double quotes."""
        return '"' + name.replace('"', '""') + '"'

    def parameter(self, name: str) -> str:
        """Write the place of a bound value, by its name."""
        return f"${name}"

    def literal(self, value: Value) -> str:
        """Write a value itself; a NUL, which no literal can hold, is put in by its number."""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, datetime):
            return f"TIMESTAMPTZ '{value.isoformat(sep=' ')}'"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        if isinstance(value, str):
            pieces = [f"'{piece}'" for piece in value.replace("'", "''").split("\0")]
            return pieces[0] if len(pieces) == 1 else f"({' || chr(0) || '.join(pieces)})"
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def unnested(self, source: str, held: str, alias: str, column: str) -> str:
        """Join with UNNEST, which DuckDB takes as lateral."""
        return f"{source} CROSS JOIN UNNEST({held}) AS {alias}({column})"

    def contains(self, held: str, item: str, *, decimal: bool) -> str:  # noqa: ARG002 - they compare exactly
        """Test whether a list has a member."""
        return f"list_contains({held}, {item})"

    def overlaps(self, held: str, items: Sequence[str], *, decimal: bool) -> str:
        """Test for each of a few members, which takes half the time that it takes to meet a list with another."""
        if len(items) <= _FEW:
            tests = [self.contains(held, item, decimal=decimal) for item in items]
            return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"
        return f"list_has_any({held}, {self.list_of(items)})"

    def list_of(self, items: Sequence[str]) -> str:
        """Write a list in brackets."""
        return f"[{', '.join(items)}]"

    def mapped(self, held: str, variable: str, each: str) -> str:
        """Write a list transformed by a lambda."""
        return f"list_transform({held}, lambda {variable}: {each})"

    def size(self, held: str) -> str:
        """Write the length of a list."""
        return f"len({held})"

    def item(self, held: str, position: int) -> str:
        """Write one member of a list."""
        return f"({held})[{position}]"

    def in_order(self, held: str) -> str:
        """Write the distinct members, sorted."""
        return f"list_sort(list_distinct({held}))"

    def joined(self, held: str, between: str) -> str:
        """Write the members joined by a text."""
        return f"array_to_string({held}, {self.literal(between)})"

    def gathered(self, lists: str) -> str:
        """Flatten the list of lists."""
        return f"flatten(list({lists}))"

    def distinct(self, held: str) -> str:
        """Write the distinct members."""
        return f"list_distinct({held})"

    def repeats(self, held: str) -> str:
        """Compare the length with the number of distinct members, where there are several to be told apart."""
        return f"CASE WHEN len({held}) > 1 THEN len({held}) <> list_unique({held}) ELSE FALSE END"

    def has_gaps(self, held: str) -> str:
        """Compare the length with the number of members that are not NULL."""
        return f"len({held}) <> list_count({held})"

    def some(self, held: str, variable: str, test: str) -> str:
        """Filter by a lambda."""
        return f"len(list_filter({held}, lambda {variable}: {test})) > 0"

    def type_name(self, kind: str) -> str:
        """Write the type: its name is that of DuckDB."""
        return kind

    def row_number(self) -> str:
        """Number all rows."""
        return "row_number() OVER ()"

    def in_utc(self, moment: str) -> str:
        """Say that the time zone is UTC."""
        return f"(CAST({moment} AS TIMESTAMP) AT TIME ZONE 'UTC')"

    def falls_to(self, text: str, turn: int, turns: int) -> str:
        """Compare a remainder of the hash, which is not negative."""
        return f"hash({text}) % {turns} = {turn}"

    def moved(self, day: str, days: int) -> str:
        """Add whole days to a date: the result is a date, which goes beyond the year 9999."""
        return f"({day} {'+' if days >= 0 else '-'} {abs(days)})"

    def months_after(self, day: str, months: int) -> str:
        """Add an interval of months, which stops at the end of a month."""
        return f"least(CAST({day} + INTERVAL {months} MONTH AS DATE), {self.literal(date.max)})"

    def micros(self, moment: str) -> str:
        """Write the epoch in microseconds."""
        return f"epoch_us({moment})"

    def whole(self, number: str, divisor: int) -> str:
        """Divide as whole numbers."""
        return f"({number} // {divisor})"

    def padded(self, number: str, width: int) -> str:
        """Print with leading zeros."""
        return f"lpad({self.text(number)}, {width}, '0')"

    def plain_decimal(self, number: str) -> str:
        """Print without zeros at the end of the digits after the point."""
        text = self.text(number)
        return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"


def decimal_type(number: Decimal) -> str:
    """Give the narrowest decimal type that holds a number. Raises ``RuleError`` where there is none."""
    exponent = number.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    width = max(number.adjusted() + 1, 0) + places
    if width > MAX_DECIMAL:
        raise RuleError(
            f"{number} has {width} digits, and a database compares at most {MAX_DECIMAL}",
            hint='evaluate a Stream with engine="reference"',
        )
    return f"DECIMAL({max(width, 1)}, {places})"
