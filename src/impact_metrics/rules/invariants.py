"""Invariants: what must be true of the metrics of a catalogue. Declared as data, and named by metric ids.

Some relate the figures of one stream, and every report checks them on its own data. ``Monotone`` and ``Satisfiable``
speak of what streams there can be, so that only a proof can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures import Count
from impact_metrics.rules.populations import subject_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.rules.metric import Metric
    from impact_metrics.values import IdKind


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


@attrs.frozen
class Equivalent:
    """Both count the same subjects."""

    one: str
    other: str
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.one} and {self.other} count the same"


@attrs.frozen
class CoveredBy:
    """Every subject counted by ``part`` is counted by at least one of ``wholes``."""

    part: str
    wholes: tuple[str, ...]
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.part} is within {' and '.join(self.wholes)} together"


@attrs.frozen
class Monotone:
    """Events that are added never lower the figure, as long as the stream stays a valid one."""

    metric: str
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.metric} never falls when events are added"


@attrs.frozen
class Satisfiable:
    """Some valid stream gives a figure other than zero.

    Of a share, somebody is in the denominator; of a follow-up rate or a time, in the cohort.
    """

    metric: str
    because: str

    def __str__(self) -> str:
        """State the invariant."""
        return f"{self.metric} can count something"


Relation: TypeAlias = Subset | AtMost | Disjoint | Equivalent | CoveredBy
"""What one stream can keep or break."""

Invariant: TypeAlias = Relation | Monotone | Satisfiable


def check_same_subjects(*metrics: Metric) -> None:
    """Raise ``RuleError`` unless all the metrics count subjects, of one kind."""
    names = [metric.id for metric in metrics]
    where = " and ".join(names)
    kinds: list[IdKind] = []
    for metric in metrics:
        if not isinstance(metric.measure, Count):
            raise RuleError("only counts of subjects can be within or apart from each other", where=where)
        kinds.append(subject_kind(metric.measure.population))
    for kind in kinds:
        if kind != kinds[0]:
            raise RuleError(f"one counts {kinds[0]} and the other {kind}", where=where)


def check_comparable(*metrics: Metric) -> None:
    """Raise ``RuleError`` for a share or time, which events can lower and raise: it is neither at most nor monotone."""
    for metric in metrics:
        problem, hint = metric.measure.size_undecided
        if problem:
            raise RuleError(problem, where=metric.id, hint=hint)


def subset(part: Metric, whole: Metric, *, because: str) -> Subset:
    """Declare that everybody counted by ``part`` is counted by ``whole``."""
    check_same_subjects(part, whole)
    return Subset(part.id, whole.id, because)


def at_most(lesser: Metric, greater: Metric, *, because: str) -> AtMost:
    """Declare that one figure is never above another."""
    check_comparable(lesser, greater)
    return AtMost(lesser.id, greater.id, because)


def disjoint(one: Metric, other: Metric, *, because: str) -> Disjoint:
    """Declare that nobody is counted by both."""
    check_same_subjects(one, other)
    return Disjoint(one.id, other.id, because)


def equivalent(one: Metric, other: Metric, *, because: str) -> Equivalent:
    """Declare that both count the same subjects."""
    check_same_subjects(one, other)
    return Equivalent(one.id, other.id, because)


def covered_by(part: Metric, *wholes: Metric, because: str) -> CoveredBy:
    """Declare that everybody counted by ``part`` is counted by at least one of ``wholes``."""
    if not wholes:
        raise RuleError("nothing covers the metric", where=part.id, hint="name at least one metric that does")
    check_same_subjects(part, *wholes)
    return CoveredBy(part.id, tuple(whole.id for whole in wholes), because)


def monotone(metric: Metric, *, because: str) -> Monotone:
    """Declare that events which are added never lower the figure."""
    check_comparable(metric)
    return Monotone(metric.id, because)


def satisfiable(metric: Metric, *, because: str) -> Satisfiable:
    """Declare that there is a valid stream of which the figure is not zero; of a share, in which there is one."""
    return Satisfiable(metric.id, because)


def check_claim(invariant: Invariant, metrics: Sequence[Metric]) -> None:
    """Raise ``RuleError`` where the metrics that an invariant names are not of the sort that it speaks of."""
    if isinstance(invariant, AtMost | Monotone):
        check_comparable(*metrics)
    elif not isinstance(invariant, Satisfiable):
        check_same_subjects(*metrics)


def metrics_of(invariant: Invariant) -> tuple[str, ...]:
    """Give the ids of the metrics that an invariant speaks of, in its order."""
    match invariant:
        case Subset(part, whole):
            return part, whole
        case AtMost(lesser, greater):
            return lesser, greater
        case Disjoint(one, other) | Equivalent(one, other):
            return one, other
        case CoveredBy(part, wholes):
            return (part, *wholes)
        case Monotone(metric) | Satisfiable(metric):
            return (metric,)
        case _:
            assert_never(invariant)
