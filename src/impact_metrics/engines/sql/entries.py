"""Entries as SQL: the events through which each subject counts, as long rows and without an object for any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.sql.query import where
from impact_metrics.expressions import FieldRef
from impact_metrics.rules.measures import Lines
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from impact_metrics.engines.sql.measures import Measures
    from impact_metrics.expressions import Condition, Row


def entries(writer: Measures, counted: Population[Any] | Lines, name: str) -> str:
    """Write the query for subject, event type and event, each once, in no order."""
    if isinstance(counted, Lines):
        return _of_rows(writer, counted.row, counted.condition)
    return _each_once(writer, counted, name)


def _each_once(writer: Measures, population: Population[Any], name: str) -> str:
    """Write the entries of members; only where several populations meet can one event stand for somebody twice."""
    every = _of_members(writer, population, name)
    if isinstance(population, Distinct):
        return every
    return f"SELECT DISTINCT subject, type, event FROM (\n{every}\n) AS entries"


def _of_members(writer: Measures, population: Population[Any], name: str) -> str:
    """Write the entries of those who are members of the population, or of a part of it."""
    match population:
        case Distinct():
            scope, subject = writer.index(population)
            key = scope.column(FieldRef(population.row, "id"))
            kind = writer.query.bind(population.row.record.name, "type")
            conditions = scope.where
            if population.minimum > 1:
                # Where one event is enough, each makes its subject a member, and nobody has to be looked up.
                members = writer.members(population, f"{name} members")
                conditions = (*conditions, f"{subject} IN (SELECT subject FROM {members})")
            return (
                f"SELECT {subject} AS subject, {kind} AS type, {key} AS event\nFROM {scope.source}{where(conditions)}"
            )
        case Both(items) | Either(items):
            inside = "\nUNION ALL\n".join(_of_members(writer, item, f"{name} part") for item in items)
        case Without(base, _):
            inside = _of_members(writer, base, f"{name} part")
        case _:
            assert_never(population)
    part, members = writer.query.part(f"{name} entries", inside), writer.members(population, f"{name} members")
    return f"SELECT * FROM {part} AS inside WHERE subject IN (SELECT subject FROM {members})"


def _of_rows(writer: Measures, row: Row, condition: Condition) -> str:
    scope = writer.fitting(row, condition)
    key, kind = scope.column(FieldRef(row, "id")), writer.query.bind(row.record.name, "type")
    return f"SELECT {key} AS subject, {kind} AS type, {key} AS event\nFROM {scope.source}{where(scope.where)}"
