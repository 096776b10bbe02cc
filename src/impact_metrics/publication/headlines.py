"""Headlines: the counts behind each figure to date, and how they add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.publication.drawing import Drawing, Item, Place
from impact_metrics.rules import Count, FollowUp, Funnel, Listing, PairedChange, RowCount, Share, TimeBetween, Total

if TYPE_CHECKING:
    from impact_metrics.engines import Parts
    from impact_metrics.reports.results import Result
    from impact_metrics.rules import Metric


def countable(value: object) -> bool:
    """Tell whether a figure is a count that can be protected: a whole number from 0."""
    return isinstance(value, int) and value >= 0


def draw_headline(drawing: Drawing, result: Result) -> None:
    """Put the counts of one figure to date into a drawing. A total that is no count has none."""
    metric, measure = result.metric, result.metric.measure
    match measure:
        case Count(population) | Listing(population):
            assert isinstance(result.value, int)  # noqa: S101 - what is counted is a whole number
            place = drawing.note(drawing.members(population, metric, "value"), result.value)
            drawing.headlines.add(place)
            drawing.items.append(Item(metric, "value", place))
        case RowCount() | Total():
            if isinstance(result.value, int) and countable(result.value):
                place = drawing.note(Place(metric.id, "value"), result.value)
                drawing.headlines.add(place)
                drawing.items.append(Item(metric, "value", place))
        case Share():
            _share(drawing, metric, measure, _parts(result))
        case Funnel():
            _funnel(drawing, metric, measure, _parts(result))
        case FollowUp():
            _follow_up(drawing, metric, measure, _parts(result))
        case PairedChange():
            _paired(drawing, metric, measure, _parts(result))
        case TimeBetween():
            _times(drawing, metric, measure, result)
        case _:
            assert_never(measure)


def _parts(result: Result) -> Parts:
    assert result.parts is not None  # noqa: S101 - every share tells what it is made of
    return result.parts


def _own(drawing: Drawing, metric: Metric, part: str, count: int) -> Place:
    """Note a part that only this metric has, and print it."""
    place = drawing.note(Place(metric.id, part), count)
    drawing.items.append(Item(metric, part, place))
    return place


def _share(drawing: Drawing, metric: Metric, measure: Share, parts: Parts) -> None:
    top = drawing.note(drawing.members(measure.inside, metric, "numerator"), parts.numerator)
    whole = drawing.note(drawing.members(measure.denominator, metric, "denominator"), parts.denominator)
    drawing.items += [Item(metric, "numerator", top), Item(metric, "denominator", whole)]
    others = [] if parts.unknown is None else [_own(drawing, metric, "unknown", parts.unknown)]
    rest = _own(drawing, metric, "rest", parts.denominator - parts.numerator - (parts.unknown or 0))
    drawing.add(whole, (top, *others, rest))


def _funnel(drawing: Drawing, metric: Metric, measure: Funnel, parts: Parts) -> None:
    assert parts.stages is not None  # noqa: S101 - a funnel tells its stages
    before: Place | None = None
    for number, (population, count) in enumerate(zip(measure.nested, parts.stages, strict=True), 1):
        part = f"stage_{number}"
        place = drawing.note(drawing.members(population, metric, part), count)
        drawing.items.append(Item(metric, part, place))
        if before is not None:
            dropped = drawing.note(Place(metric.id, f"dropped_{number}"), drawing.counts[before] - count)
            drawing.add(before, (place, dropped))
        before = place


def _follow_up(drawing: Drawing, metric: Metric, measure: FollowUp, parts: Parts) -> None:
    waiting, lost = parts.not_yet_due or 0, parts.lost
    size = parts.denominator + waiting + (lost or 0)
    cohort = drawing.note(drawing.members(measure.cohort, metric, "cohort"), size)
    drawing.items.append(Item(metric, "cohort", cohort))
    top = _own(drawing, metric, "numerator", parts.numerator)
    whole = _own(drawing, metric, "denominator", parts.denominator)
    rest = _own(drawing, metric, "rest", parts.denominator - parts.numerator)
    others = [_own(drawing, metric, "not_yet_due", waiting)]
    others += [] if lost is None else [_own(drawing, metric, "lost", lost)]
    drawing.add(cohort, (whole, *others))
    drawing.add(whole, (top, rest))


def _paired(drawing: Drawing, metric: Metric, measure: PairedChange, parts: Parts) -> None:
    changes = parts.changes
    assert changes is not None  # noqa: S101 - a paired change tells its changes
    size = changes.paired + changes.unmatched + changes.unscored
    cohort = drawing.note(drawing.members(measure.cohort, metric, "cohort"), size)
    drawing.items.append(Item(metric, "cohort", cohort))
    top = _own(drawing, metric, "numerator", changes.improved)
    whole = _own(drawing, metric, "denominator", changes.paired)
    judged = [_own(drawing, metric, part, getattr(changes, part)) for part in ("unchanged", "worsened")]
    alone = [_own(drawing, metric, part, getattr(changes, part)) for part in ("before_only", "after_only", "unscored")]
    drawing.add(cohort, (whole, *alone))
    drawing.add(whole, (top, *judged))


def _times(drawing: Drawing, metric: Metric, measure: TimeBetween, result: Result) -> None:
    times = result.times
    assert times is not None  # noqa: S101 - times tell their life table
    cohort = drawing.note(drawing.members(measure.cohort, metric, "cohort"), times.size)
    drawing.items.append(Item(metric, "cohort", cohort))
    ends = [_own(drawing, metric, part, getattr(times, part)) for part in ("ended", "not_yet")]
    lost = [] if times.lost is None else [_own(drawing, metric, "lost", times.lost)]
    drawing.add(cohort, (*ends, *lost))
