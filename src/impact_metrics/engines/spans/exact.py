"""Sums without rounding."""

from __future__ import annotations

from decimal import Context, Decimal

from impact_metrics.values.kinds import MAX_DIGITS

_EXACT = Context(prec=4 * MAX_DIGITS)
"""Adds decimals without rounding: the usual context keeps 28 digits, and the sum would depend on the order of rows."""


def exact_sum(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """Add two numbers exactly."""
    return _EXACT.add(one, other) if isinstance(one, Decimal) or isinstance(other, Decimal) else one + other
