"""Boundaries of follow-up rates: the days on which somebody enters, has the outcome, and has been followed up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from impact_metrics.documents.english.words import number_word
from impact_metrics.proofs.boundaries.scenes import Boundary, Scene, dated, standing_in
from impact_metrics.proofs.boundaries.watched import NEAR, Watched, by_day, kept
from impact_metrics.rules.measures.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.rules.measures.follow_up import FollowUp

_TOP, _EARLY, _WAITING = (item.value for item in (Standing.NUMERATOR, Standing.EARLY, Standing.NOT_YET_DUE))
_DUE = (Standing.DENOMINATOR.value, Standing.LOST.value)


def follow_up_boundaries(metric: Metric, measure: FollowUp, catalogue: Catalogue) -> Iterator[tuple[Boundary, Scene]]:
    """Give the first and the last day of a follow-up, the day from which on it is complete, and who is lost."""
    around = Watched.of(metric, measure, catalogue, measure.cohort, measure.outcome)
    if around is not None:
        for boundary in (*_in_months(around, measure), *_complete(around, measure)):
            yield boundary, around.scene
    yield from kept(metric, measure, catalogue, measure.until)


def _in_months(around: Watched, measure: FollowUp) -> Iterator[Boundary]:
    entry = around.entry.occurred_on
    until = measure.until(entry)
    months = f"{number_word(measure.months)} month{'' if measure.months == 1 else 's'}"
    yield Boundary(
        part="the outcome",
        clause="it happens after the day of entry",
        as_at=max(until, around.settled),
        stream=by_day(around.stream),
        holds=standing_in(_TOP),
        fails=standing_in(*_DUE),
        last=entry.toordinal() + 1,
        beyond=entry.toordinal(),
        reach=NEAR,
    )
    clause = f"it happens within {months} of the day of entry, the last day included"
    yield _last_day(around, measure, clause)
    clause = f"one that happens within {months} is enough, though another happened on the day of entry"
    first = attrs.evolve(around, others=(*around.others, dated(around.later, entry)), later=around.more)
    yield attrs.evolve(_last_day(first, measure, clause), whole=True)
    for days in range(4 * 366):
        day = entry + timedelta(days)
        if measure.until(day).day < day.day:
            clause = f"it happens within {months}, up to the end of a month in which the day of entry is lacking"
            yield _last_day(around.shifted(days), measure, clause)
            return


def _last_day(around: Watched, measure: FollowUp, clause: str) -> Boundary:
    until = measure.until(around.entry.occurred_on).toordinal()
    return Boundary(
        part="the outcome",
        clause=clause,
        as_at=max(date.fromordinal(until + 2 * NEAR), around.settled),
        stream=by_day(around.stream),
        holds=standing_in(_TOP),
        fails=standing_in(*_DUE),
        last=until,
        beyond=until + 1,
        reach=NEAR,
    )


def _complete(around: Watched, measure: FollowUp) -> Iterator[Boundary]:
    entry = around.entry.occurred_on
    while measure.until(entry) == measure.until(entry + timedelta(1)):
        entry += timedelta(1)
    until, days = measure.until(entry), entry.toordinal()
    part, clause = "the follow-up", "its last day is not after the date of the figure"
    yield Boundary(
        part=part,
        clause=f"{clause}, and there is no outcome",
        as_at=until,
        stream=by_day(lambda day: around.stream(None, day)),
        holds=standing_in(*_DUE),
        fails=standing_in(_WAITING),
        last=days,
        beyond=days + 1,
        reach=NEAR,
    )
    outcome = entry + timedelta(NEAR + 2)
    yield Boundary(
        part=part,
        clause=f"{clause}, and there is an outcome",
        as_at=until,
        stream=by_day(lambda day: around.stream(outcome, day)),
        holds=standing_in(_TOP),
        fails=standing_in(_EARLY),
        last=days,
        beyond=days + 1,
        reach=NEAR,
    )
    seen = around.settled + timedelta(NEAR)
    yield Boundary(
        part="the outcome",
        clause="it happens not after the date of the figure",
        as_at=seen,
        stream=by_day(around.stream),
        holds=standing_in(_EARLY),
        fails=standing_in(_WAITING),
        last=seen.toordinal(),
        beyond=seen.toordinal() + 1,
    )
