"""Since when: the date from which a condition holds for good, for rules that nothing can end.

Where a rule never asks that something has not happened, whoever counts goes on to count. One pass then tells of every
subject since when, and the closings of any number of periods are read off these dates. Conditions become dates: all of
several hold from the latest on, one of several from the earliest on, and what never holds does so after the last date
of the calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard, assert_never

from impact_metrics.engines.sql.conditions import Scope, known, spoken
from impact_metrics.engines.sql.links import sort_out
from impact_metrics.engines.sql.measures import Measures
from impact_metrics.engines.sql.query import conjunction, where
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
    children,
    free_rows,
)
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distincts, parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.engines.sql.links import Sorted
    from impact_metrics.expressions import Row

ALWAYS, NEVER = "DATE '0001-01-01'", "DATE '10000-01-01'"


def is_plain(condition: Condition) -> bool:
    """Tell whether a condition looks at no other event, so that no date changes it."""
    return not isinstance(condition, Exists | AtLeast) and all(map(is_plain, children(condition)))


def stays(population: Population[Any]) -> bool:
    """Tell whether whoever is a member goes on to be one."""
    if isinstance(population, Without):
        return False
    return all(map(stays, parts(population))) and all(lasts(d.condition) for d in distincts(population))


def lasts(condition: Condition) -> bool:
    """Tell whether the condition, once it holds, goes on to hold."""
    return is_plain(condition) or (not isinstance(condition, Not) and all(map(lasts, children(condition))))


def enters_by_days(population: Population[Any]) -> bool:
    """Tell whether an index event fits from its own day on, so that the first entry event is one for good."""
    return stays(population) and all(is_plain(distinct.condition) for distinct in distincts(population))


class SinceWhen(Measures):
    """Writes populations with the date since when each subject is a member."""

    def index_rows(self, population: Distinct[Any], name: str) -> str:
        """Add the part of index events: subject, day, and since when the event fits; and the value told apart."""
        scope = self.visible(population.row)
        conditions, joins = list(scope.where), list[str]()
        since = self._of_all(population.condition, scope, conditions, joins)
        subject, source = scope.column(population.subject), scope.source
        if population.subject.spec.many:
            members = self.query.aside("subjects of it")
            source, subject = self.query.dialect.unnested(source, subject, members, "subject"), f"{members}.subject"
        day = scope.column(FieldRef(population.row, "occurred_on"))
        columns = [f"{subject} AS subject", f"{day} AS day", f"{_latest([day, *since])} AS since"]
        if population.on is not None:
            columns.append(f"{scope.column(population.on)} AS apart")
        conditions += known(population.subject, subject)
        text = f"SELECT {', '.join(columns)}\nFROM {_joined(source, joins)}{where(conditions)}"
        return self.query.part(f"{name} events", text)

    def since(self, population: Population[Any], name: str) -> str:
        """Add the part that gives each subject with the date since when it is a member."""
        match population:
            case Distinct(minimum=n, on=on):
                rows = self.index_rows(population, name)
                body = self._nth(["subject"], f"SELECT * FROM {rows}", n, apart=on is not None)
            case Both(items) | Either(items):
                every = "\nUNION ALL\n".join(f"SELECT * FROM {self.since(item, f'{name} part')}" for item in items)
                both = isinstance(population, Both)
                chosen, having = ("max", f"\nHAVING count(*) = {len(items)}") if both else ("min", "")
                body = (
                    f"SELECT subject, {chosen}(since) AS since\nFROM (\n{every}\n) AS parts\nGROUP BY subject{having}"
                )
            case Without():
                raise AssertionError(population)
            case _:
                assert_never(population)
        return self.query.part(f"{name} since", body)

    def _nth(self, keys: Sequence[str], rows: str, n: int, *, apart: bool) -> str:
        """Write since when each key has ``n`` rows, or ``n`` different values of ``apart``."""
        named = ", ".join(keys)
        grouped = f"\nGROUP BY {named}" if keys else ""
        if apart:
            several = ", ".join([*keys, "apart"])
            rows = (
                f"SELECT {several}, min(since) AS since FROM (\n{rows}\n) AS values_apart "
                f"WHERE apart IS NOT NULL GROUP BY {several}"
            )
        listed = f"{named}, " if keys else ""
        if n == 1:
            body = f"SELECT {listed}min(since) AS since FROM (\n{rows}\n) AS every{grouped}"
            return f"SELECT * FROM (\n{body}\n) AS earliest\nWHERE since < {NEVER}"
        partition = f"PARTITION BY {named} " if keys else ""
        place = self.query.dialect.quoted("in line")
        return (
            f"SELECT {listed}since FROM (\n  SELECT every.*, row_number() OVER ({partition}ORDER BY since) AS {place}\n"
            f"  FROM (\n{rows}\n) AS every\n) AS ranked\nWHERE {place} = {n} AND since < {NEVER}"
        )

    # --- conditions as dates

    def _of_all(self, condition: Condition, scope: Scope, conditions: list[str], joins: list[str]) -> list[str]:
        """Write what must hold: plain conditions among ``conditions``, and the dates since when the others do."""
        items = condition.items if isinstance(condition, AllOf) else (condition,)
        dates: list[str] = []
        for item in items:
            if is_plain(item):
                conditions.append(self.write(item, scope))
            elif isinstance(item, AllOf):
                dates += self._of_all(item, scope, conditions, joins)
            else:
                dates.append(self.date(item, scope, joins))
        return dates

    def date(self, condition: Condition, scope: Scope, joins: list[str]) -> str:
        """Write the date since when a condition holds; what it needs to be joined to goes among ``joins``."""
        match condition:
            case _ if is_plain(condition):
                return f"CASE WHEN {self.write(condition, scope)} THEN {ALWAYS} ELSE {NEVER} END"
            case AllOf(items):
                return _latest([self.date(item, scope, joins) for item in items])
            case AnyOf(items):
                return f"least({', '.join(self.date(item, scope, joins) for item in items)})"
            case Clause(name, _, inner) if _is_quantifier(inner):
                return self._quantified_since(inner, scope, joins, spoken(name))
            case Clause(condition=inner):
                return self.date(inner, scope, joins)
            case Exists() | AtLeast():
                return self._quantified_since(condition, scope, joins, "")
            case Compare() | OneOf() | Overlaps() | Contains() | IsMissing() | Not():
                raise AssertionError(condition)
            case _:
                assert_never(condition)

    def _quantified_since(self, condition: Exists | AtLeast, scope: Scope, joins: list[str], name: str) -> str:
        n, on = (condition.n, condition.on) if isinstance(condition, AtLeast) else (1, None)
        row, found = condition.row, sort_out(condition.row, condition.condition)
        outer = free_rows(condition)
        if not found.rest and not any(tie.outer.spec.many for tie in found.ties):
            named = name or spoken(" by ".join([row.name, *(tie.inner.name for tie in found.ties)]))
            part = self._found_since(row, found, n, on, f"{named} since")
            keys = [scope.column(tie.outer) for tie in found.ties]
            if not keys:
                return f"coalesce((SELECT since FROM {part}), {NEVER})"
        else:
            within = self.visible(next(iter(outer))) if len(outer) == 1 else scope
            part = self._matched_since(within, row, found, n, on, name or f"{within.rows[-1].name} with {row.name}")
            keys = self.keys(within)
        alias = self.query.aside(f"since {len(joins) + 1}")
        equal = conjunction([f"{alias}.k{number} = {key}" for number, key in enumerate(keys, 1)])
        joins.append(f"LEFT JOIN {part} AS {alias} ON {equal}")
        return f"coalesce({alias}.since, {NEVER})"

    def _found_since(self, row: Row, found: Sorted, n: int, on: FieldRef | None, name: str) -> str:
        """Add the part that gives, for each key, since when enough events are found under it."""
        scope = self.visible(row)
        conditions, joins = list(scope.where), list[str]()
        since = self._of_all(AllOf(found.alone), scope, conditions, joins)
        source, keys, tests = self._keyed(scope, found)
        dates = [scope.column(FieldRef(row, "occurred_on")), *since]
        selected = [f"{key} AS k{number}" for number, key in enumerate(keys, 1)]
        selected += [f"{_latest(dates)} AS since", *([] if on is None else [f"{scope.column(on)} AS apart"])]
        rows = f"SELECT {', '.join(selected)}\nFROM {_joined(source, joins)}{where([*conditions, *tests])}"
        named = [f"k{number}" for number in range(1, len(keys) + 1)]
        return self.query.part(name, self._nth(named, rows, n, apart=on is not None))

    def _matched_since(  # noqa: PLR0913, PLR0917 - the parts of a quantifier
        self, within: Scope, row: Row, found: Sorted, n: int, on: FieldRef | None, name: str
    ) -> str:
        """Add the part that gives, for each binding of a scope, since when enough events fit."""
        both = self._beside(within, row, found, plain_only=True)
        conditions, joins = list(both.where), list[str]()
        since = self._of_all(AllOf((*found.alone, *found.rest)), both, conditions, joins)
        dates = [both.column(FieldRef(row, "occurred_on")), *since]
        keys = self.keys(within)
        selected = [f"{key} AS k{number}" for number, key in enumerate(keys, 1)]
        selected += [f"{_latest(dates)} AS since", *([] if on is None else [f"{both.column(on)} AS apart"])]
        rows = f"SELECT {', '.join(selected)}\nFROM {_joined(both.source, joins)}{where(conditions)}"
        named = [f"k{number}" for number in range(1, len(keys) + 1)]
        return self.query.part(f"{name} since", self._nth(named, rows, n, apart=on is not None))


def _is_quantifier(condition: Condition) -> TypeGuard[Exists | AtLeast]:
    return isinstance(condition, Exists | AtLeast)


def _latest(dates: Sequence[str]) -> str:
    return dates[0] if len(dates) == 1 else f"greatest({', '.join(dates)})"


def _joined(source: str, joins: Sequence[str]) -> str:
    return "\n".join([source, *joins])
