"""Tables: figures by period and by dimensions, as counts that add up."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError, nearest
from impact_metrics.publication.drawing import Drawing, Item, Place
from impact_metrics.publication.headlines import countable, tallied
from impact_metrics.reports.books import ALL
from impact_metrics.rules.dimensions import named, names
from impact_metrics.rules.labels import UNKNOWN, ranks
from impact_metrics.rules.measures import OverTime
from impact_metrics.rules.measures.parts import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from impact_metrics.reports import Report
    from impact_metrics.reports.books import Line
    from impact_metrics.rules import Metric
    from impact_metrics.rules.dimensions import Dimension
    from impact_metrics.rules.periods import Period


def tallies(report: Report) -> Iterator[Metric]:
    """Give the metrics that are one number by itself, and so have tables."""
    for metric in report.catalogue.metrics:
        if tallied(metric):
            yield metric


def broken_down_by(report: Report, metric: Metric, by: Sequence[str]) -> list[Dimension] | None:
    """Give what the names of a breakdown mean for a metric; ``None`` where it does not have them all."""
    dimensions = [named(name, metric.measure, report.catalogue.model) for name in by]
    found = [dimension for dimension in dimensions if dimension is not None]
    return found if len(found) == len(by) else None


def check_names(report: Report, by: Iterable[Sequence[str]]) -> None:
    """Raise ``RuleError`` for a breakdown by nothing, and for a name that means no dimension of any metric."""
    known = {name for metric in tallies(report) for name in names(metric.measure, report.catalogue.model)}
    for breakdown in by:
        if not breakdown or len(set(breakdown)) < len(breakdown):
            raise RuleError(f"{list(breakdown)} is no breakdown", where="by", hint="name each dimension once")
        for name in breakdown:
            if name not in known:
                raise RuleError(f"no count can be broken down by {name!r}", where="by", hint=nearest(name, known))


def draw_breakdown(
    drawing: Drawing, report: Report, metric: Metric, by: tuple[str, ...], dimensions: Sequence[Dimension]
) -> bool:
    """Put the cells of one figure to date into a drawing; tell whether they are counts."""
    lines = report.books(by=dimensions, metrics=[metric.id]).of(metric.id)
    if not all(countable(line.value) for line in lines):
        return False
    found = {tuple(UNKNOWN if label is None else label for label in line.cell): line for line in lines}
    labels = [_labels({cell[place] for cell in found} - {ALL}, dimension) for place, dimension in enumerate(dimensions)]
    for cell in _cells(labels):
        place = _cell(drawing, metric, by, cell)
        drawing.note(place, _number(found[cell]) if cell in found else 0)
        if _OTHERS not in cell:
            drawing.items.append(Item(metric, "value", place, by=by, cell=cell))
    return True


_OTHERS = "(others)"
"""Beside a category that stands alone: those in which nobody is, and of which a reader cannot know that."""


def _labels(found: set[str], dimension: Dimension) -> list[str]:
    """Put the categories of a dimension in order, missing values last; there are always two."""
    rank = ranks(dimension)
    ordered = sorted(found, key=lambda label: (label == UNKNOWN, rank.get(label, len(rank)), label))
    return ordered if len(ordered) != 1 else [*ordered, _OTHERS]


def _cells(labels: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Give every cell, those with nobody too, and what sums over trailing dimensions after what it sums."""
    if labels:
        first, *others = labels
        yield from ((label, *cell) for label in first for cell in _cells(others))
    yield (ALL,) * len(labels)


def _cell(drawing: Drawing, metric: Metric, by: Sequence[str], cell: Sequence[str]) -> Place:
    """Name a cell by the labels that it has: it is the same count in whichever breakdown it stands."""
    held = sorted((name, label) for name, label in zip(by, cell, strict=True) if label != ALL)
    if not held:
        return _whole(drawing, metric)
    names, labels = tuple(name for name, _ in held), tuple(label for _, label in held)
    return Place(*_naming(drawing, metric), by=names, cell=labels)


def _naming(drawing: Drawing, metric: Metric) -> tuple[str, str]:
    """Give what the cells of a metric are named after: the whole.

    Those of a list are its own, since it places its entries by other events than a count does its members.
    """
    whole = _whole(drawing, metric)
    subjects = metric.measure.subjects
    by_latest = subjects is not None and subjects.by_latest
    return (metric.id, "listed") if by_latest else (whole.what, whole.part)


def tie_breakdowns(drawing: Drawing, metric: Metric) -> None:
    """Add the sums between the breakdowns of a metric: each cell is the sum of those that say more than it does."""
    whole = _whole(drawing, metric)
    what, part = _naming(drawing, metric)
    places = [place for place in drawing.counts if place.by and (place.what, place.part) == (what, part)]
    cells: defaultdict[frozenset[str], list[Place]] = defaultdict(list, {frozenset(): [whole]})
    for place in places:
        cells[frozenset(place.by)].append(place)
    for coarse, fine in itertools.permutations(cells, 2):
        if coarse < fine and not any(coarse < between < fine for between in cells):
            inside: defaultdict[frozenset[tuple[str, str]], list[Place]] = defaultdict(list)
            for place in cells[fine]:
                held = zip(place.by, place.cell, strict=True)
                inside[frozenset(pair for pair in held if pair[0] in coarse)].append(place)
            for place in cells[coarse]:
                parts = inside[frozenset(zip(place.by, place.cell, strict=True))]
                drawing.add(place, parts, breakdown=True)


def draw_trend(drawing: Drawing, report: Report, metric: Metric, periods: Sequence[Period]) -> bool:
    """Put one figure over periods, from the first event on, into a drawing; tell whether it is made of counts."""
    lines = report.books(periods, metrics=[metric.id]).of(metric.id)
    if not all(countable(line.value) for line in lines):
        return False
    if metric.measure.over_time is OverTime.STOCK:
        _stock(drawing, metric, lines)
    else:
        parts = [drawing.note(Place(metric.id, "value", period=line.period.label), _number(line)) for line in lines]
        for line, place in zip(lines, parts, strict=True):
            drawing.items.append(Item(metric, "value", place, line.period))
        drawing.add(_whole(drawing, metric), parts)
    return True


def _stock(drawing: Drawing, metric: Metric, lines: Sequence[Line]) -> None:
    """Chain the periods: what was there, with who came and without who left, is there at the end."""
    whole = _whole(drawing, metric)
    opening: Place | None = None
    for line in lines:
        flow = line.flow
        assert flow is not None  # noqa: S101 - counts and lists are stocks
        last = line is lines[-1]
        closing = whole if last else drawing.note(Place(whole.what, "closing", line.period.label), flow.closing)
        moved = {
            part: drawing.note(Place(whole.what, part, line.period.label), count)
            for part, count in (("entered", flow.entered), ("left", flow.left))
        }
        for part, place in (*moved.items(), ("closing", closing)):
            drawing.items.append(Item(metric, part, place, line.period))
        before = [] if opening is None else [opening]
        drawing.add(closing, (*before, moved["entered"]), less=[moved["left"]])
        opening = closing


def _whole(drawing: Drawing, metric: Metric) -> Place:
    return next(item.place for item in drawing.items if item.metric == metric and item.part == VALUE)


def _number(line: Line) -> int:
    assert isinstance(line.value, int)  # noqa: S101 - looked at by the caller
    return line.value
