"""Small pools of values, shared by streams and rules, so that links really meet and days really tie."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

import attrs
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


@attrs.frozen(kw_only=True)
class Pools:
    """Which values are drawn, for streams and for the constants of rules alike.

    ``ids`` is how many ids of one kind there are, ``codes`` how many codes of one list are used (``None``: all),
    ``days`` are the dates, ``numbers`` how many numbers there are (from 0 on; decimals go in halves), and ``shifts`` by
    how many days rules move a date.
    """

    ids: int = 3
    codes: int | None = None
    days: tuple[date, ...] = DAYS
    numbers: int = 4
    shifts: tuple[int, ...] = (-4_000_000, -2, 1, 4_000_000)


USUAL = Pools()
"""What is drawn where nothing else is asked for."""

SMALL = Pools(ids=2, codes=2, days=DAYS[1:4], numbers=2, shifts=(-1, 1))
"""So few values that everything can be tried: two of each kind, and three days."""


def values_of(kind: Kind, pools: Pools = USUAL) -> st.SearchStrategy[Any]:
    """Give values of a kind from its pool."""
    match kind:
        case IdKind(name):
            # The ids of events are those that drawn events have, so that a link to an event meets one.
            prefix = "E" if name == "EventId" else name
            return st.sampled_from([f"{prefix}-{number}" for number in range(1, pools.ids + 1)])
        case CodeKind(codes):
            return st.sampled_from(list(codes)[: pools.codes])
        case FlagKind():
            return st.booleans()
        case DateKind():
            return st.sampled_from(pools.days)
        case TimestampKind():
            return st.sampled_from(MOMENTS)
        case NumberKind(decimal):
            numbers = st.integers(0, pools.numbers - 1)
            return numbers.map(lambda number: Decimal(number) / 2) if decimal else numbers
        case TextKind():
            return st.sampled_from(["", "a note"])
        case _:
            assert_never(kind)


def field_values(spec: FieldSpec, pools: Pools = USUAL) -> st.SearchStrategy[Any]:
    """Give values of a field: sets may be empty, and what may be missing is so in a third of the cases."""
    values = values_of(spec.kind, pools)
    if spec.many:
        values = st.frozensets(values, max_size=2)
    return st.one_of(st.none(), values, values) if spec.optional else values
