"""Where subjects are put: by a report of any engine, and by brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics import Catalogue, Metric, Model, Stream, evaluate
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.engines.duckdb import Tables
from impact_metrics.proofs import Place
from impact_metrics.rules import Count, FollowUp, Funnel, Listing, PairedChange, Share, TimeBetween
from impact_metrics.rules.measures import Measure, Proportion
from impact_metrics.rules.measures.life_table import Ending
from impact_metrics.rules.measures.standing import Standing
from impact_metrics.streams import to_arrow
from tests import oracle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from types import ModuleType

    from impact_metrics.model import Event

_LIVES = {"ended": Ending.OUTCOME, "waiting": Ending.NOT_YET, "lost": Ending.LOST}
_CHANGES = {
    "better": Standing.NUMERATOR,
    "same": Standing.UNCHANGED,
    "worse": Standing.WORSENED,
    "before": Standing.BEFORE_ONLY,
    "after": Standing.AFTER_ONLY,
    "neither": Standing.UNSCORED,
}


def by_reference(metric: Metric, events: list[Event], day: date) -> Mapping[str, Place]:
    """By a report of the reference engine."""
    return by_report(metric, Stream(events), day, model_of(metric, events))


def by_duckdb(metric: Metric, events: list[Event], day: date) -> Mapping[str, Place]:
    """By a report of DuckDB."""
    model = model_of(metric, events)
    with Tables(to_arrow(Stream(events), model), model) as tables:
        return by_report(metric, tables, day, model)


def model_of(metric: Metric, events: list[Event]) -> Model:
    """The event types that there are, or that the metric reads; other tables would be empty, and take their time."""
    names = {row.record.name for row in metric.measure.rows_read} | {event.__record__.name for event in events}
    return attrs.evolve(MODEL, events=tuple(MODEL.by_name[name] for name in sorted(names)), constraints=())


def by_report(metric: Metric, source: Any, day: date, model: Model) -> Mapping[str, Place]:
    """By what a report says of each subject."""
    alone = Catalogue(id="c", version="1", title="C", model=model, metrics=(metric,))
    report = evaluate(alone, source, as_at=day)
    if isinstance(metric.measure, TimeBetween):
        return {subject: Place(spell.ending.value, spell.days) for subject, spell in report.spells(metric.id).items()}
    if isinstance(metric.measure, Proportion):
        return {subject: Place(standing.value) for subject, standing in report.standings(metric.id).items()}
    return {evidence.subject: Place("counted") for evidence in report.evidence(metric.id)}


def by_brute_force(
    metric: Metric, events: list[Event], day: date, *, meaning: ModuleType | Any = oracle
) -> dict[str, Place]:
    """By the oracle, or something that answers like it."""
    measure: Any = metric.measure
    if isinstance(measure, TimeBetween):
        lives = meaning.lives(measure, events, day)
        return {subject: Place(_LIVES[how].value, days) for subject, (days, how) in lives.items()}
    return {subject: Place(said) for subject, said in _said(measure, events, day, meaning).items()}


def _said(measure: Measure, events: list[Event], day: date, meaning: Any) -> dict[str, str]:
    if isinstance(measure, Count | Listing):
        counted = measure.population if isinstance(measure, Count) else measure.entries
        return dict.fromkeys(meaning.members(counted, events, day), "counted")
    if isinstance(measure, Share):
        return {
            subject: _share(measure, subject, events, day, meaning).value
            for subject in meaning.members(measure.denominator, events, day)
        }
    if isinstance(measure, Funnel):
        first, *_, last = meaning.stages(measure, events, day)
        return {s: (Standing.NUMERATOR if s in last else Standing.DENOMINATOR).value for s in first}
    if isinstance(measure, FollowUp):
        gone = set() if measure.lost is None else meaning.members(measure.lost, events, day)
        found = meaning.followed(measure, events, day)
        return {s: _course(due=due, has=has, gone=s in gone).value for s, (due, has) in found.items()}
    if isinstance(measure, PairedChange):
        return {s: _CHANGES[how].value for s, (how, _) in meaning.compared(measure, events, day).items()}
    assert not isinstance(measure, TimeBetween)
    row, condition = (
        (measure.field.row, measure.condition)
        if hasattr(measure, "field")
        else attrs.astuple(measure.rows, recurse=False)
    )
    return {event.id: "counted" for event in meaning.rows(row, condition, events, day)}


def _share(measure: Share, subject: str, events: list[Event], day: date, meaning: Any) -> Standing:
    if subject in meaning.members(measure.numerator, events, day):
        return Standing.NUMERATOR
    unknown = measure.unknown is not None and subject in meaning.members(measure.unknown, events, day)
    return Standing.UNKNOWN if unknown else Standing.DENOMINATOR


def _course(*, due: bool, has: bool, gone: bool) -> Standing:
    if not due:
        return Standing.EARLY if has else Standing.NOT_YET_DUE
    if has:
        return Standing.NUMERATOR
    return Standing.LOST if gone else Standing.DENOMINATOR
