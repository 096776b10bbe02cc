"""The parts of a measure whose clauses are shown: each is a population, so that the solver finds who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.proofs.clauses import Turn, population_turns, turns
from impact_metrics.proofs.tallies import counted
from impact_metrics.rules.measures import Count, FollowUp, PairedChange, Share, Tally, TimeBetween
from impact_metrics.rules.populations import Both, Without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from impact_metrics.rules import Metric, Timed
    from impact_metrics.rules.populations import Population


@attrs.frozen
class Part:
    """A part of a measure, by its name in a sentence: whom it takes in, and its clauses.

    ``name`` is ``None`` where it is whom the metric counts.
    """

    name: str | None
    rule: Tally
    turns: tuple[Turn, ...]


def parts(metric: Metric) -> Iterator[Part]:
    """Give the parts of a metric. Of most measures there is one, which is whom they count.

    A share counts whoever is in its numerator: the clauses of the denominator come first. A funnel counts whoever is in
    its last stage.
    """
    measure = metric.measure
    match measure:
        case FollowUp() | TimeBetween():
            yield from _watched(measure, metric)
        case PairedChange():
            yield from _compared(measure, metric)
        case _ if measure.inner:
            for slot, inner in zip(measure.slots, measure.inner, strict=False):
                rule = counted(inner)
                yield Part(slot.called, rule, tuple(turns(rule, metric.unit)))
        case _:
            rule = counted(measure)
            yield Part(None, rule, tuple(turns(rule, metric.unit)))
            if isinstance(measure, Share) and measure.unknown is not None:
                yield _unknown(measure, measure.unknown, metric)


def _unknown(measure: Share, unknown: Population[Any], metric: Metric) -> Part:
    """Those in the denominator only, of whom it is not known whether they belong in the numerator."""

    def put(part: Population[Any] | None) -> Count:
        inside = measure.denominator if part is None else Both((measure.denominator, part))
        return Count(Without(inside, measure.numerator))

    return Part("those not known", put(unknown), tuple(population_turns(unknown, put, metric.unit)))


def _within(*others: Population[Any]) -> Callable[[Population[Any] | None], Count]:
    """Put a part among others, all of which somebody has to be in."""
    return lambda part: Count(Both(others if part is None else (*others, part)))


def _watched(measure: Timed, metric: Metric) -> Iterator[Part]:
    yield Part("the cohort", Count(measure.cohort), tuple(turns(Count(measure.cohort), metric.unit)))
    put = _within(measure.cohort)
    for name, population in (("the outcome", measure.outcome), ("those lost", measure.lost)):
        if population is not None:
            yield Part(name, put(population), tuple(population_turns(population, put, metric.unit)))


def _compared(measure: PairedChange, metric: Metric) -> Iterator[Part]:
    """Each end by itself: that both are there, and on two days, is for dates to say."""
    of = () if measure.of is None else (measure.of,)
    for name, population in (("the score before", measure.scored_before), ("the score after", measure.scored_after)):
        put = _within(*of)
        found = population_turns(population, put, metric.unit)
        yield Part(name, put(population), tuple(found))
    if measure.of is not None:
        put = _within(measure.scored_before)
        yield Part("those looked at", put(measure.of), tuple(population_turns(measure.of, put, metric.unit)))
