"""Small pools of values, shared by streams and rules, so that links really meet and days really tie."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

from hypothesis import strategies as st

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

DAYS = tuple(date(2023, 12, 29) + timedelta(days=number) for number in range(6))
"""The days on which drawn events occur: few, and across the end of a year."""

MOMENTS = tuple(datetime(2024, 1, 1, hour, tzinfo=UTC) for hour in range(24))
"""The moments at which drawn records are made, in order."""

IDS = 3
"""How many different ids of one kind there are."""


def values_of(kind: Kind) -> st.SearchStrategy[Any]:
    """Give values of a kind from its pool."""
    match kind:
        case IdKind(name):
            return st.sampled_from([f"{name}-{number}" for number in range(1, IDS + 1)])
        case CodeKind(codes):
            return st.sampled_from(list(codes))
        case FlagKind():
            return st.booleans()
        case DateKind():
            return st.sampled_from(DAYS)
        case TimestampKind():
            return st.sampled_from(MOMENTS)
        case NumberKind(decimal):
            numbers = st.integers(0, 3)
            return numbers.map(lambda number: Decimal(number) / 2) if decimal else numbers
        case TextKind():
            return st.sampled_from(["", "a note"])
        case _:
            assert_never(kind)


def field_values(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Give values of a field: sets may be empty, and what may be missing is so in a third of the cases."""
    values = values_of(spec.kind)
    if spec.many:
        values = st.frozensets(values, max_size=2)
    return st.one_of(st.none(), values, values) if spec.optional else values
