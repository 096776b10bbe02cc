"""Headlines: the counts behind each figure to date, and how they add up, as its kind declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.publication.drawing import Drawing, Item, Place
from impact_metrics.rules.measures import OverTime
from impact_metrics.rules.measures.parts import VALUE, Nature

if TYPE_CHECKING:
    from impact_metrics.reports.results import Result
    from impact_metrics.rules import Metric


def countable(value: object) -> bool:
    """Tell whether a figure is a count that can be protected: a whole number from 0."""
    return isinstance(value, int) and value >= 0


def tallied(metric: Metric) -> bool:
    """Tell whether a figure is one number by itself, and so has tables."""
    return metric.measure.over_time in {OverTime.STOCK, OverTime.FLOW}


def draw_headline(drawing: Drawing, result: Result) -> None:
    """Put the counts of one figure to date into a drawing. A total that is no count has none."""
    metric, measure, told = result.metric, result.metric.measure, result.told
    places: dict[str, Place] = {}
    for part in measure.parts:
        number = told[part.name]
        counts = part.nature is Nature.COUNT or (part.nature is Nature.AMOUNT and part.name == VALUE)
        if not counts or not isinstance(number, int) or not countable(number):
            continue
        own = Place(metric.id, part.name)
        place = own if part.members is None else drawing.members(part.members, metric, part.name)
        places[part.name] = drawing.note(place, number)
        if part.name == VALUE:
            drawing.headlines.add(place)
        if not part.internal:
            drawing.items.append(Item(metric, part.name, place))
    for known in measure.sums:
        drawing.add(places[known.total], [places[name] for name in known.parts])
