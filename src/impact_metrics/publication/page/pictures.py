"""Pictures: bars and lines as SVG, whose numbers stand in a table beside them.

A number that is not shown is a gap with a mark. Everything that a colour tells is told by shape or text as well.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

import attrs

from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.saying import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 22, 30
_LETTER = 6.4
"""How wide a letter of a label is, at most, in the units of the picture."""
_BETWEEN = 8
"""How much room there is between two labels."""


@attrs.frozen
class Mark:
    """One period of a picture: its label, and its number; ``None`` where it is not shown."""

    label: str
    value: int | Decimal | None


@attrs.frozen
class Axis:
    """The numbers of an axis that starts at zero or below: its ends, and where it has lines."""

    low: float
    high: float
    steps: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> Axis:
        """Choose an axis that holds all values, in three to six round steps."""
        low, high = min([0.0, *values]), max([0.0, *values])
        if low == high:
            return cls(0, 1, (0, 1))
        step = _round_up((high - low) / 5)
        first, last = int(-(-low // step)), int(-(-high // step))
        first -= first * step > low
        return cls(first * step, last * step, tuple(number * step for number in range(first, last + 1)))

    def place(self, value: float) -> float:
        """Give how far down a value stands in the picture."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)


def _round_up(least: float) -> float:
    """Give the least of 1, 2, 5, 10, 20, 50 and so on that is not below a number, or a tenth of it, and so on."""
    scale = 1.0
    while scale >= least * 10:
        scale /= 10
    while True:
        for lead in (1, 2, 5):
            if lead * scale >= least:
                return lead * scale
        scale *= 10


def bars(name: str, title: str, text: str, marks: Sequence[Mark]) -> Element:
    """Draw a bar for each period."""
    axis = Axis.of([float(mark.value) for mark in marks if mark.value is not None])
    wide, zero = _step(marks), axis.place(0)

    def bar(place: float, mark: Mark) -> Element:
        if mark.value is None:
            return _hidden(place, zero)
        top = axis.place(float(mark.value))
        low, high = sorted((top, zero))
        return tag(
            "rect",
            x=place - wide * 0.36,
            y=low,
            width=wide * 0.72,
            height=high - low,
            class_="bar",
            rx=min(1.5, wide / 9),
        )

    drawn = [bar(place, mark) for place, mark in _placed(marks)]
    return picture(name, title, text, [*_frame(axis), *drawn, *_labels(marks)])


def line(name: str, title: str, text: str, marks: Sequence[Mark]) -> Element:
    """Draw a line through the periods, which breaks where a number is not shown."""
    axis = Axis.of([float(mark.value) for mark in marks if mark.value is not None])
    placed = list(_placed(marks))
    drawn: list[Element] = []
    for there, run in groupby(placed, key=lambda item: item[1].value is not None):
        if there:
            points = [(place, axis.place(float(mark.value or 0))) for place, mark in run]
            path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
            drawn.append(tag("polyline", points=path, class_="line"))
            if len(marks) <= 40:  # noqa: PLR2004 - more points than that hide their line
                drawn += [tag("circle", cx=x, cy=y, r=2.6, class_="point") for x, y in points]
        else:
            drawn += [_hidden(place, axis.place(0)) for place, _ in run]
    return picture(name, title, text, [*_frame(axis), *drawn, *_last(placed, axis), *_labels(marks)])


def _last(placed: Sequence[tuple[float, Mark]], axis: Axis) -> Iterator[Element]:
    """Write the last number beside its point."""
    place, mark = placed[-1]
    if mark.value is not None:
        yield tag("text", plain(mark.value), x=place + 4, y=axis.place(float(mark.value)) - 7, class_="value end")


def _step(marks: Sequence[Mark]) -> float:
    return (WIDTH - LEFT - RIGHT) / max(len(marks), 1)


def _placed(marks: Sequence[Mark]) -> Iterator[tuple[float, Mark]]:
    wide = _step(marks)
    for number, mark in enumerate(marks):
        yield LEFT + wide * (number + 0.5), mark


def _hidden(place: float, zero: float) -> Element:
    return tag("text", "c", x=place, y=zero - 4, class_="hidden middle")


def _frame(axis: Axis) -> Iterator[Element]:
    for step in axis.steps:
        y = axis.place(step)
        yield tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="zero" if step == 0 else "rule")
        yield tag("text", plain(_short(step)), x=LEFT - 6, y=y + 4, class_="end")


def _short(step: float) -> int | Decimal:
    return int(step) if step == int(step) else Decimal(f"{step:g}")


def _labels(marks: Sequence[Mark]) -> Iterator[Element]:
    """Write as many labels below the axis as there is room for, the last one among them."""
    free = float(WIDTH)
    for place, mark in reversed(list(_placed(marks))):
        half = len(mark.label) * _LETTER / 2
        middle = min(place, WIDTH - half)
        if middle + half <= free:
            yield tag("text", mark.label, x=middle, y=HEIGHT - 10, class_="middle")
            free = middle - half - _BETWEEN


def picture(name: str, title: str, text: str, drawn: Content, *, height: float = HEIGHT) -> Element:
    """Put what is drawn into a picture that has a name and a text."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-name"),
        tag("desc", text, id=f"{name}-text"),
        drawn,
        viewBox=f"0 0 {WIDTH} {height:g}",
        role="img",
        aria_labelledby=f"{name}-name",
        aria_describedby=f"{name}-text",
        class_="picture",
    )
