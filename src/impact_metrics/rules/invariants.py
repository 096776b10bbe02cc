"""Invariants: what must be true between the metrics of a catalogue. Declared as data, and named by metric ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures import Count
from impact_metrics.rules.populations import subject_kind

if TYPE_CHECKING:
    from impact_metrics.rules.metric import Metric


@attrs.frozen
class Subset:
    """Every subject counted by ``part`` is counted by ``whole``."""

    part: str
    whole: str
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.part} is within {self.whole}"


@attrs.frozen
class AtMost:
    """The figure of ``lesser`` is never above that of ``greater``."""

    lesser: str
    greater: str
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.lesser} is at most {self.greater}"


@attrs.frozen
class Disjoint:
    """No subject is counted by both."""

    one: str
    other: str
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.one} and {self.other} share nobody"


Invariant: TypeAlias = Subset | AtMost | Disjoint


def check_same_subjects(one: Metric, other: Metric) -> None:
    """Raise ``RuleError`` unless both metrics count subjects, of one kind."""
    where = f"{one.id} and {other.id}"
    kinds = [
        subject_kind(metric.measure.population) if isinstance(metric.measure, Count) else None
        for metric in (one, other)
    ]
    if None in kinds:
        raise RuleError("only counts of subjects can be within or apart from each other", where=where)
    if kinds[0] != kinds[1]:
        raise RuleError(f"one counts {kinds[0]} and the other {kinds[1]}", where=where)


def subset(part: Metric, whole: Metric, *, because: str) -> Subset:
    """Declare that everybody counted by ``part`` is counted by ``whole``."""
    check_same_subjects(part, whole)
    return Subset(part.id, whole.id, because)


def at_most(lesser: Metric, greater: Metric, *, because: str) -> AtMost:
    """Declare that one figure is never above another."""
    return AtMost(lesser.id, greater.id, because)


def disjoint(one: Metric, other: Metric, *, because: str) -> Disjoint:
    """Declare that nobody is counted by both."""
    check_same_subjects(one, other)
    return Disjoint(one.id, other.id, because)


def metrics_of(invariant: Invariant) -> tuple[str, str]:
    """Give the ids of the two metrics that an invariant speaks of."""
    match invariant:
        case Subset(part, whole):
            return part, whole
        case AtMost(lesser, greater):
            return lesser, greater
        case Disjoint(one, other):
            return one, other
        case _:
            assert_never(invariant)
