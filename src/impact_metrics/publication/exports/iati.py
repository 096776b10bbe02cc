"""IATI: an edition as the results of an activity, in the XML of the International Aid Transparency Initiative 2.03.

Each metric is one ``result``, with an ``indicator`` for each figure that it has. The rules of the standard ask for a
value in each ``actual`` of an indicator with numbers: a number that may not be told has no ``actual``, and the
description of the indicator says which ones are not shown.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import attrs

from impact_metrics.errors import DisclosureError, ExportError, nearest
from impact_metrics.publication.disclosure import Policy
from impact_metrics.publication.exports.iati_activity import DATES, RESULT_TYPES, ROLES, STATUSES, Activity, Reported
from impact_metrics.publication.exports.iati_indicators import Indicator, indicators
from impact_metrics.publication.exports.xml_text import child, narrated, printed
from impact_metrics.replacing import replace_bytes
from impact_metrics.reports.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from impact_metrics.publication.edition import Edition
    from impact_metrics.rules import Metric


@attrs.frozen(kw_only=True)
class Framework:
    """What a results framework says besides the figures.

    ``targets`` name a period of the edition, or ``to date``; of shares they are parts of 1, as everywhere. Their
    ``reads`` is ``closing``, ``entered`` or ``value``, as in targets against the books. ``baseline_on`` is the day for
    which their baselines stand. ``since`` is the day from which figures to date are counted: the first day of the
    edition's periods, unless another is given.
    """

    targets: tuple[Target, ...] = attrs.field(default=(), converter=tuple)
    baseline_on: date | None = None
    since: date | None = None


def iati_results(
    edition: Edition,
    activity: Activity,
    path: Path | None = None,
    *,
    results: Iterable[Reported] | None = None,
    framework: Framework | None = None,
) -> bytes:
    """Give an edition as an IATI 2.03 file with one activity and its results, and write it where a path is given.

    ``results`` are the metrics that are reported, each with its type of result; without it all are, as other results.
    Counts have an indicator for how many there are at the end of a period and one for how many entered in it, totals
    one for their value, shares the percentage, times the median and paired changes the percentage and the mean. None
    is marked as fit for aggregation: somebody may be counted by two activities, and rounded numbers do not add up.

    IATI files are public. So only a publishable edition is written: ``DisclosureError`` is raised for another, and for
    a baseline that its policy would suppress. Raises ``ExportError`` for targets and dates that do not fit, and for
    characters that XML cannot hold, and ``RuleError`` for a metric that is not there.
    """
    if edition.policy is None:
        raise DisclosureError(
            "IATI files are public, and the edition is internal", where="audience", hint="make a publishable edition"
        )
    framework = framework or Framework()
    reported = [Reported(metric=metric.id) for metric in edition.catalogue.metrics] if results is None else results
    since = _since(edition, framework.since)
    root = ET.Element("iati-activities", {"version": "2.03"})
    writing = _Writing(_activity(root, activity), edition.policy, framework, list(framework.targets))
    for item in reported:
        found = list(indicators(edition, edition.catalogue[item.metric], since))
        if found:
            writing.result(item, found)
    for target in writing.waiting:
        raise ExportError(
            f"no metric that is reported has a figure {target.reads!r}",
            where=_place(target),
            hint="counts have closing and entered, everything else has value",
        )
    text = printed(root)
    if path is not None:
        replace_bytes(path, text, ExportError)
    return text


def _since(edition: Edition, since: date | None) -> date:
    first = since or min((seen.period.start for seen in edition.observations if seen.period), default=None)
    if first is None:
        raise ExportError("it is not known from when on figures to date are counted", where="since", hint="give a day")
    if first > edition.as_at:
        raise ExportError(f"{first} is after {edition.as_at}, the day of the edition", where="since")
    return first


def _place(target: Target) -> str:
    return f"target for {target.metric} in {target.period}"


def _activity(root: ET.Element, activity: Activity) -> ET.Element:
    """Write what is mandatory of an activity, in the order of the schema."""
    inside = child(root, "iati-activity", None, {"xml:lang": activity.language})
    reporting = activity.reporting
    child(inside, "iati-identifier", activity.identifier)
    narrated(inside, "reporting-org", reporting.name, {"ref": reporting.ref, "type": reporting.type})
    narrated(inside, "title", activity.title)
    narrated(inside, "description", activity.description)
    for taking in activity.participating or (reporting,):
        told = {"ref": taking.ref, "type": taking.type, "role": ROLES[taking.role]}
        narrated(inside, "participating-org", taking.name, told)
    child(inside, "activity-status", None, {"code": STATUSES[activity.status]})
    for kind, code in DATES.items():
        if kind in activity.dates:
            child(inside, "activity-date", None, {"type": code, "iso-date": activity.dates[kind].isoformat()})
    return inside


@attrs.define
class _Writing:
    """The activity that is written into, and the targets that no indicator has met yet."""

    inside: ET.Element
    policy: Policy
    framework: Framework
    waiting: list[Target]

    def result(self, item: Reported, found: Sequence[Indicator]) -> None:
        metric = found[0].metric
        result = child(self.inside, "result", None, {"type": RESULT_TYPES[item.type], "aggregation-status": "false"})
        narrated(result, "title", metric.title)
        narrated(result, "description", _defined(metric))
        for indicator in found:
            asked = [target for target in self.waiting if _means(target, indicator)]
            self.waiting = [target for target in self.waiting if target not in asked]
            self._indicator(result, indicator, asked, item)

    def _indicator(self, result: ET.Element, found: Indicator, asked: Sequence[Target], item: Reported) -> None:
        _check_targets(asked, found, item)
        ascending = "true" if item.ascending else "false"
        measure = "2" if found.kind.percentage else "1"
        told = {"measure": measure, "ascending": ascending, "aggregation-status": "false"}
        indicator = child(result, "indicator", None, told)
        narrated(indicator, "title", found.title)
        narrated(indicator, "description", self._said(found))
        if item.code and found.kind.main:
            uri = {"indicator-uri": item.uri} if item.uri else {}
            child(indicator, "reference", None, {"vocabulary": item.vocabulary, "code": item.code, **uri})
        self._baseline(indicator, found, asked)
        self._periods(indicator, found, asked)

    def _said(self, found: Indicator) -> str:
        hidden = "; ".join(found.not_shown)
        said = (
            f"Unit: {found.unit}.",
            *found.metric.limits,
            self.policy.words,
            f"Not shown: {hidden}." if hidden else "",
        )
        return " ".join(filter(None, said))

    def _baseline(self, indicator: ET.Element, found: Indicator, asked: Sequence[Target]) -> None:
        baselines = {target.baseline for target in asked if target.baseline is not None}
        if not baselines:
            return
        if len(baselines) > 1:
            raise ExportError("the targets of one indicator have several baselines", where=_place(asked[0]))
        (baseline,) = baselines
        if found.kind.counts and 0 < baseline < self.policy.threshold:
            raise DisclosureError("the baseline is a number that the policy suppresses", where=_place(asked[0]))
        day = self.framework.baseline_on
        if day is None:
            raise ExportError("a baseline has a day", where=_place(asked[0]), hint="give baseline_on")
        told = {"iso-date": day.isoformat(), "year": str(day.year), "value": found.kind.number(baseline)}
        child(indicator, "baseline", None, told)

    def _periods(self, indicator: ET.Element, found: Indicator, asked: Sequence[Target]) -> None:
        for span, cells in found.seen.items():
            period = child(indicator, "period")
            for tag, day in zip(("period-start", "period-end"), span, strict=True):
                child(period, tag, None, {"iso-date": day.isoformat()})
            for target in asked:
                if found.spans[target.period] == span:
                    child(period, "target", None, {"value": found.kind.number(target.target)})
            for cell, seen in cells.items():
                if seen.value is not None:
                    actual = child(period, "actual", None, {"value": found.kind.number(seen.value)})
                    for name, label in cell:
                        child(actual, "dimension", None, {"name": name, "value": label})
                    if seen.told == "rounded":
                        narrated(actual, "comment", seen.told)


def _check_targets(asked: Sequence[Target], found: Indicator, item: Reported) -> None:
    for target in asked:
        if (target.direction == "ascending") is not item.ascending:
            raise ExportError(
                f"the target is {target.direction}, and the indicator is not",
                where=_place(target),
                hint="say ascending=False of what is reported where less is better",
            )
        if target.period not in found.spans:
            hint = nearest(target.period, found.spans)
            raise ExportError("the edition has no figure for the period", where=_place(target), hint=hint)


def _defined(metric: Metric) -> str:
    """Give the definition word for word, where it is from, and how it is read."""
    definition = f'"{metric.definition}"' if metric.definition else "The source gives no definition in words."
    return " ".join((definition, f"Source: {metric.source}.", *metric.assumptions))


def _means(target: Target, found: Indicator) -> bool:
    return target.metric == found.metric.id and target.reads in found.kind.reads
