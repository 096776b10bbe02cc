"""What ties an inner row to outer ones: equality links, which a database joins by, and everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.expressions import (
    AllOf,
    Clause,
    Compare,
    Condition,
    Contains,
    FieldRef,
    Operator,
    Row,
    free_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.frozen
class Tie:
    """The inner field equals the outer one; where one of them holds a set, the other is a member of it."""

    inner: FieldRef
    outer: FieldRef


@attrs.frozen
class Sorted:
    """The conditions on an inner row: those of it ``alone``, the ``ties`` to outer rows, and the ``rest``."""

    alone: tuple[Condition, ...]
    ties: tuple[Tie, ...]
    rest: tuple[Condition, ...]


def sort_out(row: Row, condition: Condition) -> Sorted:
    """Sort the conditions that must all hold of an inner row."""
    alone: list[Condition] = []
    ties: list[Tie] = []
    rest: list[Condition] = []
    for part in _all_of(condition):
        tie = _tie(row, part)
        if tie is not None:
            ties.append(tie)
        elif free_rows(part) <= {row}:
            alone.append(part)
        else:
            rest.append(part)
    return Sorted(tuple(alone), tuple(ties), tuple(rest))


def _all_of(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AllOf):
        for item in condition.items:
            yield from _all_of(item)
    elif isinstance(condition, Clause):
        yield from _all_of(condition.condition)
    else:
        yield condition


def _tie(row: Row, condition: Condition) -> Tie | None:
    match condition:
        case Compare(FieldRef() as one, Operator.EQ, FieldRef() as other) | Contains(
            FieldRef() as one, FieldRef() as other
        ) if (one.row == row) != (other.row == row):
            return Tie(one, other) if one.row == row else Tie(other, one)
        case _:
            return None
