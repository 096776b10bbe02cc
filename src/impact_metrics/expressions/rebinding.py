"""Rebinding: the same condition asked of another row of the same type."""

from __future__ import annotations

from typing import TypeVar, assert_never

import attrs

from impact_metrics.expressions.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    IsMissing,
    Not,
    OneOf,
    Overlaps,
)
from impact_metrics.expressions.operands import Constant, FieldRef, Operand, Row, Shifted

P = TypeVar("P", bound=Operand)


def rebound(condition: Condition, old: Row, new: Row) -> Condition:
    """Ask of ``new`` all that a condition asks of ``old``, which is free in it."""
    match condition:
        case Compare(left, operator, right):
            return Compare(_moved(left, old, new), operator, _moved(right, old, new))
        case Contains(field, item):
            return Contains(_moved(field, old, new), _moved(item, old, new))
        case OneOf(field) | Overlaps(field) | IsMissing(field):
            return attrs.evolve(condition, field=_moved(field, old, new))
        case AllOf(items):
            return AllOf(tuple(rebound(item, old, new) for item in items))
        case AnyOf(items):
            return AnyOf(tuple(rebound(item, old, new) for item in items))
        case Not(item):
            return Not(rebound(item, old, new))
        case Exists() | AtLeast() | Clause():
            return attrs.evolve(condition, condition=rebound(condition.condition, old, new))
        case _:
            assert_never(condition)


def _moved(operand: P, old: Row, new: Row) -> P:
    match operand:
        case FieldRef(row, name):
            return FieldRef(new, name) if row == old else operand  # type: ignore[return-value]  # of the same class
        case Shifted(field, days):
            return Shifted(_moved(field, old, new), days)  # type: ignore[return-value]
        case Constant():
            return operand
        case _:
            assert_never(operand)
