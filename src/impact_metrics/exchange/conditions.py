"""Conditions as plain data: a mapping with one key, which names the node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.errors import nearest
from impact_metrics.exchange.values import (
    Scope,
    plain_operand,
    plain_row,
    plain_set,
    read_field,
    read_operand,
    read_place,
    read_row,
    read_set,
)
from impact_metrics.expressions import (
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
    Operator,
    Overlaps,
    Shifted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from impact_metrics.exchange.at import At

OPERATORS = {operator.value: operator for operator in Operator}


def plain_condition(condition: Condition) -> dict[str, Any]:  # noqa: C901 - one case a node
    """Write a condition."""
    match condition:
        case Compare(left, operator, right):
            return {
                "compare": {"left": plain_operand(left), "is": operator.value, "right": plain_operand(right)},
            }
        case OneOf(field, among, negated):
            return {"not_one_of" if negated else "one_of": {"field": str(field), "among": plain_set(among)}}
        case Overlaps(field, among):
            return {"overlaps": {"field": str(field), "among": plain_set(among)}}
        case Contains(field, item):
            return {"contains": {"field": str(field), "item": plain_operand(item)}}
        case IsMissing(field):
            return {"is_missing": str(field)}
        case AllOf(items):
            return {"all_of": [plain_condition(item) for item in items]}
        case AnyOf(items):
            return {"any_of": [plain_condition(item) for item in items]}
        case Not(item):
            return {"not": plain_condition(item)}
        case Exists(row, inner):
            return {"exists": {"row": plain_row(row), **plain_where(inner)}}
        case AtLeast(n, row, inner, on):
            counted = {"n": n, "row": plain_row(row), **plain_where(inner)}
            return {"at_least": counted if on is None else {**counted, "on": str(on)}}
        case Clause(name, text, inner):
            return {"clause": {"name": name, "text": text, "condition": plain_condition(inner)}}
        case _:
            assert_never(condition)


def plain_where(condition: Condition) -> dict[str, Any]:
    """Write the conditions on a row: a list where all must hold, and nothing where nothing is asked."""
    if isinstance(condition, AllOf):
        return {"where": [plain_condition(item) for item in condition.items]} if condition.items else {}
    return {"where": plain_condition(condition)}


def read_where(at: At, scope: Scope) -> Condition:
    """Read the conditions on a row from a mapping that may have them under ``where``."""
    if "where" not in at:
        return AllOf(())
    where = at["where"]
    if isinstance(where.value, list):
        return AllOf(tuple(read_condition(item, scope) for item in where.items()))
    return read_condition(where, scope)


def read_condition(at: At, scope: Scope) -> Condition:
    """Read a condition."""
    name, inside = at.only()
    if name not in READERS:
        at.fail(f"there is no condition {name!r}", nearest(name, READERS))
    with at.building():
        return READERS[name](inside, scope.deeper(at))


def _compare(at: At, scope: Scope) -> Condition:
    at.keys(["left", "is", "right"])
    left = read_place(at["left"], scope)
    name = at["is"].text()
    if name not in OPERATORS:
        at["is"].fail(f"there is no comparison {name!r}", f"use one of {', '.join(OPERATORS)}")
    spec = left.field.spec if isinstance(left, Shifted) else left.spec
    return Compare(left, OPERATORS[name], read_operand(at["right"], spec.kind, scope))


def _one_of(at: At, scope: Scope, *, negated: bool = False) -> Condition:
    at.keys(["field", "among"])
    field = read_field(at["field"], scope)
    return OneOf(field, read_set(at["among"], field.spec.kind, scope), negated)


def _not_one_of(at: At, scope: Scope) -> Condition:
    return _one_of(at, scope, negated=True)


def _overlaps(at: At, scope: Scope) -> Condition:
    at.keys(["field", "among"])
    field = read_field(at["field"], scope)
    return Overlaps(field, read_set(at["among"], field.spec.kind, scope))


def _contains(at: At, scope: Scope) -> Condition:
    at.keys(["field", "item"])
    field = read_field(at["field"], scope)
    return Contains(field, read_operand(at["item"], field.spec.kind, scope))


def _is_missing(at: At, scope: Scope) -> Condition:
    return IsMissing(read_field(at, scope))


def _all_of(at: At, scope: Scope) -> Condition:
    return AllOf(tuple(read_condition(item, scope) for item in at.items()))


def _any_of(at: At, scope: Scope) -> Condition:
    return AnyOf(tuple(read_condition(item, scope) for item in at.items()))


def _not(at: At, scope: Scope) -> Condition:
    return Not(read_condition(at, scope))


def _exists(at: At, scope: Scope) -> Condition:
    at.keys(["row"], ["where"])
    row = read_row(at["row"], scope)
    return Exists(row, read_where(at, scope.bind(row)))


def _at_least(at: At, scope: Scope) -> Condition:
    at.keys(["n", "row"], ["where", "on"])
    row = read_row(at["row"], scope)
    inner = scope.bind(row)
    on = read_field(at["on"], inner) if "on" in at else None
    return AtLeast(at["n"].number(), row, read_where(at, inner), on)


def _clause(at: At, scope: Scope) -> Condition:
    at.keys(["name", "text", "condition"])
    return Clause(at["name"].text(), at["text"].text(), read_condition(at["condition"], scope))


READERS: dict[str, Callable[[At, Scope], Condition]] = {
    "compare": _compare,
    "one_of": _one_of,
    "not_one_of": _not_one_of,
    "overlaps": _overlaps,
    "contains": _contains,
    "is_missing": _is_missing,
    "all_of": _all_of,
    "any_of": _any_of,
    "not": _not,
    "exists": _exists,
    "at_least": _at_least,
    "clause": _clause,
}
"""What reads the inside of each node; the schema lists the same names."""
