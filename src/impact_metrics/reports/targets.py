"""Targets and baselines, as results frameworks report them: indicator, baseline, target, actual."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from impact_metrics.errors import RuleError, nearest
from impact_metrics.reports.books import ALL, Books, Line
from impact_metrics.reports.table import Column, Table, Tabular

if TYPE_CHECKING:
    from collections.abc import Sequence

Reading: TypeAlias = Literal["closing", "net", "entered", "active", "value"]
Direction: TypeAlias = Literal["ascending", "descending"]


@attrs.frozen(kw_only=True)
class Target:
    """What a metric should be in a period.

    ``reads`` says which figure of the period is meant: the ``closing`` stock, the ``net`` change, those who
    ``entered``, the ``active`` members, or the ``value`` of a total, share or time. ``direction`` says whether more
    (``ascending``) or less (``descending``) is better.
    """

    metric: str
    period: str
    target: int | Decimal
    baseline: int | Decimal | None = None
    direction: Direction = "ascending"
    reads: Reading = "closing"


@attrs.frozen
class Achievement:
    """A target with what came of it."""

    target: Target
    actual: int | Decimal

    @property
    def met(self) -> bool:
        """Whether the target is reached, in its direction."""
        if self.target.direction == "ascending":
            return self.actual >= self.target.target
        return self.actual <= self.target.target

    @property
    def progress(self) -> Decimal | None:
        """The way from baseline (nothing, where there is none) to target that was gone: 1 is all of it."""
        start = self.target.baseline or 0
        way = Decimal(self.target.target - start)
        return None if way == 0 else (Decimal(self.actual - start) / way).quantize(Decimal("0.0001"))


@attrs.frozen
class Achievements(Tabular):
    """Targets with what came of them, as the results table of a framework shows them."""

    items: tuple[Achievement, ...]

    @property
    def table(self) -> Table:
        """One row a target."""
        return Table(_COLUMNS, tuple(_row(item) for item in self.items))

    def __str__(self) -> str:
        """Lay the achievements out for a terminal."""
        return str(self.table)


def against(books: Books, targets: Sequence[Target]) -> Achievements:
    """Set targets against the books. Raises ``RuleError`` for a metric, period or figure that the books do not have."""
    whole = {
        (line.metric.id, line.period.label): line for line in books.lines if all(label == ALL for label in line.cell)
    }
    return Achievements(tuple(Achievement(target, _actual(_line(whole, target), target)) for target in targets))


def _line(whole: dict[tuple[str, str], Line], target: Target) -> Line:
    try:
        return whole[target.metric, target.period]
    except KeyError:
        known = {f"{metric} in {period}" for metric, period in whole}
        wanted = f"{target.metric} in {target.period}"
        raise RuleError(f"the books have no {wanted}", where="target", hint=nearest(wanted, known)) from None


def _actual(line: Line, target: Target) -> int | Decimal:
    where = f"target for {target.metric} in {target.period}"
    if line.value is None:
        if line.times is not None:
            raise RuleError("too few have ended for a median", where=where)
        raise RuleError("nobody entered in the period, so there is no share", where=where)
    if target.reads == "value":
        return line.value
    if line.flow is None or line.active is None:
        raise RuleError(f"a total, share or time has no {target.reads} figure", where=where, hint='use reads="value"')
    readings = {
        "closing": line.flow.closing,
        "net": line.flow.entered - line.flow.left,
        "entered": line.flow.entered,
        "active": line.active,
    }
    return readings[target.reads]


def _row(item: Achievement) -> tuple[object, ...]:
    target = item.target
    figures = target.baseline, target.target, item.actual, item.progress, item.met
    return target.metric, target.period, target.reads, target.direction, *figures


_COLUMNS = (
    Column("metric", "text", "the id of the metric"),
    Column("period", "text", "the name of the period"),
    Column("reads", "text", "which figure of the period the target is for"),
    Column("direction", "text", "ascending where more is better, descending where less is"),
    Column("baseline", "decimal", "where the figure stood to begin with"),
    Column("target", "decimal", "what it should be"),
    Column("actual", "decimal", "what it is"),
    Column("progress", "decimal", "the part of the way from baseline to target that was gone"),
    Column("met", "flag", "whether the target is reached"),
)
