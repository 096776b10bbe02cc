"""Shares as people and tables read them: percent, numerator and denominator, what is not known, and the interval."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.reports.changes import CHANGE_COLUMNS, change_values
from impact_metrics.reports.changes import said as changes_said
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
    Column("not_yet_due", "integer", "for follow-up rates: how many entered too short a time ago, and are in no rate"),
    Column("lost", "integer", "for follow-up rates: how many are lost to follow-up, and are in no rate"),
    Column("least", "decimal", "for shares: what it would be if none of those not known, or lost, had the outcome"),
    Column("most", "decimal", "for shares: what it would be if all of them had"),
    Column("naive_rate", "decimal", "for follow-up rates: the wrong rate, with everybody in the denominator"),
    Column("stages", "text", "for funnels: how many are in each stage, in order"),
    Column("lower", "decimal", "for shares: the lower bound of the Wilson interval at 95 % confidence"),
    Column("upper", "decimal", "for shares: its upper bound"),
    *CHANGE_COLUMNS,
)


def share_values(parts: Parts | None) -> tuple[int | Decimal | str | None, ...]:
    """Give the values of the columns of shares; none for other figures."""
    if parts is None:
        return (None,) * len(SHARE_COLUMNS)
    open_ended = parts.unknown is not None or parts.lost is not None
    ends = (parts.least, parts.most) if open_ended else (None, None)
    bounds = wilson(parts.numerator, parts.denominator) or (None, None)
    counts = (parts.numerator, parts.denominator, parts.unknown, parts.not_yet_due, parts.lost)
    stages = None if parts.stages is None else " > ".join(map(str, parts.stages))
    return (*counts, *ends, parts.naive_rate, stages, *bounds, *change_values(parts.changes))


def percent(share: Decimal) -> str:
    """Print a share in percent, with one place."""
    return str((share * 100).quantize(Decimal("0.1")))


def shown(parts: Parts) -> str:
    """Print a share, or say that there is none."""
    return NONE if parts.share is None else f"{percent(parts.share)} %"


def behind(parts: Parts, unit: Unit) -> str:
    """Say what is behind a share: of how many, of whom it is not known, and the interval."""
    if parts.share is None:
        said = [f"nobody is in the denominator: of no {unit.plural} there is no share"]
    else:
        paired = "" if parts.changes is None else " with both scores"
        said = [f"{parts.numerator:,} of {parts.denominator:,} {unit.plural}{paired}"]
    if parts.stages is not None:
        said.append(f"stages {' > '.join(f'{number:,}' for number in parts.stages)}")
    if parts.unknown is not None and parts.most is not None:
        at_most = f", at most {percent(parts.most)} % with them" if parts.unknown else ""
        said.append(f"{parts.unknown:,} not known{at_most}")
    if parts.not_yet_due is not None:
        said.append(f"{parts.not_yet_due:,} not yet due")
    if parts.lost is not None:
        ends = "" if parts.least is None or parts.most is None else _ends(parts.least, parts.most)
        said.append(f"{parts.lost:,} lost{ends if parts.lost else ''}")
    if parts.changes is not None:
        said += changes_said(parts.changes)
    bounds = wilson(parts.numerator, parts.denominator)
    if bounds is not None:
        said.append(f"95 % interval {percent(bounds[0])} to {percent(bounds[1])} %")
    return "; ".join(said)


def _ends(least: Decimal, most: Decimal) -> str:
    return f", {percent(least)} to {percent(most)} % with them"
