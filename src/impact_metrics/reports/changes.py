"""Paired changes as people and tables read them: who improved or worsened, who is not paired, and by how much."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.reports.table import Column, Table, exactly

if TYPE_CHECKING:
    from impact_metrics.engines.changes import Changes
    from impact_metrics.rules import PairedChange

CHANGE_COLUMNS = (
    Column("unchanged", "integer", "for paired changes: how many of the paired have no change that counts"),
    Column("worsened", "integer", "for paired changes: how many of the paired are worse by as much as would count"),
    Column("before_only", "integer", "for paired changes: how many have a score before only, and are not paired"),
    Column("after_only", "integer", "for paired changes: how many have a score after only, and are not paired"),
    Column("unscored", "integer", "for paired changes: how many have rows and no score on the scale"),
    Column("mean_change", "decimal", "for paired changes: the mean of the score after minus the score before"),
    Column("median_change", "decimal", "for paired changes: its median"),
)


def change_values(changes: Changes | None) -> tuple[int | Decimal | None, ...]:
    """Give the values of the columns of paired changes; none for other figures."""
    if changes is None:
        return (None,) * len(CHANGE_COLUMNS)
    median = None if changes.median is None else Decimal(changes.median)
    alone = (changes.before_only, changes.after_only, changes.unscored)
    return (changes.unchanged, changes.worsened, *alone, changes.mean, median)


def said(changes: Changes) -> list[str]:
    """Say what became of the paired, who is not paired, and how large the changes are."""
    alone = {
        "before only": changes.before_only,
        "after only": changes.after_only,
        "without a score": changes.unscored,
    }
    told = [
        f"{changes.unchanged:,} without a change that counts, {changes.worsened:,} worsened",
        f"not paired: {', '.join(f'{number:,} {what}' for what, number in alone.items())}",
    ]
    if changes.mean is not None and changes.median is not None:
        median = f"{Decimal(changes.median):+f}" if changes.median else "0"
        told.append(f"mean change {changes.mean.quantize(Decimal('0.01')):+}, median {median}")
    return told


_COLUMNS = (
    Column("metric", "text", "the id of the metric"),
    Column("change", "integer", "the score after minus the score before"),
    Column("subjects", "integer", "how many changed by so much"),
    Column("reading", "text", "whether that is an improvement that counts, a worsening, or neither"),
)
_READINGS = {1: "improved", 0: "unchanged", -1: "worsened"}


def changes_table(metric: str, measure: PairedChange, changes: Changes) -> Table:
    """Give how many subjects changed by how much, one row a change that occurs."""
    rows = tuple((metric, change, n, _READINGS[measure.judged(change)]) for change, n in changes.counts)
    name, change, *others = _COLUMNS
    return Table((name, exactly(change, (row[1] for row in rows)), *others), rows)
