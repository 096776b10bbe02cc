"""The Wilson score interval: between which bounds the share behind an observed one lies, at 95 % confidence."""

from __future__ import annotations

from decimal import Decimal, localcontext

from impact_metrics.rules.measures.shares import PLACES

Z = Decimal("1.959963984540054235524594430520551527955")
"""The 97.5th percentile of the standard normal distribution."""


def wilson(numerator: int, denominator: int) -> tuple[Decimal, Decimal] | None:
    """Give the interval of Wilson (1927), without correction for continuity; ``None`` where the denominator is 0.

    It never leaves 0 to 1, and is of use for small numbers and for shares near 0 and 1, where the textbook interval
    (plus and minus 1.96 standard errors) is not. It speaks of chance alone, as if the subjects were a random sample.
    """
    if not denominator:
        return None
    with localcontext(prec=50):
        n, square = Decimal(denominator), Z * Z
        share = numerator / n
        middle = share + square / (2 * n)
        half = Z * ((share * (1 - share) + square / (4 * n)) / n).sqrt()
        lower, upper = ((middle + way) / (1 + square / n) for way in (-half, half))
    # At the ends the exact bound is the share itself, and only rounding would say otherwise.
    return (
        (Decimal(0) if numerator == 0 else lower).quantize(PLACES),
        (Decimal(1) if numerator == denominator else upper).quantize(PLACES),
    )
