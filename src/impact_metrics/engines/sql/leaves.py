"""Comparisons as SQL. Each is TRUE where the comparison holds, and FALSE or NULL where it does not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, assert_never

from impact_metrics.engines.sql.dialect import decimal_type
from impact_metrics.expressions import (
    Compare,
    Constant,
    Contains,
    FieldRef,
    IsMissing,
    OneOf,
    Operand,
    Operator,
    Overlaps,
    Shifted,
)
from impact_metrics.values import Code, NumberKind

if TYPE_CHECKING:
    from impact_metrics.engines.sql.query import Query

Leaf: TypeAlias = Compare | OneOf | Overlaps | Contains | IsMissing

SIGNS = {
    Operator.EQ: "=",
    Operator.NE: "<>",
    Operator.LT: "<",
    Operator.LE: "<=",
    Operator.GT: ">",
    Operator.GE: ">=",
}
_WIDEST = 10**37
"""Beyond every number that a column holds, and short enough to be bound."""


class Columns(Protocol):
    """Finds the column of a field."""

    def column(self, ref: FieldRef) -> str:
        """Write the column that holds a field of a bound row."""
        ...


def leaf(condition: Leaf, scope: Columns, query: Query) -> str:
    """Write a comparison."""
    match condition:
        case Compare(left, compared, right):
            one, other = operand(left, scope, query, ""), operand(right, scope, query, _named(left))
            return query.dialect.compared(one, SIGNS[compared], other, decimal=_is_decimal(left))
        case OneOf(field, among, negated):
            test = query.dialect.none_of if negated else query.dialect.one_of
            return test(scope.column(field), _members(among, field, query), decimal=_is_decimal(field))
        case Overlaps(field, among):
            return query.dialect.overlaps(
                scope.column(field), _members(among, field, query), decimal=_is_decimal(field)
            )
        case Contains(field, item):
            sought = operand(item, scope, query, field.name)
            found = query.dialect.contains(scope.column(field), sought, decimal=_is_decimal(field))
            return found if isinstance(item, Constant) else f"({sought} IS NOT NULL AND {found})"
        case IsMissing(field):
            return f"{scope.column(field)} IS NULL"
        case _:
            assert_never(condition)


def _named(operand: FieldRef | Shifted) -> str:
    return operand.name if isinstance(operand, FieldRef) else operand.field.name


def _is_decimal(operand: FieldRef | Shifted) -> bool:
    return isinstance(operand, FieldRef) and operand.spec.kind == NumberKind(decimal=True)


def _members(among: Any, field: FieldRef, query: Query) -> list[str]:  # noqa: ANN401 - a set of any values
    return [constant(value, field.name, query) for value in among.members]


def operand(read: Operand, scope: Columns, query: Query, hint: str) -> str:
    """Write what a comparison compares."""
    match read:
        case FieldRef():
            return scope.column(read)
        case Shifted(field, days):
            return query.dialect.shifted(scope.column(field), days)
        case Constant(value):
            return constant(value, hint, query)
        case _:
            assert_never(read)


def constant(value: Any, hint: str, query: Query) -> str:  # noqa: ANN401 - any constant of a rule
    """Bind a constant."""
    if isinstance(value, Code):
        return query.bind(value.value, hint)
    if isinstance(value, bool):
        return query.dialect.literal(value)
    if isinstance(value, Decimal):
        return f"CAST({query.bind(f'{value:f}', hint)} AS {decimal_type(value)})"
    if isinstance(value, int):
        return query.bind(max(-_WIDEST, min(value, _WIDEST)), hint)
    return query.bind(value, hint)
