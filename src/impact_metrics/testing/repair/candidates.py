"""Which values a field could be given so that a condition comes out as wanted: guesses, to be checked by who asks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count, islice
from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.expressions import Compare, Contains, FieldRef, IsMissing, OneOf, Overlaps, Shifted
from impact_metrics.testing import afresh
from impact_metrics.testing.values import MOMENTS
from impact_metrics.values import (
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    Kind,
    NumberKind,
    TextKind,
    TimestampKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from impact_metrics.expressions import Row
    from impact_metrics.model import Event
    from impact_metrics.testing.afresh import Leaf


def plainest(spec: FieldSpec, day: date) -> object:
    """Give the plainest value of a field that has one; of a date, the day."""
    return frozenset() if spec.many else next(several(spec.kind, day))


def several(kind: Kind, day: date) -> Iterator[Any]:
    """Give values of a kind, the plainest first; dates go back from the day, so that what happens then is visible."""
    match kind:
        case IdKind(name):
            return (f"{name}-{number}" for number in count(1))
        case CodeKind(codes):
            return iter(codes)
        case FlagKind():
            return iter((False, True))
        case NumberKind(decimal):
            return map(Decimal, count()) if decimal else count()
        case DateKind():
            return (day - timedelta(days=number) for number in range(day.toordinal()))
        case TimestampKind():
            return iter(MOMENTS)
        case TextKind():
            return iter(("", "a note"))
        case _:
            assert_never(kind)


def read_by(leaf: Leaf) -> list[FieldRef]:
    """Give the fields that a condition compares."""
    match leaf:
        case Compare(left, _, right):
            sides = [side.field if isinstance(side, Shifted) else side for side in (left, right)]
            return [side for side in sides if isinstance(side, FieldRef)]
        case Contains(field, FieldRef() as item):
            return [field, item]
        case OneOf() | Overlaps() | IsMissing() | Contains():
            return [leaf.field]
        case _:
            assert_never(leaf)


def values_for(leaf: Leaf, field: FieldRef, bound: Mapping[Row, Event], day: date) -> Iterator[Any]:
    """Give values of one field that could change the outcome of a condition: those that it is compared with first."""
    near = list(_compared_with(leaf, field, bound))
    held = getattr(bound[field.row], field.name)
    if field.spec.many:
        mine = held or frozenset()
        yield from (mine | {value} for value in near)
        yield mine - set(near)
        yield frozenset()
    else:
        yield from near
        yield from _beside(near)
        yield from islice(several(field.spec.kind, day), len(near) + 3)
    if field.spec.optional:
        yield None


def _compared_with(leaf: Leaf, field: FieldRef, bound: Mapping[Row, Event]) -> Sequence[Any]:
    """Give the values that the condition compares a field with, as the field would have to hold them."""
    match leaf:
        case Compare(left, _, right):
            mine, other = (left, right) if _field(left) == field else (right, left)
            value = afresh.value_of(other, bound)
            moved = value if value is None else _moved(value, -mine.days if isinstance(mine, Shifted) else 0)
            return () if moved is None else (moved,)
        case OneOf(_, among) | Overlaps(_, among):
            return among.members
        case Contains(whole, item) if whole == field:
            value = afresh.value_of(item, bound)
            return () if value is None else (value,)
        case Contains(whole, _):
            return sorted(afresh.value_of(whole, bound) or (), key=str)
        case IsMissing():
            return ()
        case _:
            assert_never(leaf)


def _field(operand: object) -> object:
    return operand.field if isinstance(operand, Shifted) else operand


def _moved(value: Any, days: int) -> Any:  # noqa: ANN401 - a date where days are given, else any value
    try:
        return value + timedelta(days=days) if days else value
    except OverflowError:
        return None


def _beside(values: Sequence[Any]) -> Iterator[Any]:
    """Give the numbers and days right below and above."""
    for value in values:
        if isinstance(value, date):
            yield from (day for step in (-1, 1) if (day := _moved(value, step)) is not None)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            yield from (value - 1, value + 1)
