"""The SQL of Spark."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.engines.sql.dialect import Dialect, decimal_type
from impact_metrics.engines.sql.versions import micros_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.engines.sql.dialect import Value

_PLAIN = re.compile(r"[A-Za-z0-9 _.,:;+-]*")
_LONG = 2**63
_TYPES = {"VARCHAR": "STRING", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "DECIMAL": "DECIMAL(38, 9)"}
"""What Spark calls types otherwise; a decimal of no given size is that of a column that is not there."""


class SparkDialect(Dialect):
    """The SQL of Spark, in ANSI mode and with the time zone UTC."""

    name = "spark"

    def quoted(self, name: str) -> str:
        """Write an identifier in backticks."""
        return "`" + name.replace("`", "``") + "`"

    def parameter(self, name: str) -> str:
        """Write the place of a bound value, by its name."""
        return f":{name}"

    def literal(self, value: Value) -> str:
        """Write a value itself; a text with any other than plain characters by its bytes.

        What a backslash or a dollar sign means in a text depends on settings of Spark. What bytes mean does not.
        """
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, datetime):
            return f"timestamp_micros({micros_of(value)})"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        if isinstance(value, str):
            return f"'{value}'" if _PLAIN.fullmatch(value) else f"CAST(X'{value.encode().hex()}' AS STRING)"
        if isinstance(value, Decimal):
            return f"CAST('{value:f}' AS {decimal_type(value)})"
        return str(value) if -_LONG < value < _LONG else f"CAST('{value}' AS DECIMAL(38, 0))"

    def unnested(self, source: str, held: str, alias: str, column: str) -> str:
        """Join with explode, as lateral: after a LATERAL VIEW, whose plan is the same, nothing could be joined."""
        return f"{source} CROSS JOIN LATERAL explode({held}) AS {alias}({column})"

    def compared(self, one: str, sign: str, other: str, *, decimal: bool) -> str:
        """Compare two values, and decimals by their whole parts and the rest.

        Spark brings two decimals to one type before it compares them. Where that would need more than 38 digits, it
        rounds without a word, and then takes different numbers for equal.
        """
        if not decimal:
            return f"{one} {sign} {other}"
        (whole, rest), (whole_other, rest_other) = _parts(one), _parts(other)
        if sign == "=":
            return f"({whole} = {whole_other} AND {rest} = {rest_other})"
        if sign == "<>":
            return f"({whole} <> {whole_other} OR {rest} <> {rest_other})"
        return f"({whole} {sign[0]} {whole_other} OR ({whole} = {whole_other} AND {rest} {sign} {rest_other}))"

    def one_of(self, value: str, items: Sequence[str], *, decimal: bool) -> str:
        """Test whether a value is in a list; decimals are compared one by one."""
        if not decimal:
            return super().one_of(value, items, decimal=decimal)
        return f"({' OR '.join(self.compared(value, '=', item, decimal=True) for item in items)})"

    def none_of(self, value: str, items: Sequence[str], *, decimal: bool) -> str:
        """Test whether a value is in no list; decimals are compared one by one."""
        if not decimal:
            return super().none_of(value, items, decimal=decimal)
        return f"({' AND '.join(self.compared(value, '<>', item, decimal=True) for item in items)})"

    def total(self, number: str) -> str:
        """Sum as decimals of 38 digits: the sum of 64-bit numbers would have to be one."""
        return f"sum(CAST({number} AS DECIMAL(38, 0)))"

    # --- lists

    def contains(self, held: str, item: str, *, decimal: bool) -> str:
        """Test whether a list has a member; decimals are compared one by one."""
        if not decimal:
            return f"array_contains({held}, {item})"
        return self.some(held, "member", self.compared("member", "=", item, decimal=True))

    def overlaps(self, held: str, items: Sequence[str], *, decimal: bool) -> str:
        """Test whether two lists meet; decimals are compared one by one."""
        if not decimal:
            return f"arrays_overlap({held}, {self.list_of(items)})"
        return self.some(held, "member", self.one_of("member", items, decimal=True))

    def list_of(self, items: Sequence[str]) -> str:
        """Write an array."""
        return f"array({', '.join(items)})"

    def mapped(self, held: str, variable: str, each: str) -> str:
        """Write an array transformed by a lambda."""
        return f"transform({held}, {variable} -> {each})"

    def size(self, held: str) -> str:
        """Write the length of an array, NULL where there is none."""
        return f"array_size({held})"

    def item(self, held: str, position: int) -> str:
        """Write one member of an array."""
        return f"element_at({held}, {position})"

    def in_order(self, held: str) -> str:
        """Write the distinct members, sorted."""
        return f"array_sort(array_distinct({held}))"

    def joined(self, held: str, between: str) -> str:
        """Write the members joined by a text."""
        return f"array_join({held}, {self.literal(between)})"

    def gathered(self, lists: str) -> str:
        """Flatten the array of arrays."""
        return f"flatten(collect_list({lists}))"

    def distinct(self, held: str) -> str:
        """Write the distinct members."""
        return f"array_distinct({held})"

    def repeats(self, held: str) -> str:
        """Compare the length with the number of distinct members."""
        return f"array_size({held}) <> array_size(array_distinct({held}))"

    def has_gaps(self, held: str) -> str:
        """Compare the length with the number of members that are not NULL."""
        return f"array_size({held}) <> array_size(array_compact({held}))"

    def some(self, held: str, variable: str, test: str) -> str:
        """Test the members by a lambda."""
        return f"exists({held}, {variable} -> {test})"

    # --- dates and numbers

    def type_name(self, kind: str) -> str:
        """Write the type as Spark calls it."""
        if kind.endswith("[]"):
            return f"ARRAY<{self.type_name(kind.removesuffix('[]'))}>"
        return _TYPES.get(kind, kind)

    def row_number(self) -> str:
        """Number all rows in the order in which Spark reads them."""
        return "row_number() OVER (ORDER BY monotonically_increasing_id())"

    def in_utc(self, moment: str) -> str:
        """Take the time zone of the session, which is UTC."""
        return f"CAST({moment} AS TIMESTAMP)"

    def falls_to(self, text: str, turn: int, turns: int) -> str:
        """Compare a remainder of the hash that is not negative."""
        return f"pmod(xxhash64({text}), {turns}) = {turn}"

    def moved(self, day: str, days: int) -> str:
        """Add whole days to a date: the result goes beyond the year 9999."""
        return f"date_add({day}, {days})"

    def months_after(self, day: str, months: int) -> str:
        """Add months, which stops at the end of a month."""
        return f"least(add_months({day}, {months}), {self.literal(date.max)})"

    def micros(self, moment: str) -> str:
        """Write the microseconds since 1970."""
        return f"unix_micros({moment})"

    def whole(self, number: str, divisor: int) -> str:
        """Divide as whole numbers."""
        return f"({number} DIV {divisor})"

    def padded(self, number: str, width: int) -> str:
        """Print with leading zeros."""
        return f"lpad({self.text(number)}, {width}, '0')"

    def plain_decimal(self, number: str) -> str:
        """Print without zeros at the end of the digits after the point."""
        text = self.text(number)
        trimmed = f"trim(TRAILING '.' FROM trim(TRAILING '0' FROM {text}))"
        return f"CASE WHEN contains({text}, '.') THEN {trimmed} ELSE {text} END"


def _parts(number: str) -> tuple[str, str]:
    """Write the whole part of a number and the rest, both of its sign: in each part, types have room for both."""
    whole = f"CASE WHEN {number} < 0 THEN ceil({number}) ELSE floor({number}) END"
    return whole, f"({number} % CAST(1 AS DECIMAL(1, 0)))"
