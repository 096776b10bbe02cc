"""Boundaries of times: the days on which somebody enters, has the outcome, and is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from impact_metrics.documents.english.words import number_word
from impact_metrics.proofs.boundaries.scenes import Boundary, Scene, Test, standing_in
from impact_metrics.proofs.boundaries.watched import NEAR, Watched, by_day, kept
from impact_metrics.rules.measures.life_table import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.rules.measures.time_between import TimeBetween

DAYS = 14
"""The time that is shown with one of a day more."""

_ENDED, _NOT_ENDED = Ending.OUTCOME.value, (Ending.NOT_YET.value, Ending.LOST.value)


def time_boundaries(metric: Metric, measure: TimeBetween, catalogue: Catalogue) -> Iterator[tuple[Boundary, Scene]]:
    """Give the first day on which an outcome counts, the days that are counted, and who is lost."""
    around = Watched.of(metric, measure, catalogue, measure.cohort, measure.outcome)
    if around is not None:
        for boundary in _until_the_outcome(around):
            yield boundary, around.scene
    if measure.lost is not None:
        lost = Watched.of(metric, measure, catalogue, measure.cohort, measure.lost)
        if lost is not None:
            first = lost.entry.occurred_on.toordinal()
            yield (
                Boundary(
                    part="those lost",
                    clause="they are lost on the day of entry or later",
                    as_at=lost.scene.last_day + timedelta(NEAR),
                    stream=by_day(lost.stream),
                    holds=standing_in(Ending.LOST.value),
                    fails=standing_in(Ending.NOT_YET.value),
                    last=first,
                    beyond=first - 1,
                    reach=NEAR,
                ),
                lost.scene,
            )
        yield from kept(metric, measure, catalogue, lambda day: day)


def _until_the_outcome(around: Watched) -> Iterator[Boundary]:
    entry = around.entry.occurred_on.toordinal()
    seen, ended, going_on = around.settled + timedelta(2 * DAYS), standing_in(_ENDED), standing_in(*_NOT_ENDED)

    def in_days(test: Callable[[int], bool]) -> Test:
        return lambda place: place is not None and place.standing == _ENDED and test(place.days or 0)

    yield Boundary(
        part="the outcome",
        clause="it happens on the day of entry or later",
        as_at=seen,
        stream=by_day(around.stream),
        holds=ended,
        fails=going_on,
        last=entry,
        beyond=entry - 1,
        reach=NEAR,
    )
    yield Boundary(
        part="the outcome",
        clause="it happens not after the date of the figure",
        as_at=seen,
        stream=by_day(around.stream),
        holds=ended,
        fails=going_on,
        last=seen.toordinal(),
        beyond=seen.toordinal() + 1,
        reach=NEAR,
    )
    yield Boundary(
        part="the time",
        clause=f"it is {number_word(DAYS)} days, each day after that of entry counted as one",
        as_at=seen,
        stream=by_day(around.stream),
        holds=in_days(lambda days: days <= DAYS),
        fails=in_days(lambda days: days > DAYS),
        last=entry + DAYS,
        beyond=entry + DAYS + 1,
        reach=NEAR,
    )
    first = date.fromordinal(entry + DAYS)
    yield Boundary(
        part="the time",
        clause="it ends on the day of an outcome in time, though another was before the day of entry",
        as_at=seen,
        stream=by_day(lambda day: around.stream(around.entry.occurred_on - timedelta(1), again=day)),
        holds=in_days(lambda days: days <= DAYS),
        fails=in_days(lambda days: days > DAYS),
        last=entry + DAYS,
        beyond=entry + DAYS + 1,
        reach=NEAR,
        whole=True,
    )
    yield Boundary(
        part="the time",
        clause="of several outcomes, none is before this one",
        as_at=seen,
        stream=lambda earlier: around.stream(first, again=first + timedelta(-1 if earlier else 1)),
        holds=in_days(lambda days: days == DAYS),
        fails=in_days(lambda days: days < DAYS),
        last=0,
        beyond=1,
    )
