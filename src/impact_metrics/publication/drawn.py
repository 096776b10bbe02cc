"""Drawn up and protected: the numbers of some metrics, with the tables that are asked for, as they may be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.errors import DisclosureError
from impact_metrics.publication.derived import behind_headline
from impact_metrics.publication.disclosure import Policy, Status, protect
from impact_metrics.publication.drawing import Drawing
from impact_metrics.publication.headlines import draw_headline
from impact_metrics.publication.observations import Observation, to_date
from impact_metrics.publication.tables import broken_down_by, draw_breakdown, draw_trend, tallies, tie_breakdowns
from impact_metrics.rules.dimensions import ByAge, ByBand, ByField, ByPerson, ByTime
from impact_metrics.rules.periods import Period
from impact_metrics.values import CodeKind, FlagKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from impact_metrics.publication.drawing import Item, Place
    from impact_metrics.reports import Report
    from impact_metrics.rules import Metric
    from impact_metrics.rules.dimensions import Dimension


@attrs.frozen
class Refusal:
    """Something that is asked for and not published, and why."""

    metric: str
    what: str
    reason: str

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"{self.metric}, {self.what}: {self.reason}"


_NO_COUNT = "it is no count of whole numbers, and such totals are published to date only"


@attrs.frozen
class Asked:
    """Which tables are asked for."""

    by: Sequence[tuple[str, ...]]
    periods: Sequence[Period] | None


def drawn(
    report: Report, names: Collection[str], asked: Asked, policy: Policy | None
) -> tuple[list[Observation], list[Refusal]]:
    """Draw up some metrics with the tables that are asked for, protect them together, and give what is shown."""
    drawing = Drawing.of(report)
    for name in names:
        draw_headline(drawing, report[name])
    refusals: list[Refusal] = []
    for metric in tallies(report):
        if metric.id in names and not _placed(drawing, metric):
            refusals.append(Refusal(metric.id, "by period and category", _NO_COUNT))
        elif metric.id in names:
            refusals += _draw_tables(drawing, report, metric, asked, protected=policy is not None)
    shown, refused = _shown(drawing, policy)
    headlines = to_date(shown)
    derived = [seen for name in names for seen in behind_headline(report[name], headlines[name], policy)]
    return [*shown, *derived], [*refusals, *refused]


def _placed(drawing: Drawing, metric: Metric) -> bool:
    return any(item.metric == metric for item in drawing.items)


def _draw_tables(
    drawing: Drawing, report: Report, metric: Metric, asked: Asked, *, protected: bool
) -> Iterator[Refusal]:
    for names in asked.by:
        dimensions = broken_down_by(report, metric, names)
        if dimensions is not None:
            if protected:
                _check_dimensions(dimensions, over_periods=asked.periods is not None)
            if not draw_breakdown(drawing, report, metric, names, dimensions):
                yield Refusal(metric.id, f"by {' and '.join(names)}", _NO_COUNT)
    tie_breakdowns(drawing, metric)
    if asked.periods is not None and not draw_trend(drawing, report, metric, asked.periods):
        yield Refusal(metric.id, "by period", _NO_COUNT)


def _check_dimensions(dimensions: Sequence[Dimension], *, over_periods: bool) -> None:
    """Let through what has few categories that say nothing by themselves: codes, flags, bands and units of time."""
    for dimension in dimensions:
        match dimension:
            case ByTime(unit):
                if over_periods:
                    raise DisclosureError(
                        f"a breakdown by {unit} beside figures over periods would give the same people away twice",
                        where="by",
                        hint="ask for the one or the other",
                    )
                continue
            case ByAge() | ByBand():
                continue
            case ByField(field):
                spec, name = field.spec, str(field)
            case ByPerson(attribute):
                spec, name = attribute.spec, str(attribute)
            case _:
                assert_never(dimension)
        if not isinstance(spec.kind, CodeKind | FlagKind):
            raise DisclosureError(
                "what is published is broken down by codes, flags, bands, age and time only: other values, such as "
                "ids, dates and texts, name persons",
                where=name,
                hint="leave it out, or keep the edition internal",
            )


def _shown(drawing: Drawing, policy: Policy | None) -> tuple[list[Observation], list[Refusal]]:
    """Give every item as it is shown, and what is refused of breakdowns."""
    if policy is None:
        return [_observed(item, drawing.counts[item.place], Status.EXACT) for item in drawing.items], []
    protected = protect(drawing.tabulation, policy)
    shown = [
        _observed(item, protected.shown(item.place), protected.statuses[item.place])
        for item in drawing.items
        if not (item.by and protected.statuses[item.place] is Status.WITHHELD)
    ]
    owners: defaultdict[Place, dict[str, None]] = defaultdict(dict)
    for item in drawing.items:
        owners[item.place][item.metric.id] = None
    withheld = {
        (name, part.by)
        for part, status in protected.statuses.items()
        if status is Status.WITHHELD and part.by
        for name in owners[part]
    }
    return shown, [Refusal(name, f"by {' and '.join(by)}", _ONE_HAS_ALL) for name, by in sorted(withheld)]


_ONE_HAS_ALL = (
    "some or all of its groups are not broken down, because one category holds everybody of the group, or because "
    "small counts could be worked out"
)


def _observed(item: Item, value: int | None, status: Status) -> Observation:
    return Observation(
        metric=item.metric,
        part=item.part,
        value=value,
        status=status,
        period=item.period,
        by=item.by,
        cell=item.cell,
    )
