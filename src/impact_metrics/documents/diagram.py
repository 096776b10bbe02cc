"""Diagrams: which events a rule reads, and by what they are tied together. A rule is a tree, and so is its diagram."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.documents.english.words import event_noun, field_words
from impact_metrics.expressions import (
    AtLeast,
    Compare,
    Condition,
    Contains,
    Exists,
    FieldRef,
    Not,
    Operator,
    Row,
    children,
)
from impact_metrics.rules.populations import Distinct, Population, Without, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.rules import Measure

_WIDTH, _HEIGHT, _COLUMN, _ROW = 190, 44, 330, 66


@attrs.frozen
class Box:
    """An event that the rule reads, what ties it to the box before, and whether it must not be there."""

    event: str
    label: str
    tie: str = ""
    denied: bool = False
    boxes: tuple[Box, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Give the tree as an indented list, for readers of text."""
        tied = f" ({self.tie})" if self.tie else ""
        yield f"{'  ' * depth}{'no ' if self.denied else ''}{self.label}{tied}"
        for box in self.boxes:
            yield from box.lines(depth + 1)


def boxes(measure: Measure) -> tuple[Box, ...]:
    """Give the events through which something is counted, each with the events that its conditions look at."""
    found = [box for population in measure.every_population for box in _population(population, denied=False)]
    for lines in measure.every_line:
        number = "" if lines.number is None else field_words(lines.number.spec)
        found.append(_root(lines.row, lines.condition, number))
    return tuple(dict.fromkeys(found))


def _population(population: Population[Any], *, denied: bool) -> Iterator[Box]:
    if isinstance(population, Distinct):
        yield attrs.evolve(
            _root(population.row, population.condition, field_words(population.subject.spec)), denied=denied
        )
    for position, part in enumerate(parts(population)):
        yield from _population(part, denied=denied is not (isinstance(population, Without) and position == 1))


def _root(row: Row, condition: Condition, counted: str) -> Box:
    noun = event_noun(row.record.name)
    return Box(
        row.record.name, f"{noun}: {counted}" if counted else noun, boxes=tuple(_inside(condition, denied=False))
    )


def _inside(condition: Condition, *, denied: bool) -> Iterator[Box]:
    if isinstance(condition, Not):
        yield from _inside(condition.item, denied=not denied)
    elif isinstance(condition, Exists | AtLeast):
        noun = event_noun(condition.row.record.name)
        many = f"{condition.n} x " if isinstance(condition, AtLeast) else ""
        inner = tuple(_inside(condition.condition, denied=False))
        yield Box(condition.row.record.name, f"{many}{noun}", ", ".join(_ties(condition)), denied, inner)
    else:
        for child in children(condition):
            yield from _inside(child, denied=denied)


def _ties(condition: Exists | AtLeast) -> Iterator[str]:
    """Give the fields that tie the events of a quantifier to what is outside of it, at any depth but its own rows."""
    for part in _flat(condition.condition):
        match part:
            case Compare(FieldRef() as one, Operator.EQ, FieldRef() as other) | Contains(
                FieldRef() as one, FieldRef() as other
            ) if (one.row == condition.row) is not (other.row == condition.row):
                mine, theirs = (one, other) if one.row == condition.row else (other, one)
                yield (
                    f"{field_words(mine.spec)} = {field_words(theirs.spec)}"
                    if mine.name != theirs.name
                    else (f"same {field_words(mine.spec)}")
                )
            case _:
                pass


def _flat(condition: Condition) -> Iterator[Condition]:
    yield condition
    if not isinstance(condition, Exists | AtLeast):
        for child in children(condition):
            yield from _flat(child)


@attrs.define
class _Canvas:
    """Where boxes have been put so far."""

    rows: int = 0
    depth: int = 0
    parts: list[str] = attrs.Factory(list)


def to_svg(tree: tuple[Box, ...], title: str) -> str:
    """Draw the tree from left to right as SVG, with ``title`` for those who cannot see it; denied events are dashed."""
    canvas = _Canvas()
    for box in tree:
        _draw(box, 0, canvas)
    width, height = canvas.depth * _COLUMN + _WIDTH + 4, canvas.rows * _ROW
    described = "; ".join(line.strip() for box in tree for line in box.lines())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {width} {height}" role="img" '
        f'style="max-width: {width}px; width: 100%; color: inherit" font-family="sans-serif" font-size="13">'
        f"<title>{escape(title)}: {escape(described)}</title>{''.join(canvas.parts)}</svg>"
    )


def _draw(box: Box, depth: int, canvas: _Canvas) -> float:
    """Draw a box with all that hangs on it, and give the height of its middle."""
    canvas.depth = max(canvas.depth, depth)
    x = depth * _COLUMN
    if box.boxes:
        middles = [(_draw(inner, depth + 1, canvas), inner) for inner in box.boxes]
        middle = (middles[0][0] + middles[-1][0]) / 2
    else:
        middles, middle = [], canvas.rows * _ROW + _HEIGHT / 2
        canvas.rows += 1
    dash = ' stroke-dasharray="5 4"' if box.denied else ""
    text = f"no {box.label}" if box.denied else box.label
    canvas.parts.append(
        f'<rect x="{x}" y="{middle - _HEIGHT / 2}" width="{_WIDTH}" height="{_HEIGHT}" rx="6" fill="none" '
        f'stroke="currentColor"{dash}/>'
        f'<text x="{x + _WIDTH / 2}" y="{middle + 4}" text-anchor="middle" fill="currentColor">{escape(text)}</text>'
    )
    for inner_middle, inner in middles:
        start, end = x + _WIDTH, x + _COLUMN
        label = inner_middle + (16 if inner_middle > middle else -8)
        canvas.parts.append(
            f'<path d="M {start} {middle} C {start + 50} {middle}, {end - 50} {inner_middle}, {end} {inner_middle}" '
            'fill="none" stroke="currentColor" stroke-opacity="0.5"/>'
            f'<text x="{end - 8}" y="{label}" text-anchor="end" font-size="11" fill="currentColor">'
            f"{escape(inner.tie)}</text>"
        )
    return middle
