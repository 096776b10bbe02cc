"""Slices: the events that decide on one subject, or on everybody who counts, so that they can be explained.

From the index events of the subject one step leads to the events that a condition ties to them, another to those tied
to these, and so on. Where nothing ties an inner row, all events of its type decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.links import sort_out
from impact_metrics.engines.sql.query import where
from impact_metrics.expressions import AtLeast, Condition, Exists, FieldRef, Row, children
from impact_metrics.rules.measures import Lines, Measure
from impact_metrics.rules.populations import distincts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from impact_metrics.engines.sql.links import Tie
    from impact_metrics.engines.sql.query import Query
    from impact_metrics.rules.populations import Population


class Slices:
    """Collects, by record type, the parts that hold the ids of the events that decide."""

    def __init__(self, query: Query, relation: Callable[[str], str]) -> None:
        """Start with nothing."""
        self._query = query
        self._relation = relation
        self.parts: dict[str, list[str]] = {}

    def around(self, measure: Measure, chosen: str) -> None:
        """Collect what decides on some subjects, or rows; ``chosen`` is the query that gives their ids."""
        for population in measure.every_population:
            self._entering(population, chosen)
        for frame in measure.frames:
            if isinstance(frame, Lines):
                self._follow(frame.condition, {frame.row: self._add(frame.row, self._rows(frame.row, chosen))})

    def _entering(self, population: Population[Any], chosen: str) -> None:
        for distinct in distincts(population):
            index = self._held_by(distinct.subject, chosen)
            self._follow(distinct.condition, {distinct.row: self._add(distinct.row, index)})

    def _add(self, row: Row, body: str) -> str:
        part = self._query.part(f"{row.name} around", body)
        self.parts.setdefault(row.record.name, []).append(part)
        return part

    def _column(self, field: FieldRef, alias: str = "event") -> str:
        return f"{alias}.{self._query.dialect.quoted(field.name)}"

    def _rows(self, row: Row, chosen: str) -> str:
        source = f"{self._relation(row.record.name)} AS event"
        return f"SELECT * FROM {source}\nWHERE {self._column(FieldRef(row, 'id'))} IN ({chosen})"

    def _held_by(self, field: FieldRef, values: str) -> str:
        """Write the events whose field holds one of some values."""
        source = f"{self._relation(field.row.record.name)} AS event"
        return f"SELECT * FROM {source}{where([self._holds(field, values)])}"

    def _holds(self, field: FieldRef, values: str) -> str:
        if not field.spec.many:
            return f"{self._column(field)} IN ({values})"
        key = FieldRef(field.row, "id")
        each = self._query.dialect.unnested(
            f"{self._relation(field.row.record.name)} AS each", self._column(field, "each"), "members", "member"
        )
        found = f"SELECT {self._column(key, 'each')} FROM {each} WHERE members.member IN ({values})"
        return f"{self._column(key)} IN ({found})"

    def _follow(self, condition: Condition, around: Mapping[Row, str]) -> None:
        """Collect the events that a condition ties to those of its outer rows."""
        if isinstance(condition, Exists | AtLeast):
            row = condition.row
            ties = sort_out(row, condition.condition).ties
            tests = [self._holds(tie.inner, self._outer(tie, around[tie.outer.row])) for tie in ties]
            body = f"SELECT * FROM {self._relation(row.record.name)} AS event{where(tests)}"
            around = {**around, row: self._add(row, body)}
        for child in children(condition):
            self._follow(child, around)

    def _outer(self, tie: Tie, part: str) -> str:
        """Write the values of the outer field among the events around."""
        if not tie.outer.spec.many:
            return f"SELECT {self._column(tie.outer, 'around')} FROM {part} AS around"
        held = self._query.dialect.unnested(f"{part} AS around", self._column(tie.outer, "around"), "members", "member")
        return f"SELECT members.member FROM {held}"
