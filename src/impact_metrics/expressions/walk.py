"""The one traversal of conditions: children, all nodes, and which rows a condition reads and binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.expressions.checks import field_of
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
from impact_metrics.expressions.operands import Constant, FieldRef, Operand, Row

if TYPE_CHECKING:
    from collections.abc import Iterator


def children(condition: Condition) -> tuple[Condition, ...]:
    """Give the conditions directly inside this one."""
    match condition:
        case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
            return ()
        case AllOf(items) | AnyOf(items):
            return items
        case Not(item):
            return (item,)
        case Exists() | AtLeast() | Clause():
            return (condition.condition,)
        case _:
            assert_never(condition)


def walk(condition: Condition) -> Iterator[Condition]:
    """Give this condition and everything inside it, outer before inner."""
    yield condition
    for child in children(condition):
        yield from walk(child)


def operands(condition: Condition) -> tuple[Operand, ...]:
    """Give the operands that this very node reads, without those of the conditions inside it."""
    match condition:
        case Compare(left=left, right=right):
            return (left, right)
        case Contains(field=field, item=item):
            return (field, item)
        case OneOf(field=field) | Overlaps(field=field) | IsMissing(field=field):
            return (field,)
        case AtLeast(on=FieldRef() as on):
            return (on,)
        case AtLeast() | AllOf() | AnyOf() | Not() | Exists() | Clause():
            return ()
        case _:
            assert_never(condition)


def field_refs(condition: Condition) -> Iterator[FieldRef]:
    """Give every field that the condition reads, at any depth."""
    for node in walk(condition):
        for operand in operands(node):
            if not isinstance(operand, Constant):
                yield field_of(operand)


def bound_rows(condition: Condition) -> frozenset[Row]:
    """Give the rows that the condition itself binds, by ``exists`` or ``at_least``, at any depth."""
    return frozenset(node.row for node in walk(condition) if isinstance(node, Exists | AtLeast))


def free_rows(condition: Condition) -> frozenset[Row]:
    """Give the rows that the condition reads and does not bind: something outside must bind them."""
    own = frozenset(field_of(operand).row for operand in operands(condition) if not isinstance(operand, Constant))
    inner = frozenset(row for child in children(condition) for row in free_rows(child))
    match condition:
        case Exists(row=row) | AtLeast(row=row):
            return (own | inner) - {row}
        case _:
            return own | inner
