"""Shares as people and tables read them: percent, numerator and denominator, what is not known, and the interval."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.reports.table import Column
from impact_metrics.reports.wilson import wilson

if TYPE_CHECKING:
    from impact_metrics.engines.shares import Parts
    from impact_metrics.rules import Unit

NONE = "none"
"""What stands in the place of a share that nobody is in the denominator of."""

SHARE_COLUMNS = (
    Column("numerator", "integer", "for shares: how many of the denominator are in the numerator"),
    Column("denominator", "integer", "for shares: of how many"),
    Column("unknown", "integer", "for shares: of how many in the denominator the outcome is not known"),
    Column("most", "decimal", "for shares: what it would be if all of these were in the numerator"),
    Column("lower", "decimal", "for shares: the lower bound of the Wilson interval at 95 % confidence"),
    Column("upper", "decimal", "for shares: its upper bound"),
)


def share_values(parts: Parts | None) -> tuple[int | Decimal | None, ...]:
    """Give the values of the columns of shares; none for other figures."""
    if parts is None:
        return (None,) * len(SHARE_COLUMNS)
    most = None if parts.unknown is None else parts.most
    bounds = wilson(parts.numerator, parts.denominator) or (None, None)
    return parts.numerator, parts.denominator, parts.unknown, most, *bounds


def percent(share: Decimal) -> str:
    """Print a share in percent, with one place."""
    return str((share * 100).quantize(Decimal("0.1")))


def shown(parts: Parts) -> str:
    """Print a share, or say that there is none."""
    return NONE if parts.share is None else f"{percent(parts.share)} %"


def behind(parts: Parts, unit: Unit) -> str:
    """Say what is behind a share: of how many, of whom it is not known, and the interval."""
    if parts.most is None:
        return f"nobody is in the denominator: of no {unit.plural} there is no share"
    said = [f"{parts.numerator:,} of {parts.denominator:,} {unit.plural}"]
    if parts.unknown is not None:
        at_most = f", at most {percent(parts.most)} % with them" if parts.unknown else ""
        said.append(f"{parts.unknown:,} not known{at_most}")
    bounds = wilson(parts.numerator, parts.denominator)
    assert bounds is not None  # noqa: S101 - somebody is in the denominator
    lower, upper = map(percent, bounds)
    return "; ".join([*said, f"95 % interval {lower} to {upper} %"])
