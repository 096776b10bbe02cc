"""Populations as SQL: one part for each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.sql.conditions import Conditions, Scope, enough, known
from impact_metrics.engines.sql.query import where
from impact_metrics.expressions import AllOf
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.values import NumberKind

if TYPE_CHECKING:
    from impact_metrics.expressions import Condition, FieldRef, Row


class Measures(Conditions):
    """Writes populations, besides conditions."""

    def fitting(self, row: Row, condition: Condition) -> Scope:
        """Give the scope of the visible events for which a condition holds."""
        scope = self.visible(row)
        items = condition.items if isinstance(condition, AllOf) else (condition,)
        return Scope(self.query, scope.rows, scope.source, (*scope.where, *(self.write(i, scope) for i in items)))

    def index(self, population: Distinct[Any], *, on: bool = True) -> tuple[Scope, str]:
        """Give the scope of the index events of a population, and the column that holds their subject.

        With ``on``, only those that have the value that is told apart, where one is.
        """
        scope = self.fitting(population.row, population.condition)
        subject = scope.column(population.subject)
        source = scope.source
        if population.subject.spec.many:
            members = self.query.aside("subjects of it")
            source, subject = self.query.dialect.unnested(source, subject, members, "subject"), f"{members}.subject"
        conditions = [*scope.where, *known(population.subject, subject)]
        if on and population.on is not None:
            conditions.append(f"{scope.column(population.on)} IS NOT NULL")
        return Scope(self.query, scope.rows, source, tuple(conditions)), subject

    def members(self, population: Population[Any], name: str) -> str:
        """Add the part that holds the members of a population, each once (for each date)."""
        match population:
            case Distinct(minimum=n, on=on):
                scope, subject = self.index(population)
                keys = [*self.dates.key(scope.alias(population.row)), subject]
                having = enough(n, None if on is None else scope.column(on))
                grouped = f"\nGROUP BY {', '.join(keys)}{having}" if having else ""
                chosen = ", ".join([*keys[:-1], f"{subject} AS subject"])
                body = (
                    f"SELECT {'' if having else 'DISTINCT '}{chosen}\nFROM {scope.source}{where(scope.where)}{grouped}"
                )
            case Both(items):
                body = self._combined("INTERSECT", items, name)
            case Either(items):
                body = self._combined("UNION", items, name)
            case Without(base, removed):
                body = self._combined("EXCEPT", (base, removed), name)
            case _:
                assert_never(population)
        return self.query.part(name, body)

    def _combined(self, operator: str, items: tuple[Population[Any], ...], name: str) -> str:
        parts = [self.members(item, f"{name} part") for item in items]
        return f"\n{operator}\n".join(f"SELECT * FROM {part}" for part in parts)

    def sum(self, field: FieldRef, number: str) -> str:
        """Write the sum of a field: that of decimals has their places."""
        return f"sum({number})" if field.spec.kind == NumberKind(decimal=True) else self.query.dialect.total(number)


def sum_of(number: FieldRef | None, total: Any) -> int | Decimal:  # noqa: ANN401 - what a database gives
    """Give a sum, 0 where there is nothing; that of whole numbers is one, however a database holds it."""
    decimal = number is not None and number.spec.kind == NumberKind(decimal=True)
    return Decimal(total or 0) if decimal and total else int(total or 0)
