"""Places: where a metric puts a subject, in the words that reports and test vectors use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.rules.measures import Measure

COUNTED = "counted"
"""Where counts, totals and lists put whomever, or whatever, they count."""


@attrs.frozen
class Place:
    """Where a metric puts a subject: one of these, by its kind of measure. Whoever is put nowhere has no place.

    Counts, totals and lists say ``counted``. Shares, follow-up rates, funnels and paired changes say what a
    :class:`~impact_metrics.rules.measures.standing.Standing` says. Times say what an
    :class:`~impact_metrics.rules.measures.life_table.Ending` says, with the ``days`` for which the subject was watched.
    """

    standing: str
    days: int | None = None

    def __str__(self) -> str:
        """Say it."""
        if self.days is None:
            return self.standing
        return f"{self.standing}, after {self.days:,} day{'' if self.days == 1 else 's'}"

    @classmethod
    def counted(cls, subjects: Iterable[str]) -> dict[str, Place]:
        """Put subjects among those that are counted."""
        return dict.fromkeys(subjects, cls(COUNTED))


def say_place(measure: Measure, subject: str, place: Place | None) -> str:
    """Say where a metric puts a subject, or that it puts it nowhere."""
    if place is not None:
        return f"{subject} is {place}" if place.days is None else f"{subject}: {place}"
    return f"{subject} {measure.nowhere}"
