"""The distribution of a paired change as a table: how many subjects changed by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.reports.table import Column, Table, exactly

if TYPE_CHECKING:
    from impact_metrics.rules import PairedChange
    from impact_metrics.rules.measures.changes import Changes

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
