"""Numbers of a report: each part of each figure, to date and in the periods and cells that it is broken down by."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.exchange.values import read_date
from impact_metrics.limits import cut
from impact_metrics.rules.labels import UNKNOWN
from impact_metrics.rules.measures.parts import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.exchange.at import At
    from impact_metrics.publication.layout import Layout
    from impact_metrics.reports import Report
    from impact_metrics.reports.books import Line
    from impact_metrics.reports.results import Result

Value: TypeAlias = "int | Decimal | None"
EXACT = "exact"
"""How a number is shown of which nothing is hidden or rounded."""

_KEYS = ("metric", "part", "value")
_OTHERS = ("status", "period", "by", "cell")


@attrs.frozen
class PeriodNamed:
    """A period with its name and its days, both included."""

    label: str
    start: date
    end: date


@attrs.frozen(kw_only=True)
class SavedNumber:
    """One number as it was published: which part of which metric, in which period and cell, and how it is shown.

    ``part`` is ``value`` for the figure itself, and otherwise the name of what stands behind it, such as
    ``denominator`` or ``stage_2``. ``by`` are names of dimensions, and ``cell`` the labels in them. ``value`` is
    ``None`` where there is no number, such as a share of nobody, or where it is not told, as ``status`` says.
    """

    metric: str
    part: str
    value: Value
    status: str = EXACT
    period: PeriodNamed | None = None
    by: tuple[str, ...] = ()
    cell: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What tells the number from every other one of a report."""
        return self.metric, self.part, self.period, self.by, self.cell

    @property
    def place(self) -> str:
        """Say of what it is a number: the metric, the part, the period and the cell."""
        cell = ", ".join(f"{name} {label}" for name, label in zip(self.by, self.cell, strict=True))
        period = "" if self.period is None else f"in {self.period.label}"
        part = "" if self.part == VALUE else self.part
        return ", ".join(filter(None, (self.metric, part, period, cell)))

    @property
    def shown(self) -> str:
        """Print the number, and how it is shown where that is not exactly."""
        value = "none" if self.value is None else f"{self.value:,}"
        return value if self.status == EXACT else self.status if self.value is None else f"{value} ({self.status})"

    def to_plain(self) -> dict[str, Any]:
        """Give the number as plain data: whole numbers as such, decimals as text."""
        value = str(self.value) if isinstance(self.value, Decimal) else self.value
        plain: dict[str, Any] = {"metric": self.metric, "part": self.part, "value": value}
        if self.status != EXACT:
            plain["status"] = self.status
        if self.period is not None:
            plain["period"] = [self.period.label, self.period.start.isoformat(), self.period.end.isoformat()]
        if self.by:
            plain |= {"by": list(self.by), "cell": list(self.cell)}
        return plain

    @classmethod
    def from_plain(cls, at: At) -> SavedNumber:
        """Read a number from plain data. Raises ``ExchangeError`` that names the place of a fault."""
        at.keys(_KEYS, _OTHERS)
        by, cell = at.texts("by"), at.texts("cell")
        if len(by) != len(cell):
            at.fail(f"there are {len(by)} dimensions and {len(cell)} labels", "give one label for each dimension")
        return cls(
            metric=at["metric"].text(),
            part=at["part"].text(),
            value=_read_value(at["value"]),
            status=at["status"].text() if "status" in at else EXACT,
            period=_read_period(at["period"]) if "period" in at else None,
            by=by,
            cell=cell,
        )


def _read_value(at: At) -> Value:
    if at.value is None:
        return None
    if not isinstance(at.value, str):
        return at.number()
    try:
        number = Decimal(at.value)
    except InvalidOperation:
        at.fail(f"{cut(repr(at.value), 80)} is no number", 'write 5, "0.25" or null')
    if not number.is_finite():
        at.fail(f"{cut(repr(at.value), 80)} is no number", 'write 5, "0.25" or null')
    return number


def _read_period(at: At) -> PeriodNamed:
    items = at.items()
    if len(items) != 3:  # noqa: PLR2004 - a name and two days
        at.fail(f"a period has a name, a first and a last day, and this has {len(items)} parts")
    label, start, end = items
    return PeriodNamed(label.text(), read_date(start), read_date(end))


def numbers_of(report: Report, layout: Layout) -> Iterator[SavedNumber]:
    """Give every number of a report, exactly: to date, and broken down where the layout asks for it."""
    for result in report.results:
        details = result.metric.measure.details(result.figure)
        for part, value in (*_told(result), *details):
            yield SavedNumber(metric=result.metric.id, part=part, value=value)
    if layout:
        for one in layout.each():
            for _, books in one.books(report):
                for line in () if books is None else books.lines:
                    yield from _of_line(line, one.by)


def _of_line(line: Line, by: tuple[str, ...]) -> Iterator[SavedNumber]:
    flow = {} if line.flow is None else {**attrs.asdict(line.flow), "active": line.active}
    for part, value in (*_told(line), *flow.items()):
        yield SavedNumber(
            metric=line.metric.id,
            part=part,
            value=value,
            period=PeriodNamed(line.period.label, line.period.start, line.period.end),
            by=by,
            cell=tuple(UNKNOWN if label is None else label for label in line.cell),
        )


def _told(held: Result | Line) -> Iterator[tuple[str, Value]]:
    """Give the figure and every part that stands behind it; what a figure does not have is left out."""
    return ((name, value) for name, value in held.told.items() if name == VALUE or value is not None)
