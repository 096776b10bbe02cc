"""Points: what is said, as a nested list that can also be read as one sentence."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.documents.english.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator


class Joiner(Enum):
    """How the points below another belong together."""

    ALL = "all of these hold"
    ANY = "at least one of these holds"
    NONE = "none of these holds"
    NOT_ALL = "not all of these hold"
    THAT_IS = "that is"
    THAT = "that"
    AS_FOLLOWS = "as follows"


@attrs.frozen
class Point:
    """One statement, and the points below it with how they belong together. ``text`` is empty where they say it all."""

    text: str
    joiner: Joiner = Joiner.ALL
    points: tuple[Point, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Give the lines of a nested list, two spaces a level."""
        yield f"{'  ' * depth}- {self.heading}"
        for point in self.below:
            yield from point.lines(depth + 1)

    @property
    def below(self) -> tuple[Point, ...]:
        """The points that stand under the heading: those of a single one that has no words of its own are its own."""
        return self.points[0].points if self._explains_a_list else self.points

    @property
    def _explains_a_list(self) -> bool:
        return self.joiner is Joiner.THAT_IS and bool(self.points[0].points) and not self.points[0].text

    @property
    def heading(self) -> str:
        """The statement as it stands above its points."""
        if not self.points:
            return self.text
        if self.joiner is Joiner.THAT_IS:
            return f"{self.text}; that is{', ' + self.points[0].joiner.value if self._explains_a_list else ''}:"
        between = ", " if self.joiner is Joiner.AS_FOLLOWS else " "
        return f"{self.text}{between}{self.joiner.value}:" if self.text else f"{self.joiner.value}:"

    def __str__(self) -> str:
        """Read the point as part of one sentence."""
        if not self.points:
            return self.text
        if self.joiner is Joiner.AS_FOLLOWS:
            return f"{self.text}: {'; '.join(map(str, self.points))}"
        return f"{self.text} {self._inside()}" if self.text and self.joiner is not Joiner.THAT_IS else self._labelled()

    def _labelled(self) -> str:
        return f"{self.text} (that is, {self._inside()})" if self.text else self._inside()

    def _inside(self) -> str:
        texts = [str(point) for point in self.points]
        if self.joiner is Joiner.THAT:
            return f"that {texts[0]}"
        if self.joiner in {Joiner.NONE, Joiner.NOT_ALL}:
            return f"{self.joiner.value}: {'; '.join(texts)}"
        if all(not point.points for point in self.points) and not any("," in text for text in texts):
            if self.joiner is Joiner.ANY and len(texts) == 2:  # noqa: PLR2004 - either, or
                return f"either {texts[0]} or {texts[1]}"
            return listed(texts, "or" if self.joiner is Joiner.ANY else "and")
        if self.joiner is Joiner.ANY:
            return f"either {', or '.join(texts)}"
        return ", and ".join(texts)

    def to_dict(self) -> dict[str, Any]:
        """Give the point as plain data: ``text``, and where there are points below, ``joined`` and ``points``."""
        below = {"joined": self.joiner.value, "points": [point.to_dict() for point in self.points]}
        return {"text": self.text, **(below if self.points else {})}
