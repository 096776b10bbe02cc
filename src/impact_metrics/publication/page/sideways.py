"""Pictures whose rows have names: ranges of shares, stacked bars of changes, and the stages of a funnel."""

from __future__ import annotations

import textwrap
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING

import attrs

from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.pictures import WIDTH, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LINE, BAR, GAP = 15, 16, 14
_LETTERS = 54
"""How many letters of a name fit in one line."""
ROOM = 64
"""How much is kept free at the right, for the number."""


@attrs.frozen
class Row:
    """One row: its name, the number that is printed at its end, and the numbers that are drawn; none if not shown."""

    name: str
    said: str
    values: tuple[float, ...] = ()


def bars_across(name: str, title: str, text: str, rows: Sequence[Row]) -> Element:
    """Draw one bar a row, the longest as long as there is room."""
    most = max((row.values[0] for row in rows if row.values), default=0) or 1

    def drawn(row: Row, y: float) -> Iterator[Element]:
        yield _bar(0, row.values[0] / most, y, "bar")

    return _rows(name, title, text, rows, drawn)


def stacks(name: str, title: str, text: str, rows: Sequence[Row]) -> Element:
    """Draw for each row three parts of a whole: better, the same, and worse."""

    def drawn(row: Row, y: float) -> Iterator[Element]:
        whole = sum(row.values) or 1
        ends = [0.0, *accumulate(value / whole for value in row.values)]
        for start, end, kind in zip(ends, ends[1:], ("bar", "rest", "worse"), strict=False):
            yield _bar(start, end, y, kind)

    return _rows(name, title, text, rows, drawn)


def ranges(name: str, title: str, text: str, rows: Sequence[Row]) -> Element:
    """Draw for each row a share as a point, with its interval as a line: values are share, lower and upper bound."""
    most = max((max(row.values) for row in rows if row.values), default=0)
    top = next(end for end in (0.05, 0.1, 0.25, 0.5, 1.0) if most <= end)

    def drawn(row: Row, y: float) -> Iterator[Element]:
        share, low, high = (_across(value / top) for value in row.values)
        middle = y + BAR / 2
        yield tag("line", x1=0, x2=_across(1), y1=middle, y2=middle, class_="rule")
        yield tag("line", x1=low, x2=high, y1=middle, y2=middle, class_="range")
        for end in (low, high):
            yield tag("line", x1=end, x2=end, y1=middle - 4, y2=middle + 4, class_="range")
        yield tag("circle", cx=share, cy=middle, r=4.5, class_="point")

    axis = [(0.0, "0 %"), (1.0, f"{Decimal(str(top)) * 100:f} %".replace(".00", "").replace(".0", ""))]
    return _rows(name, title, text, rows, drawn, axis)


def _across(part: float) -> float:
    return part * (WIDTH - ROOM)


def _bar(start: float, end: float, y: float, kind: str) -> Element:
    return tag("rect", x=_across(start), y=y, width=_across(end - start), height=BAR, class_=kind)


def _rows(  # noqa: PLR0913, PLR0917 - what every such picture has, and how it differs
    name: str,
    title: str,
    text: str,
    rows: Sequence[Row],
    draw: Callable[[Row, float], Iterator[Element]],
    axis: Sequence[tuple[float, str]] = (),
) -> Element:
    y, made = 0.0, list[Content]()
    for row in rows:
        for line in textwrap.wrap(row.name, _LETTERS) or [row.name]:
            y += LINE
            made.append(tag("text", line, x=0, y=y - 3, class_="name"))
        if row.values:
            made.append(draw(row, y + 2))
        made.append(
            tag("text", row.said, x=WIDTH, y=y + 2 + BAR - 4, class_="value end" if row.values else "hidden end")
        )
        y += BAR + GAP
    for place, label in axis:
        made.append(tag("text", label, x=_across(place), y=y + 4, class_="end" if place else None))
    return picture(name, title, text, made, height=y + (10 if axis else 0))
