"""Populations and measures as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.errors import nearest
from impact_metrics.exchange.conditions import plain_condition, plain_where, read_condition, read_where
from impact_metrics.exchange.scales import read_number
from impact_metrics.exchange.values import Scope, plain_row, plain_value, read_field, read_row
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel, Stage
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.measures import Count, Measure, RowCount, Rows, Share, Total
from impact_metrics.rules.paired_change import PairedChange
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.rules.time_between import TimeBetween

if TYPE_CHECKING:
    from impact_metrics.exchange.at import At
    from impact_metrics.expressions import Row

POPULATIONS = ("distinct", "both", "either", "without")
MEASURES = (
    "count",
    "count_rows",
    "total",
    "share",
    "follow_up",
    "time_between",
    "paired_change",
    "funnel",
    "list",
)


def plain_measure(measure: Measure) -> dict[str, Any]:
    """Write a measure."""
    match measure:
        case Count(population):
            return {"count": plain_population(population)}
        case RowCount(Rows(row, condition)):
            return {"count_rows": {"row": plain_row(row), **plain_where(condition)}}
        case Total(field, condition):
            return {"total": {"row": plain_row(field.row), "of": str(field), **plain_where(condition)}}
        case Share(numerator, denominator, unknown):
            plain = {"of": plain_population(denominator), "numerator": plain_population(numerator)}
            return {"share": plain if unknown is None else {**plain, "unknown": plain_population(unknown)}}
        case FollowUp(outcome, months, cohort, lost):
            followed: dict[str, Any] = {"of": plain_population(cohort), "outcome": plain_population(outcome)}
            followed["within_months"] = months
            return {"follow_up": followed if lost is None else {**followed, "lost": plain_population(lost)}}
        case TimeBetween(outcome, cohort, lost):
            timed: dict[str, Any] = {"of": plain_population(cohort), "outcome": plain_population(outcome)}
            return {"time_between": timed if lost is None else {**timed, "lost": plain_population(lost)}}
        case Funnel(stages):
            return {
                "funnel": [{"title": stage.title, "population": plain_population(stage.population)} for stage in stages]
            }
        case Listing(entries, show):
            return {"list": {"of": plain_population(entries), "show": [str(field) for field in show]}}
        case PairedChange():
            return {"paired_change": _plain_paired(measure)}
        case _:
            assert_never(measure)


def _plain_paired(measure: PairedChange) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "row": plain_row(measure.score.row),
        "score": str(measure.score),
        "of": str(measure.subject),
        "before": plain_condition(measure.before),
        "after": plain_condition(measure.after),
        "scale": measure.scale.id,
        "at_least": plain_value(measure.at_least),
    }
    if measure.of is not None:
        plain["within"] = plain_population(measure.of)
    return plain if measure.kirkpatrick is None else {**plain, "kirkpatrick": measure.kirkpatrick}


def plain_population(population: Population[Any]) -> dict[str, Any]:
    """Write a population."""
    match population:
        case Distinct(subject, condition, minimum, on):
            plain: dict[str, Any] = {"row": plain_row(subject.row), "of": str(subject), **plain_where(condition)}
            if minimum != 1:
                plain["at_least"] = minimum
            if on is not None:
                plain["on"] = str(on)
            return {"distinct": plain}
        case Both(items):
            return {"both": [plain_population(item) for item in items]}
        case Either(items):
            return {"either": [plain_population(item) for item in items]}
        case Without(base, removed):
            return {"without": {"base": plain_population(base), "removed": plain_population(removed)}}
        case _:
            assert_never(population)


def read_measure(at: At, scope: Scope) -> Measure:
    """Read a measure."""
    name, inside = at.only()
    if name not in MEASURES:
        at.fail(f"there is no measure {name!r}", nearest(name, MEASURES))
    with at.building():
        if name == "count":
            return Count(read_population(inside, scope))
        if name == "follow_up":
            return _read_follow_up(inside, scope)
        if name == "time_between":
            inside.keys(["of", "outcome"], ["lost"])
            lost = read_population(inside["lost"], scope) if "lost" in inside else None
            return TimeBetween(_read_outcome(inside, scope), read_population(inside["of"], scope), lost)
        if name == "funnel":
            return Funnel(tuple(_read_stage(stage, scope) for stage in inside.items()))
        if name == "list":
            return _read_listing(inside, scope)
        if name == "paired_change":
            return _read_paired(inside, scope)
        if name == "share":
            inside.keys(["of", "numerator"], ["unknown"])
            unknown = read_population(inside["unknown"], scope) if "unknown" in inside else None
            return Share(read_population(inside["numerator"], scope), read_population(inside["of"], scope), unknown)
        inside.keys(["row"] if name == "count_rows" else ["row", "of"], ["where"])
        row, inner = _row(inside, scope)
        if name == "count_rows":
            return RowCount(Rows(row, read_where(inside, inner)))
        return Total(read_field(inside["of"], inner), read_where(inside, inner))


def _read_follow_up(at: At, scope: Scope) -> FollowUp:
    at.keys(["of", "outcome", "within_months"], ["lost"])
    outcome = _read_outcome(at, scope)
    lost = read_population(at["lost"], scope) if "lost" in at else None
    return FollowUp(outcome, at["within_months"].number(), read_population(at["of"], scope), lost)


def _read_outcome(at: At, scope: Scope) -> Distinct[Any]:
    outcome = read_population(at["outcome"], scope)
    if not isinstance(outcome, Distinct):
        at["outcome"].fail("the outcome is one event of each subject", "write a distinct")
    return outcome


def _read_stage(at: At, scope: Scope) -> Stage[Any]:
    at.keys(["title", "population"])
    with at.building():
        return Stage(at["title"].text(), read_population(at["population"], scope))


def _read_listing(at: At, scope: Scope) -> Listing:
    at.keys(["of", "show"])
    entries = read_population(at["of"], scope)
    if not isinstance(entries, Distinct):
        at["of"].fail("a list is of subjects of one event type", "write a distinct")
    inner = scope.bind(entries.row)
    return Listing(entries, tuple(read_field(field, inner) for field in at["show"].items()))


def _read_paired(at: At, scope: Scope) -> PairedChange:
    at.keys(["row", "score", "of", "before", "after", "scale", "at_least"], ["within", "kirkpatrick"])
    scale = at["scale"].text()
    if scale not in scope.scales:
        at["scale"].fail(f"there is no scale {scale!r}", nearest(scale, scope.scales))
    _, inner = _row(at, scope)
    return PairedChange(
        read_field(at["score"], inner),
        read_field(at["of"], inner),
        read_condition(at["before"], inner),
        read_condition(at["after"], inner),
        scope.scales[scale],
        read_number(at["at_least"]),
        read_population(at["within"], scope) if "within" in at else None,
        at["kirkpatrick"].number() if "kirkpatrick" in at else None,
    )


def _row(at: At, scope: Scope) -> tuple[Row, Scope]:
    row = read_row(at["row"], scope)
    return row, scope.bind(row)


def read_population(at: At, scope: Scope) -> Population[Any]:
    """Read a population."""
    name, inside = at.only()
    if name not in POPULATIONS:
        at.fail(f"there is no population {name!r}", nearest(name, POPULATIONS))
    scope = scope.deeper(at)
    with at.building():
        if name == "distinct":
            return _distinct(inside, scope)
        if name == "without":
            inside.keys(["base", "removed"])
            return Without(read_population(inside["base"], scope), read_population(inside["removed"], scope))
        items = tuple(read_population(item, scope) for item in inside.items())
        return Both(items) if name == "both" else Either(items)


def _distinct(at: At, scope: Scope) -> Distinct[Any]:
    at.keys(["row", "of"], ["where", "at_least", "on"])
    _, inner = _row(at, attrs.evolve(scope, depth=0))
    return Distinct(
        read_field(at["of"], inner),
        read_where(at, inner),
        at["at_least"].number() if "at_least" in at else 1,
        read_field(at["on"], inner) if "on" in at else None,
    )
