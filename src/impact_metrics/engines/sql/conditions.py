"""Conditions as SQL: boolean expressions over the rows of a scope, and parts for what looks at other events.

An expression is TRUE where the condition holds, and FALSE or NULL where it does not. AND and OR keep that; a negation
asks ``IS NOT TRUE``, so that no NULL ever meets a NOT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.engines.sql.leaves import leaf
from impact_metrics.engines.sql.links import Sorted, sort_out
from impact_metrics.engines.sql.query import Query, conjunction, where
from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    FieldRef,
    IsMissing,
    Not,
    OneOf,
    Overlaps,
    Row,
    free_rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.engines.sql.dates import Dates


@attrs.frozen
class Scope:
    """Rows that are bound, as a FROM clause gives them together: ``source`` with the conditions ``where``."""

    query: Query
    rows: tuple[Row, ...]
    source: str
    where: tuple[str, ...]

    def column(self, ref: FieldRef) -> str:
        """Write the column of a field."""
        return f"{self.alias(ref.row)}.{self.query.dialect.quoted(ref.name)}"

    def alias(self, row: Row) -> str:
        """Write the name of a row."""
        return self.query.dialect.quoted(row.name)


class Conditions:
    """Writes conditions for one statement, at one date or at several at once."""

    def __init__(self, query: Query, dates: Dates) -> None:
        """Keep where parts are collected, and the dates at which events are visible."""
        self.query = query
        self.dates = dates

    def visible(self, row: Row) -> Scope:
        """Give the scope of all visible events of a row's type."""
        source, conditions = self.dates.visible(row)
        return Scope(self.query, (row,), source, conditions)

    def keys(self, scope: Scope) -> list[str]:
        """Write what identifies one binding of a scope: the date, where there are several, and the ids."""
        ids = [scope.column(FieldRef(row, "id")) for row in scope.rows]
        return [*self.dates.key(scope.alias(scope.rows[0])), *ids]

    def write(self, condition: Condition, scope: Scope) -> str:
        """Write a condition over the rows of a scope."""
        match condition:
            case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
                return leaf(condition, scope, self.query)
            case AllOf(items):
                return f"({' AND '.join(self.write(item, scope) for item in items)})" if items else "TRUE"
            case AnyOf(items):
                return f"({' OR '.join(self.write(item, scope) for item in items)})" if items else "FALSE"
            case Not(item):
                return self._negated(item, scope)
            case Clause(name, _, inner):
                return self._labelled(inner, scope, spoken(name))
            case Exists():
                return self._quantified(condition, scope, "")
            case AtLeast():
                return self._quantified(condition, scope, "")
            case _:
                assert_never(condition)

    def _labelled(self, condition: Condition, scope: Scope, name: str) -> str:
        """Write the condition of a clause; a part that it needs is named after it."""
        if isinstance(condition, Exists | AtLeast):
            return self._quantified(condition, scope, name)
        return self.write(condition, scope)

    def _negated(self, condition: Condition, scope: Scope) -> str:
        match condition:
            case Clause(condition=inner):
                return self._negated(inner, scope)
            case Exists() | AtLeast():
                return self._quantified(condition, scope, "", negated=True)
            case _:
                return f"({self.write(condition, scope)}) IS NOT TRUE"

    def _quantified(self, condition: Exists | AtLeast, scope: Scope, name: str, *, negated: bool = False) -> str:
        n, on = (condition.n, condition.on) if isinstance(condition, AtLeast) else (1, None)
        row = condition.row
        parts = sort_out(row, condition.condition)
        outer = free_rows(condition)
        # The part is named after the clause, or after the events that it finds and what finds them.
        if not parts.rest and not any(tie.outer.spec.many for tie in parts.ties):
            named = name or spoken(" by ".join([row.name, *(tie.inner.name for tie in parts.ties)]))
            part = self._found(row, parts, n, on, named)
            first = self.dates.key(scope.alias(scope.rows[0]))
            return self._test(part, [*first, *(scope.column(tie.outer) for tie in parts.ties)], negated=negated)
        within = self.visible(next(iter(outer))) if len(outer) == 1 else scope
        named = name or f"{within.rows[-1].name} with {row.name}"
        part = self._matched(within, row, parts, n, on, named)
        return self._test(part, self.keys(within), negated=negated)

    def _test(self, part: str, keys: Sequence[str], *, negated: bool) -> str:
        """Write the test whether keys are in a part. A missing key is in none."""
        if len(keys) == 1 and not negated:
            return f"{keys[0]} IN (SELECT k1 FROM {part})"
        tests = [f"{part}.k{number} = {key}" for number, key in enumerate(keys, 1)]
        return (
            f"{'NOT ' if negated else ''}EXISTS (SELECT 1 FROM {part}{' WHERE ' if tests else ''}{' AND '.join(tests)})"
        )

    def _found(self, row: Row, parts: Sorted, n: int, on: FieldRef | None, name: str) -> str:
        """Add the part that holds the keys under which enough events are found."""
        scope = self.visible(row)
        source, tied, known = self._keyed(scope, parts)
        keys = [*self.dates.key(scope.alias(row)), *tied]
        conditions = [*scope.where, *(self.write(part, scope) for part in parts.alone), *known]
        return self.query.part(
            name, self._enough(keys, source, conditions, n, None if on is None else scope.column(on))
        )

    def _keyed(self, scope: Scope, parts: Sorted) -> tuple[str, list[str], list[str]]:
        """Write the keys by which inner events are found, their FROM clause, and that no key is missing."""
        source, keys = scope.source, list[str]()
        for number, tie in enumerate(parts.ties, 1):
            if tie.inner.spec.many:
                alias = self.query.aside(f"member {number}")
                source = self.query.dialect.unnested(source, scope.column(tie.inner), alias, "k")
                keys.append(f"{alias}.k")
            else:
                keys.append(scope.column(tie.inner))
        tests = [test for tie, key in zip(parts.ties, keys, strict=True) for test in known(tie.inner, key)]
        return source, keys, tests

    def _matched(  # noqa: PLR0913, PLR0917 - the parts of a quantifier
        self, within: Scope, row: Row, parts: Sorted, n: int, on: FieldRef | None, name: str
    ) -> str:
        """Add the part that holds the bindings of a scope for which enough events fit."""
        both = self._beside(within, row, parts)
        conditions = [*both.where, *(self.write(part, both) for part in parts.rest)]
        counted = None if on is None else both.column(on)
        return self.query.part(name, self._enough(self.keys(within), both.source, conditions, n, counted))

    def _beside(self, within: Scope, row: Row, parts: Sorted, *, plain_only: bool = False) -> Scope:
        """Give the scope of a scope's rows with an inner row beside them: a join on the ties.

        With ``plain_only`` it is joined on the ties alone, and the caller sees to all other conditions.
        """
        dialect, inner = self.query.dialect, self.visible(row)
        source, joining = within.source, list(inner.where)
        joining += self.dates.together(within.alias(within.rows[0]), inner.alias(row))
        inside, held = inner.source, list[str]()
        for number, tie in enumerate(parts.ties, 1):
            ours, theirs = inner.column(tie.inner), within.column(tie.outer)
            alias = self.query.aside(f"{row.name} member {number}")
            if tie.outer.spec.many:
                source = dialect.unnested(source, theirs, alias, "k")
                theirs = f"{alias}.k"
            elif tie.inner.spec.many:
                key = dialect.quoted(f"key {number}")
                inside = dialect.unnested(inside, ours, alias, "k")
                held.append(f"{alias}.k AS {key}")
                ours = f"{inner.alias(row)}.{key}"
            joining.append(f"{ours} = {theirs}")
        if held:
            inside = f"(SELECT {inner.alias(row)}.*, {', '.join(held)} FROM {inside}) AS {inner.alias(row)}"
        if not plain_only:
            joining += [self.write(part, inner) for part in parts.alone]
        source = f"{source}\nJOIN {inside} ON {conjunction(joining)}"
        return Scope(self.query, (*within.rows, row), source, within.where)

    def _enough(self, keys: Sequence[str], source: str, conditions: list[str], n: int, on: str | None) -> str:
        """Write the query for the keys that come with at least ``n`` rows, or values of ``on``."""
        named = ", ".join(f"{key} AS k{number}" for number, key in enumerate(keys, 1)) or "1 AS found"
        if on is not None:
            conditions.append(f"{on} IS NOT NULL")
        having = enough(n, on)
        grouped = f"\nGROUP BY {', '.join(keys)}" if keys and having else ""
        once = "" if keys or having else "\nLIMIT 1"
        return f"SELECT {named}\nFROM {source}{where(conditions)}{grouped}{having}{once}"


def known(field: FieldRef, column: str) -> list[str]:
    """Write the test that a value is there, where it may be missing. Members of a set are never missing.

    The test of a member would keep DuckDB from reading sets in one pass, and take five times as long.
    """
    return [f"{column} IS NOT NULL"] if field.spec.optional and not field.spec.many else []


def spoken(name: str) -> str:
    """Turn a Python name into that of a part. It has a space, so that it cannot be taken for a row of a rule."""
    words = name.replace("_", " ").strip()
    return words if " " in words else f"{words} found"


def enough(n: int, on: str | None) -> str:
    """Write the HAVING clause for at least ``n`` rows, or different values; nothing where any row will do."""
    if n == 1:
        return ""
    if on is None:
        return f"\nHAVING count(*) >= {n}"
    # Two values differ where the least is not the greatest, which costs less than counting them.
    return f"\nHAVING min({on}) <> max({on})" if n == 2 else f"\nHAVING count(DISTINCT {on}) >= {n}"  # noqa: PLR2004
