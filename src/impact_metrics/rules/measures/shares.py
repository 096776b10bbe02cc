"""Division of counts: one number of subjects over another."""

from __future__ import annotations

from decimal import Decimal

PLACES = Decimal("0.000001")
"""To how many places a share is given; its numerator and denominator are exact."""


def ratio(number: int, of: int) -> Decimal | None:
    """Divide, or give ``None`` where there is nothing to divide by."""
    return (Decimal(number) / of).quantize(PLACES) if of else None


def percent(share: Decimal) -> str:
    """Print a share in percent, with one place."""
    return str((share * 100).quantize(Decimal("0.1")))
