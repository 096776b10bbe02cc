"""Reading values of bound rows, and the comparisons that need no date.

A comparison of the fields of bound events does not change with the date, so it is a plain test: a function from an
environment to true or false. The environment is either the tuple of all bound events or, for a test of one row, the
event itself; ``Access`` says how a field is found in it.
"""

from __future__ import annotations

import operator
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

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
    Row,
    Shifted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from impact_metrics.model import Event

Env: TypeAlias = "tuple[Event, ...]"
Getter: TypeAlias = "Callable[[Any], Any]"
Test: TypeAlias = "Callable[[Any], bool]"
Access: TypeAlias = "Callable[[FieldRef], Getter]"
Leaf: TypeAlias = Compare | OneOf | Overlaps | Contains | IsMissing

_FUNCTIONS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.LT: operator.lt,
    Operator.LE: operator.le,
    Operator.GT: operator.gt,
    Operator.GE: operator.ge,
}


def in_row(ref: FieldRef) -> Getter:
    """Find a field where the environment is the one event that is read."""
    return attrgetter(ref.name)


def in_env(slots: Mapping[Row, int]) -> Access:
    """Find a field where the environment is the tuple of bound events, each at the slot of its row."""

    def access(ref: FieldRef) -> Getter:
        slot, get = slots[ref.row], attrgetter(ref.name)
        return lambda env: get(env[slot])

    return access


def getter(operand: Operand, access: Access) -> Getter:
    """Build the function that reads an operand; it gives ``None`` for a missing value."""
    match operand:
        case Constant(value):
            return lambda _: value
        case FieldRef():
            return access(operand)
        case Shifted(field, days):
            read, shift = access(field), timedelta(days=days)
            return lambda env: None if (day := read(env)) is None else moved(day, shift)
        case _:
            assert_never(operand)


def moved(day: Any, shift: timedelta) -> Any:  # noqa: ANN401 - dates, which the rule's checks have made sure of
    """Move a date, stopping at the first and the last that there is."""
    try:
        return day + shift
    except OverflowError:
        return type(day).max if shift > timedelta(0) else type(day).min


def test_of(leaf: Leaf, access: Access) -> Test:
    """Build the test that a comparison makes. A missing value on either side fails it, unless it asks for that."""
    match leaf:
        case Compare(left, Operator.EQ, Constant(value)):
            read = getter(left, access)
            return lambda env: read(env) == value
        case Compare(left, compared, right):
            return _comparison(getter(left, access), _FUNCTIONS[compared], getter(right, access))
        case OneOf(field, among, negated):
            read, values = access(field), among.values
            if negated:
                return lambda env: (value := read(env)) is not None and value not in values
            return lambda env: read(env) in values
        case Overlaps(field, among):
            read, values = access(field), among.values
            return lambda env: (held := read(env)) is not None and not values.isdisjoint(held)
        case Contains(field, item):
            read, read_item = access(field), getter(item, access)
            return lambda env: (held := read(env)) is not None and read_item(env) in held
        case IsMissing(field):
            read = access(field)
            return lambda env: read(env) is None
        case _:
            assert_never(leaf)


def _comparison(read: Getter, compare: Callable[[Any, Any], bool], read_other: Getter) -> Test:
    def test(env: Any) -> bool:  # noqa: ANN401 - see Env
        value, other = read(env), read_other(env)
        return value is not None and other is not None and compare(value, other)

    return test
